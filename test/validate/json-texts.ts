/** JSON of every shape, some of it beyond what jsonb holds, and texts that are not quite JSON. */
import fc from "fast-check";

const space = fc.constantFrom("", "", "", " ", "\t", "\r\n ");

const character = fc.oneof(
  fc.constantFrom("a", "b", "é", "😀", "\u2028", "\u007f", "/"),
  fc.constantFrom('\\"', "\\\\", "\\/", "\\b", "\\f", "\\n", "\\r", "\\t"),
  fc.constantFrom("\\u0001", "\\u001F", "\\u00e9", "\\u0041", "\\ud83d\\ude00", "\\uD83D\\uDE00", "\\uffff"),
);

/** One in many texts has what jsonb cannot hold. */
const refusedCharacter = fc.constantFrom(
  "\\u0000",
  "\\ud800",
  "\\udc00",
  "\\ud800\\u0041",
  "\\x",
  "\n",
  "\\u12g4",
);

const string = fc
  .array(fc.oneof({ weight: 60, arbitrary: character }, { weight: 1, arbitrary: refusedCharacter }), {
    maxLength: 6,
  })
  .map((parts) => `"${parts.join("")}"`);

const number = fc
  .tuple(
    fc.constantFrom("", "-"),
    fc.constantFrom("0", "7", "10", "12345678901234567890123", "900719925474099301"),
    fc.constantFrom("", ".0", ".10", ".001", ".123456789012345678901234567890"),
    fc.constantFrom("", "", "e0", "E2", "e+5", "e-3", "e40", "e-40", "e131070", "e-16400"),
  )
  .map((parts) => parts.join(""));

/** Few keys, so that some are twice there; lengths in bytes and characters differ. */
const key = fc.oneof(
  fc.constantFrom(
    '"a"',
    '"b"',
    '"\\u0061"',
    '"aa"',
    '"é"',
    '"zz"',
    '"😀"',
    '""',
    '"__proto__"',
    '"1"',
    '"10"',
    '"2"',
  ),
  string,
);

export const json = fc.letrec<{ value: string; object: string; array: string }>((tie) => ({
  value: fc
    .tuple(
      space,
      fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.constantFrom("true", "false", "null"),
        number,
        string,
        tie("object"),
        tie("array"),
      ),
      space,
    )
    .map((parts) => parts.join("")),
  object: fc
    .array(
      fc
        .tuple(space, key, space, tie("value"))
        .map(([before, name, after, value]) => `${before}${name}${after}:${value}`),
      { maxLength: 5 },
    )
    .map((members) => `{${members.join(",")}}`),
  array: fc.array(tie("value"), { maxLength: 5 }).map((values) => `[${values.join(",")}]`),
})).value;

/** JSON with one character taken out, doubled or put in: most of it is none any more. */
export const damagedJson = fc
  .tuple(
    json,
    fc.nat(),
    fc.constantFrom("", ",", ":", '"', "]", "{", "0", "-", ".", "e", "\\", " ", "\u00a0"),
  )
  .map(([written, place, put]) => {
    const at = place % (written.length + 1);
    const kept = written.slice(0, at) + put + written.slice(at + (put === "" ? 1 : 0));
    return /\p{Surrogate}/u.test(kept) ? written : kept;
  });

/** Random values as applications store them, and near misses of what each type takes. */
import fc from "fast-check";
import { blobs, integers, json, reals, texts } from "./edge-values.js";
import type { TextBytes, Value } from "./values.js";

type Text = string | TextBytes;

/** Of every width, so that every serial type comes up. */
export const anyInteger: fc.Arbitrary<bigint> = fc.oneof(
  fc.constantFrom(...integers),
  fc
    .integer({ min: 1, max: 64 })
    .chain((bits) => fc.bigInt({ min: -(2n ** BigInt(bits - 1)), max: 2n ** BigInt(bits - 1) - 1n })),
);

/** SQLite holds no NaN. */
export const anyReal: fc.Arbitrary<number> = fc.oneof(
  fc.constantFrom(...reals),
  fc.double({ noNaN: true }),
  fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
  fc.integer().map((whole) => whole / 8),
  fc.integer().map((cents) => cents / 100),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(Number),
);

const digits = (least: number, most: number): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom(...Array.from("0123456789")), minLength: least, maxLength: most });

const joined = (...parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc.tuple(...parts).map((found) => found.join(""));

const pick = (...choices: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...choices);

export const numberText: fc.Arbitrary<string> = fc.oneof(
  joined(
    pick("", "", "-", "+"),
    digits(0, 22),
    fc.oneof(pick(""), joined(pick("."), digits(0, 22))),
    pick("", "", "e5", "e-7", "E+3"),
  ),
  joined(pick("", "-"), digits(1, 400), pick("."), digits(1, 400)),
  anyInteger.map(String),
  anyReal.map(String),
  fc.double({ noNaN: true }).map((value) => value.toFixed(10)),
);

const two = (most: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(2, "0"));

const year = fc.oneof(
  fc.integer({ min: 0, max: 9999 }).map((value) => String(value).padStart(4, "0")),
  fc.integer({ min: 1990, max: 2040 }).map(String),
  fc.integer({ min: 10000, max: 999999 }).map(String),
  joined(pick("+", "-"), digits(4, 6)),
);

const fraction = fc.oneof(
  pick(""),
  joined(pick("."), digits(0, 9)),
  joined(pick("."), digits(1, 6), pick("000")),
);
const timeOfDay = joined(
  two(25),
  pick(":"),
  two(61),
  fc.oneof(pick(""), joined(pick(":"), two(61), fraction)),
);
const zone = fc.oneof(
  pick("", "", "Z", " Z", "z", "UTC", " GMT"),
  joined(
    pick("", " "),
    pick("+", "-"),
    two(16),
    fc.oneof(pick(""), joined(pick("", ":"), two(60)), joined(pick(":"), two(60), pick(":"), two(60))),
  ),
);

export const dateText = joined(year, pick("-"), two(13), pick("-"), two(32));
export const timeText = timeOfDay;
export const timestampText = joined(dateText, pick(" ", "T", "T", "t"), timeOfDay, zone);

export const uuidText: fc.Arbitrary<string> = fc
  .tuple(
    fc.string({
      unit: fc.constantFrom(...Array.from("0123456789abcdefABCDEF")),
      minLength: 32,
      maxLength: 32,
    }),
    fc.uniqueArray(fc.integer({ min: 0, max: 33 }), { maxLength: 9 }),
    fc.boolean(),
    fc.boolean(),
  )
  .map(([hex, hyphens, standard, braces]) => {
    const places = standard
      ? [8, 12, 16, 20]
      : hyphens.map((place) => (place % 3 === 0 ? place : place & ~3));
    const text = Array.from(hex)
      .map((digit, at) => (places.includes(at) ? `-${digit}` : digit))
      .join("");
    return braces ? `{${text}}` : text;
  });

/** JSON with every spelling of numbers, strings and blanks, and often one character wrong. */
export const jsonText: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      fc.json({ maxDepth: 4 }),
      fc.json({ maxDepth: 4 }).map((text) => text.replaceAll(/[,:[\]{}]/g, " $& ")),
      numberText,
      joined(
        pick('"', '{"a":"', '["'),
        fc
          .array(
            pick("\\u00e9", "\\ud83d\\ude00", "\\ud800", "\\u0000", "\\n", "a", "\u00e9", "\\", '"', "\\u12"),
          )
          .map((parts) => parts.join("")),
        pick('"', '"}', '"]'),
      ),
    ),
    fc.option(fc.tuple(fc.nat(), pick("", "0", ",", '"', "}", "[", "\\", " ", "e", "-", ".")), { freq: 2 }),
  )
  .map(([text, mutation]) => {
    if (mutation === null) return text;
    const at = mutation[0] % (text.length + 1);
    return text.slice(0, at) + mutation[1] + text.slice(at + 1);
  });

/** Any bytes as TEXT; mostly no UTF-8. */
export const anyBytes: fc.Arbitrary<TextBytes> = fc
  .uint8Array({ maxLength: 60 })
  .map((bytes) => ({ text: Buffer.from(bytes) }));

/** The characters that dates, numbers and JSON are made of, in no order. */
export const scraps: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(...Array.from('0123456789-+:.TZ eE{}[]",\\utrfalsn')),
  maxLength: 30,
});

export const anyText: fc.Arbitrary<Text> = fc.oneof(
  fc.constantFrom(...texts.filter((text) => typeof text !== "string" || text.length < 1000)),
  numberText,
  dateText,
  timeText,
  timestampText,
  uuidText,
  jsonText,
  scraps,
  anyBytes,
  fc.string({ unit: "binary" }),
  fc.string({ unit: "grapheme" }),
);

export const anyBlob: fc.Arbitrary<Buffer> = fc.oneof(
  fc.constantFrom(...blobs),
  fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(...json.filter((text) => text.length < 1000)).map((text) => Buffer.from(text, "utf8")),
);

export const anyValue: fc.Arbitrary<Value> = fc.oneof(
  { arbitrary: fc.constant(null), weight: 1 },
  { arbitrary: anyInteger, weight: 3 },
  { arbitrary: anyReal, weight: 3 },
  { arbitrary: anyText, weight: 6 },
  { arbitrary: anyBlob, weight: 2 },
);

const group = fc.integer({ min: 0, max: 0x1ffff }).map((value) => value.toString(16));
const octet = fc.integer({ min: 0, max: 260 }).map(String);

export const networkText = fc
  .tuple(
    fc.oneof(
      fc.array(octet, { minLength: 3, maxLength: 5 }).map((parts) => parts.join(".")),
      fc
        .tuple(
          fc.array(fc.oneof(group, pick("", "0", "1.2.3.4")), { minLength: 1, maxLength: 9 }),
          fc.boolean(),
        )
        .map(([parts, isShort]) =>
          isShort ? parts.slice(0, 4).join(":").replace(":", "::") : parts.join(":"),
        ),
    ),
    fc.oneof(
      pick("", "", "/0", "/8", "/32", "/64"),
      fc.nat(130).map((bits) => `/${bits}`),
    ),
  )
  .map((parts) => parts.join(""));

export const macaddrText = fc
  .tuple(
    fc.string({ unit: pick(...Array.from("0123456789abcdefABCDEF")), minLength: 12, maxLength: 12 }),
    fc.constantFrom(2, 2, 4, 6, 12, 3),
    pick(":", "-", ".", ""),
  )
  .map(([digits, size, separator]) => digits.match(new RegExp(`.{${size}}`, "g"))!.join(separator));

/** What each type is about comes up most often. */
export const about: Readonly<Record<string, fc.Arbitrary<Value>>> = {
  boolean: fc.constantFrom<Value>(0n, 1n, 2n, 0, 1, 0.5, "t", "f", "true", "FALSE", "yes", "1", " t"),
  smallint: numberText,
  integer: fc.oneof(numberText, fc.integer().map(BigInt)),
  bigint: numberText,
  real: fc.oneof(numberText, fc.float({ noNaN: true })),
  "double precision": numberText,
  numeric: numberText,
  uuid: uuidText,
  json: jsonText,
  jsonb: jsonText,
  inet: networkText,
  cidr: networkText,
  macaddr: macaddrText,
  enum: fc.constantFrom<Value>("abc", "O'Brien", "", 1n, 0.5, "ABC", "abc ", Buffer.from("abc")),
  date: fc.oneof(dateText, anyInteger),
  "time without time zone": timeText,
  "timestamp without time zone": fc.oneof(timestampText, anyInteger, anyReal),
  "timestamp with time zone": fc.oneof(timestampText, anyInteger, anyReal),
};

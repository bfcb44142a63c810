import fc from "fast-check";
import { afterAll, beforeAll, describe, test } from "vitest";
import { pgType } from "../../../src/model/postgres.js";
import { asWritten, expectAgreement, refusalsAsNull, type Case } from "../agreement.js";
import { makeTarget, type TestTarget } from "../room.js";

let target: TestTarget;

beforeAll(async () => {
  target = await makeTarget();
  for (const sql of refusalsAsNull) {
    await target.query(sql);
  }
});

afterAll(async () => {
  await target.remove();
});

const int64 = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(-(2n ** 63n), 2n ** 63n - 1n, 0n, -1n, 2n ** 53n + 1n, 10n ** 18n),
);

const doubleOfBits = (bits: bigint): number => {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
};

/** SQLite holds no NaN. */
const double = fc
  .oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(doubleOfBits), fc.double(), fc.integer())
  .filter((value) => !Number.isNaN(value));

const printedDouble = double.map((source): Case => ({
  source,
  parameters: [Object.is(source, -0) ? "-0" : String(source)],
}));

/** As decimal numbers are usually written, and no -0. */
const isPlain = String.raw`a ~ '^-?(0|[1-9]\d*)([.]\d+)?$' AND a !~ '^-0([.]0*)?$'`;

const digits = fc.stringMatching(/^\d{0,12}$/);
const decimalText = fc
  .tuple(
    fc.constantFrom("", "-", "+"),
    digits,
    fc.constantFrom("", "."),
    digits,
    fc.constantFrom("", "", "", "e3", "E-7", "e"),
  )
  .map((parts) => asWritten(parts.join("")));

describe("numbers", () => {
  test("every INTEGER is its bigint", () =>
    expectAgreement(
      target.session,
      "bigint",
      null,
      "a::bigint",
      int64.map((source) => ({ source, parameters: [String(source)] })),
    ));

  test("every REAL is its double, bit for bit", () =>
    expectAgreement(target.session, "double precision", null, "a::float8", printedDouble));

  test("every REAL but -0.0 is in numeric its shortest digits", () =>
    expectAgreement(
      target.session,
      "numeric",
      null,
      "CASE WHEN a <> '-0' THEN a::numeric END",
      printedDouble,
    ));

  test("every decimal text is its numeric, or none where PostgreSQL refuses it", () =>
    expectAgreement(
      target.session,
      "numeric",
      null,
      `CASE WHEN ${isPlain} THEN public.try_numeric(a) END`,
      decimalText,
    ));

  test("a numeric(p,s) takes what it holds without rounding and nothing else", () =>
    expectAgreement(
      target.session,
      pgType("numeric", 8, 3),
      null,
      `CASE WHEN ${isPlain} THEN public.try_numeric(a, 8, 3) END`,
      decimalText,
    ));

  test("every INTEGER is its digits in text", () =>
    expectAgreement(
      target.session,
      "text",
      null,
      "a::bigint::text",
      int64.map((source) => ({ source, parameters: [String(source)] })),
    ));
});

/** All planes, combining marks, blanks at the ends; PostgreSQL takes no NUL. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(" ", "e\u0301", "😀", "\u200d", "\ufeff", "\\", "'", '"', "\r\n"),
    ),
  )
  .map((parts) => asWritten(parts.join("").replaceAll("\0", "")));

const uuidText = fc
  .tuple(
    fc.stringMatching(/^[0-9a-fA-F]{31,32}$/),
    fc.array(fc.constantFrom<number>(4, 8, 12, 16, 20, 24, 28, 15), { maxLength: 4 }),
    fc.boolean(),
  )
  .map(([hex, hyphens, braces]) => {
    const spelt = Array.from(hex, (digit, at) => (hyphens.includes(at) && at > 0 ? `-${digit}` : digit)).join(
      "",
    );
    return asWritten(braces ? `{${spelt}}` : spelt);
  });

describe("texts and bytes", () => {
  test("every TEXT is its bytes", () => expectAgreement(target.session, "text", null, "a", text));

  test("a BLOB of UTF-8 is that text", () =>
    expectAgreement(
      target.session,
      "text",
      null,
      "a",
      text.map(({ source, parameters }) => ({ source: Buffer.from(String(source)), parameters })),
    ));

  test("both sides agree on which texts are long enough to be hashed", () =>
    expectAgreement(
      target.session,
      "text",
      null,
      "repeat(a, b::int)",
      fc
        .tuple(fc.constantFrom("a", "é", "😀", "abc"), fc.integer({ min: -2, max: 2 }))
        .map(([unit, more]) => {
          const times = Math.floor(65_536 / Buffer.byteLength(unit)) + more;
          return { source: unit.repeat(times), parameters: [unit, String(times)] };
        }),
      { runs: 1, perRun: 60 },
    ));

  test("both sides agree on which byte strings are long enough to be hashed", () =>
    expectAgreement(
      target.session,
      "bytea",
      null,
      "decode(repeat(a, b::int), 'hex')",
      fc.tuple(fc.constantFrom("00", "ff"), fc.integer({ min: 65_534, max: 65_538 })).map(([hex, times]) => ({
        source: Buffer.from(hex.repeat(times), "hex"),
        parameters: [hex, String(times)],
      })),
      { runs: 1, perRun: 40 },
    ));

  test("every BLOB is its bytes", () =>
    expectAgreement(
      target.session,
      "bytea",
      null,
      "decode(a, 'hex')",
      fc.uint8Array({ maxLength: 80 }).map((bytes) => {
        const source = Buffer.from(bytes);
        return { source, parameters: [source.toString("hex")] };
      }),
    ));

  test("a UUID is read in the spellings that PostgreSQL reads, and in no other", () =>
    expectAgreement(target.session, "uuid", null, "public.try_uuid(a)", uuidText));
});

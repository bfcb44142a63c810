/** Numbers that are narrow, texts that are more than text, and addresses: what PostgreSQL makes of them is what we expect. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, test } from "vitest";
import { citextType, enumType, pgType } from "../../../src/model/postgres.js";
import { asWritten, expectAgreement, refusalsAsNull, type Case } from "../agreement.js";
import { makeTarget, type TestTarget } from "../room.js";

let target: TestTarget;

const labels = ["sad", "so, so", 'gl"ad', " ", "12", "é".repeat(31)];
const mood = enumType("public.mood", labels);

beforeAll(async () => {
  target = await makeTarget();
  for (const sql of refusalsAsNull) {
    await target.query(sql);
  }
  await target.query('CREATE SCHEMA "Ext"');
  await target.query('CREATE EXTENSION citext SCHEMA "Ext"');
  await target.query(`CREATE TYPE public.mood AS ENUM (${labels.map((label) => `'${label}'`).join(", ")})`);
});

afterAll(async () => {
  await target.remove();
});

describe("numbers", () => {
  test.each([
    ["smallint", 16n],
    ["integer", 32n],
  ] as const)("an INTEGER or its digits are a %s where it is in range", (type, bits) => {
    const edge = 2n ** (bits - 1n);
    const integer = fc.oneof(
      fc.bigInt({ min: -edge, max: edge - 1n }),
      fc.bigInt({ min: -3n * edge, max: 3n * edge }),
      fc.constantFrom(-edge - 1n, -edge, edge - 1n, edge, -(2n ** 63n), 2n ** 63n - 1n),
    );
    const cases = fc.tuple(integer, fc.boolean()).map(([value, isText]): Case => ({
      source: isText ? String(value) : value,
      parameters: [String(value)],
    }));
    return expectAgreement(target.session, type, null, `public.try_${type}(a)`, cases);
  });

  test("a REAL is a real where 32 bits hold it, bit for bit", () =>
    expectAgreement(
      target.session,
      "real",
      null,
      "public.try_real(a)",
      fc
        .oneof(
          fc.float({ noNaN: true }),
          fc.double({ noNaN: true }),
          fc.integer(),
          fc.constantFrom(
            -0,
            2 ** -149,
            2 ** -150,
            3 * 2 ** -150,
            2 ** 128,
            2 ** 24 + 1,
            Infinity,
            -Infinity,
          ),
        )
        .map((source) => ({ source, parameters: [Object.is(source, -0) ? "-0" : String(source)] })),
    ));
});

/** Without NUL and lone surrogates, which no text has. */
const word = fc
  .array(fc.constantFrom("a", "B", " ", "é", "😀", "e\u0301", "\t", "'"), { maxLength: 6 })
  .map((parts) => asWritten(parts.join("")));

describe("texts", () => {
  test("char(5) holds up to 5 characters that do not end with a blank", () =>
    expectAgreement(
      target.session,
      pgType("character", 5),
      null,
      "CASE WHEN char_length(a) <= 5 AND a NOT LIKE '% ' THEN a::char(5) END",
      word,
    ));

  test("an enum holds its labels and nothing else", () =>
    expectAgreement(
      target.session,
      mood,
      null,
      "(SELECT e.label FROM unnest(enum_range(NULL::public.mood)) AS e(label) WHERE e.label::text = a)",
      fc.oneof(fc.constantFrom("12", "Sad", "sad ", "", ...labels).map(asWritten), word),
    ));

  test("citext keeps the case", () =>
    expectAgreement(target.session, citextType('"Ext".citext'), null, 'a::"Ext".citext', word));
});

const hex = fc.integer({ min: 0, max: 0xffff }).map((value) => value.toString(16));
const byte = fc.oneof(fc.nat(260), fc.constantFrom(0, 10, 127, 128, 192, 224, 225, 240)).map(String);

const ipv4 = fc.array(byte, { minLength: 1, maxLength: 5 }).map((parts) => parts.join("."));

/** Any number of groups with a double colon in any place, and an IPv4 address for the last two. */
const ipv6 = fc
  .tuple(
    fc.array(fc.oneof(hex, fc.constantFrom("0", "00A", "")), { maxLength: 9 }),
    fc.option(fc.nat(9)),
    fc.option(fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(256))),
  )
  .map(([groups, gap, tail]) => {
    const all = [...groups, ...(tail === null ? [] : [tail.join(".")])];
    return gap === null ? all.join(":") : `${all.slice(0, gap).join(":")}::${all.slice(gap).join(":")}`;
  })
  // PostgreSQL passes over a colon at the end of an address with a double one, which is nobody's spelling.
  .filter((text) => !/[^:]:$/.test(text));

const mask = fc.oneof(
  fc.constant(""),
  fc.constant("/"),
  fc.oneof(fc.nat(34), fc.nat(130)).map((bits) => `/${bits}`),
);
const address = fc.tuple(fc.oneof(ipv4, ipv6), mask).map((parts) => asWritten(parts.join("")));

/** So that there are networks whose bits end with their mask. */
const network = fc.tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat(32)).map(([value, bits]) => {
  const kept = Math.floor(value / 2 ** (32 - bits)) * 2 ** (32 - bits);
  return asWritten(`${[24, 16, 8, 0].map((shift) => (kept / 2 ** shift) & 0xff).join(".")}/${bits}`);
});

/** IPv6, or four numbers without zeros before them. */
const isPlain = String.raw`a LIKE '%:%' OR a ~ '^(0|[1-9]\d*)([.](0|[1-9]\d*)){3}(/\d+)?$'`;

describe("addresses", () => {
  test("inet reads what PostgreSQL reads, of IPv4 four numbers", () =>
    expectAgreement(
      target.session,
      "inet",
      null,
      `CASE WHEN ${isPlain} THEN public.try_inet(a) END`,
      fc.oneof(address, network),
      {
        runs: 30,
      },
    ));

  test("cidr reads what PostgreSQL reads, and nothing with bits beyond its mask", () =>
    expectAgreement(
      target.session,
      "cidr",
      null,
      `CASE WHEN ${isPlain} THEN public.try_cidr(a) END`,
      fc.oneof(address, network),
      {
        runs: 30,
      },
    ));

  test("macaddr reads every spelling that has all its digits", () => {
    const digits = fc.stringMatching(/^[0-9a-fA-F]{12}$/);
    const form = fc.constantFrom(
      [2, ":"],
      [2, "-"],
      [6, ":"],
      [6, "-"],
      [4, "."],
      [4, "-"],
      [12, ""],
      [2, "."],
      [2, ""],
      [4, ":"],
      [3, "-"],
    );
    const spelled = fc.tuple(digits, form, fc.boolean()).map(([text, [length, separator], isShort]) => {
      const parts = text.match(new RegExp(`.{${length}}`, "g")) ?? [];
      const canBeShort = length === 2 && (separator === ":" || separator === "-");
      return asWritten(
        (isShort && canBeShort ? parts.map((part) => part.replace(/^0/, "")) : parts).join(separator),
      );
    });
    const hasAll = "length(regexp_replace(a, '[^0-9a-fA-F]', '', 'g')) = 12";
    const expression = `CASE WHEN ${hasAll} THEN public.try_macaddr(a) END`;
    return expectAgreement(target.session, "macaddr", null, expression, spelled);
  });
});

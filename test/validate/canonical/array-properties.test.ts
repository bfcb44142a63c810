/** JSON arrays against the arrays that PostgreSQL itself makes of their elements. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  arrayType,
  citextType,
  enumType,
  pgType,
  typeSql,
  type ElementType,
} from "../../../src/model/postgres.js";
import { longValueBytes } from "../../../src/validate/canonical/row-bytes.js";
import { canonicalRowsSql } from "../../../src/validate/target/canonical-sql.js";
import { asWritten, expectAgreement, type Case } from "../agreement.js";
import { damagedJson, json } from "../json-texts.js";
import { makeTarget, type TestTarget } from "../room.js";

let target: TestTarget;

beforeAll(async () => {
  target = await makeTarget();
  await target.query("CREATE TYPE public.mood AS ENUM ('sad', 'so, so', 'NULL')");
  await target.query("CREATE EXTENSION citext SCHEMA public");
  await target.query(
    `CREATE FUNCTION public.try_texts(input text) RETURNS text[] LANGUAGE plpgsql AS $$ BEGIN
       IF EXISTS (SELECT FROM json_array_elements(input::json) AS e(v) WHERE json_typeof(v) IN ('array', 'object', 'boolean')) THEN
         RETURN NULL;
       END IF;
       PERFORM input::jsonb;
       RETURN ARRAY(SELECT v FROM json_array_elements_text(input::json) WITH ORDINALITY AS e(v, n) ORDER BY n);
     EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$`,
  );
});

afterAll(async () => {
  await target.remove();
});

/** Elements through their own input function; json_array_elements_text keeps the digits of numbers. */
const made = (element: ElementType): string =>
  `CASE json_typeof(a::json) WHEN 'array' THEN
     ARRAY(SELECT e.v::${typeSql(element)} FROM json_array_elements_text(a::json) WITH ORDINALITY AS e(v, n) ORDER BY e.n)
   END`;

const array = (element: fc.Arbitrary<string>): fc.Arbitrary<Case> =>
  fc
    .tuple(
      fc.array(fc.oneof({ weight: 4, arbitrary: element }, fc.constant("null")), { maxLength: 5 }),
      fc.constantFrom("", " ", "\n\t"),
    )
    .map(([elements, space]) => {
      const source = `${space}[${space}${elements.join(`${space},${space}`)}${space}]${space}`;
      return { source, parameters: [source] };
    });

const asString = (text: string): string => JSON.stringify(text);
const words = fc.array(fc.constantFrom("a", " ", "é", "😀", '"', "\\", ",", "{}", "NULL", "\n"), {
  maxLength: 4,
});
const text = words.map((parts) => asString(parts.join("")));
const double = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .filter((value) => !Object.is(value, -0))
  .map(String);

const elements: readonly (readonly [ElementType, fc.Arbitrary<string>])[] = [
  [pgType("boolean"), fc.constantFrom("true", "false", '"t"', '"FALSE"')],
  [pgType("smallint"), fc.integer({ min: -32768, max: 32767 }).map(String)],
  [pgType("bigint"), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String)],
  [
    pgType("real"),
    fc
      .float({ noNaN: true, noDefaultInfinity: true })
      .filter((value) => value !== 0)
      .map(String),
  ],
  [pgType("double precision"), double],
  [
    pgType("numeric"),
    fc.oneof(
      double.filter((text) => !text.includes("e")),
      fc.stringMatching(/^-?[1-9]\d{0,30}\.\d{1,30}$/),
    ),
  ],
  [pgType("numeric", 6, 2), fc.stringMatching(/^-?[1-9]\d{0,3}\.\d{2}$/)],
  [pgType("text"), fc.oneof(text, fc.constantFrom("12", "-0", "1.50", "1e2"))],
  [pgType("character varying", 16), text],
  [pgType("character", 16), words.map((parts) => asString(parts.join("").trimEnd()))],
  [citextType("public.citext"), text],
  [enumType("public.mood", ["sad", "so, so", "NULL"]), fc.constantFrom('"sad"', '"so, so"', '"NULL"')],
  [pgType("uuid"), fc.uuid().map(asString)],
  [pgType("json"), fc.json().filter((value) => value !== "null" && !value.startsWith('"'))],
  [pgType("jsonb"), fc.constantFrom('{"b": [1, {"a":2}], "a":"]"}', "[]", "[[1 ], null]", "12.50", "true")],
  [pgType("date"), fc.constantFrom('"1999-12-31"', '"0001-01-01"')],
  [pgType("time without time zone", 2), fc.constantFrom('"00:00"', '"23:59:59.99"')],
  [pgType("timestamp without time zone"), fc.constantFrom('"1999-12-31 23:59:59.999999"', '"2000-01-01"')],
  [pgType("timestamp with time zone"), fc.constantFrom('"1999-12-31T23:59:59-02:00"', '"2000-01-01 00:00Z"')],
  [pgType("inet"), fc.constantFrom('"10.1.2.3/8"', '"::1"')],
  [pgType("cidr"), fc.constantFrom('"10.0.0.0/8"', '"::/0"')],
  [pgType("macaddr"), fc.constantFrom('"08:00:2b:01:02:03"', '"ffffffffffff"')],
];

describe("a JSON array is the array that PostgreSQL makes of its elements", () => {
  test.each(elements.map(([element, written]) => ({ name: typeSql(element), element, written })))(
    "$name",
    ({ element, written }) =>
      expectAgreement(target.session, arrayType(element), null, made(element), array(written), {
        runs: 5,
        perRun: 60,
      }),
  );

  test("of bytea, whose elements are the bytes of strings", () =>
    expectAgreement(
      target.session,
      arrayType(pgType("bytea")),
      null,
      "ARRAY(SELECT convert_to(e.v, 'UTF8') FROM json_array_elements_text(a::json) WITH ORDINALITY AS e(v, n) ORDER BY e.n)",
      array(text),
      { runs: 5, perRun: 60 },
    ));

  test("or no array where it is not quite JSON, or holds more than scalars", () =>
    expectAgreement(
      target.session,
      arrayType(pgType("text")),
      null,
      "public.try_texts(a)",
      fc.oneof(
        json.map((value) => asWritten(`[${value}]`)),
        damagedJson.map((value) => asWritten(`[${value}]`)),
        fc.stringMatching(/^[[\]{},:"0-2 ]{0,9}$/).map(asWritten),
      ),
      { runs: 20 },
    ));

  test("with elements and in all longer than what stands for itself", () => {
    const sizes = fc.constantFrom(
      1,
      longValueBytes / 4,
      longValueBytes / 2,
      longValueBytes,
      longValueBytes + 1,
    );
    const long = fc
      .tuple(fc.constantFrom("a", "é"), sizes)
      .map(([letter, size]) => asString(letter.repeat(size)));
    return expectAgreement(
      target.session,
      arrayType(pgType("text")),
      null,
      made(pgType("text")),
      array(long),
      {
        runs: 2,
        perRun: 30,
      },
    );
  });
});

test("arrays that JSON would not make differ by their dimensions and where they start", async () => {
  const arrays = ["{1,2}", "{{1,2}}", "{{1},{2}}", "[0:1]={1,2}", "{}", "{NULL}", "{1,NULL}", null];
  const relation = "(SELECT a::integer[] AS c FROM unnest($1::text[]) AS a)";
  const columns = [{ name: "c", type: arrayType(pgType("integer")) }];
  const rows = await target.query(
    `SELECT DISTINCT encode(bytes, 'hex') FROM (${canonicalRowsSql(relation, columns)}) AS r`,
    [`{${arrays.map((text) => (text === null ? "NULL" : `"${text}"`)).join(",")}}`],
  );
  expect(rows).toHaveLength(arrays.length);
});

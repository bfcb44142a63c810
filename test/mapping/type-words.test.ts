/** PostgreSQL's types in words. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readType } from "../../src/mapping/type-words.js";
import {
  arrayType,
  pgType,
  typeSql,
  typeWords,
  type BuiltInType,
  type PgTypeName,
} from "../../src/model/postgres.js";

const typeOf = (words: string): string => {
  const read = readType(words);
  return read.kind === "type" ? typeSql(read.type) : read.because;
};

describe("refused:", () => {
  test.each<[words: string, because: string]>([
    ["", '"" is none of PostgreSQL\'s types that can be asked for'],
    ["intger", '"intger" is none of PostgreSQL\'s types that can be asked for; did you mean integer?'],
    [
      "varchr(30)",
      '"varchr(30)" is none of PostgreSQL\'s types that can be asked for; did you mean varchar?',
    ],
    ["timetz", '"timetz" is none of PostgreSQL\'s types that can be asked for; did you mean time?'],
    ["constructor", '"constructor" is none of PostgreSQL\'s types that can be asked for'],
    ["public.mood", '"public.mood" is none of PostgreSQL\'s types that can be asked for'],
    ["text; DROP TABLE x", '"text; DROP TABLE x" is none of PostgreSQL\'s types that can be asked for'],
    ["varchar(0)", "the length of varchar is from 1 to 10485760, not 0"],
    ["char(10485761)", "the length of char is from 1 to 10485760, not 10485761"],
    ["varchar(1,2)", "varchar takes no 2 numbers in parentheses"],
    ["varchar()", "varchar() has no whole numbers between its parentheses"],
    ["varchar(max)", "varchar(max) has no whole numbers between its parentheses"],
    ["numeric(1001)", "the precision of numeric is from 1 to 1000, not 1001"],
    ["numeric(5,6)", "the scale of numeric is from 0 to its precision 5, not 6"],
    ["numeric(5,-2)", "numeric(5,-2) has no whole numbers between its parentheses"],
    ["numeric(5,2,1)", "numeric takes no 3 numbers in parentheses"],
    ["timestamptz(7)", "the precision of timestamptz is from 0 to 6, not 7"],
    ["int(11)", "int takes no number in parentheses"],
    ["text[][]", "arrays are one-dimensional and without a length here, as in text[]"],
    ["text[3]", "arrays are one-dimensional and without a length here, as in text[]"],
  ])("%s", (words, because) => {
    expect(typeOf(words)).toBe(because);
  });
});

test.each([
  ["INT", "integer"],
  ["int4", "integer"],
  ["int8", "bigint"],
  ["smallint", "smallint"],
  ["decimal", "numeric"],
  ["decimal(10)", "numeric(10,0)"],
  ["Decimal ( 10 , 2 )", "numeric(10,2)"],
  ["float8", "double precision"],
  ["float4", "real"],
  ["double", "double precision"],
  ["double   precision", "double precision"],
  ["bool", "boolean"],
  ["varchar", "character varying"],
  ["character varying(30)", "character varying(30)"],
  ["char", "character(1)"],
  ["char(3)", "character(3)"],
  ["timestamptz(3)", "timestamp(3) with time zone"],
  ["timestamp (3) with time zone", "timestamp(3) with time zone"],
  ["timestamp with time zone", "timestamp with time zone"],
  ["timestamp", "timestamp without time zone"],
  ["time(0)", "time(0) without time zone"],
  ["text[]", "text[]"],
  ["numeric(5,2) []", "numeric(5,2)[]"],
  ["integer array", "integer[]"],
  [" macaddr ", "macaddr"],
])("%s is %s", (words, sql) => {
  expect(typeOf(words)).toBe(sql);
});

/** Any type that a plan may name and that a mapping may ask for. */
const modifiers: Record<PgTypeName, fc.Arbitrary<readonly number[]>> = (() => {
  const none = fc.constant([]);
  const length = fc.integer({ min: 1, max: 10_485_760 }).map((n) => [n]);
  const precision = fc.oneof(
    none,
    fc.integer({ min: 0, max: 6 }).map((n) => [n]),
  );
  const decimal = fc
    .integer({ min: 1, max: 1000 })
    .chain((p) => fc.integer({ min: 0, max: p }).map((s) => [p, s]));
  return {
    boolean: none,
    smallint: none,
    integer: none,
    bigint: none,
    real: none,
    "double precision": none,
    numeric: fc.oneof(none, decimal),
    text: none,
    "character varying": fc.oneof(none, length),
    character: length,
    bytea: none,
    uuid: none,
    json: none,
    jsonb: none,
    date: none,
    "time without time zone": precision,
    "timestamp without time zone": precision,
    "timestamp with time zone": precision,
    inet: none,
    cidr: none,
    macaddr: none,
  };
})();
const anyType: fc.Arbitrary<BuiltInType> = fc
  .constantFrom(...(Object.keys(modifiers) as PgTypeName[]))
  .chain((name) => modifiers[name].map((values) => pgType(name, ...values)));

test("every type is read back from its SQL and from its words", () => {
  fc.assert(
    fc.property(anyType, fc.boolean(), (element, isArray) => {
      const type = isArray ? arrayType(element) : element;
      expect(readType(typeSql(type))).toEqual({ kind: "type", type });
      expect(readType(typeWords(type).toUpperCase())).toEqual({ kind: "type", type });
    }),
  );
});

test("no words make it throw, or take long", () => {
  fc.assert(fc.property(fc.string(), (words) => void readType(words)));
  readType(`varchar${" (".repeat(50_000)}`);
  readType("a ".repeat(50_000));
  readType(`text${"[]".repeat(50_000)}x`);
});

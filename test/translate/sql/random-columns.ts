/** The columns of two-engines.ts with other values: each row holds what values of such a column look like, NULL among them. */
import fc from "fast-check";
import { quoteLiteral } from "../../../src/model/identifier.js";
import { testColumns, type TestColumn } from "./two-engines.js";

interface Cell {
  readonly source: string;
  readonly target: string;
}

const same = (values: fc.Arbitrary<string>): fc.Arbitrary<Cell> =>
  values.map((sql) => ({ source: sql, target: sql }));

/**
 * Beside doubles SQLite compares whole numbers beyond 2^53 digit by digit, PostgreSQL as doubles: none are made. Nor any near
 * a billion, which is the most that substr() of SQLite counts back.
 */
const whole = fc.oneof(
  fc.integer({ min: -4, max: 9 }),
  fc.integer({ min: -1000, max: 1000 }),
  fc.constantFrom(0, 1, -1, 1_000_000, -1_000_000, 16_777_216),
);
const real = fc.oneof(
  fc.integer({ min: -40, max: 40 }).map((quarters) => quarters / 4),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
  fc.constantFrom(0, 1e15, -1e-9, 0.1, 1e20),
);
const decimal = fc.integer({ min: -100_000, max: 100_000 }).map((cents) => String(cents / 100));
const piece = fc.constantFrom(
  ...[
    "a",
    "b",
    "A",
    "B",
    "Hello",
    "éÉ",
    "𝄞",
    "ß",
    " ",
    "%",
    "_",
    "\\",
    "'",
    '"',
    "*",
    "?",
    "[",
    "0",
    "12",
    "-3",
  ],
  ...["1.5", "1e2", "\t", "\n", "ab", "x'", ".", "+", "abc", "null", "true"],
);
const words = fc.array(piece, { maxLength: 4 }).map((pieces) => quoteLiteral(pieces.join("")));
const bytes = fc.uint8Array({ maxLength: 5 }).map((array): Cell => {
  const hex = Buffer.from(array).toString("hex");
  return { source: `x'${hex}'`, target: `'\\x${hex}'` };
});
const truth = (no: string, yes: string): fc.Arbitrary<Cell> =>
  fc.boolean().map((is) => ({ source: is ? yes : no, target: String(is) }));

/** 1970 to 2037, with days at which months and years end. */
const second = fc.oneof(
  fc.integer({ min: 0, max: 2_145_916_800 }),
  fc.constantFrom(0, 951_782_400, 1_709_164_800, 1_735_689_599, 1_704_067_200),
);
const iso = (milliseconds: number): string => new Date(milliseconds).toISOString();
const moment = (source: (seconds: number) => string): fc.Arbitrary<Cell> =>
  second.map((seconds) => ({ source: source(seconds), target: `'${iso(seconds * 1000)}'` }));
const text19 = (seconds: number): string =>
  `'${iso(seconds * 1000)
    .slice(0, 19)
    .replace("T", " ")}'`;

const byName: Readonly<Record<string, fc.Arbitrary<Cell>>> = {
  i: same(whole.map(String)),
  k: same(whole.map(String)),
  r: same(
    real.map((value) => (Number.isInteger(value) && Math.abs(value) < 1e15 ? `${value}.0` : String(value))),
  ),
  n: same(decimal),
  s: same(words),
  c: same(words),
  b: truth("0", "1"),
  w: truth("'f'", "'t'"),
  x: bytes,
  at: moment(text19),
  secs: moment(String),
  ms: second.chain((seconds) =>
    fc.nat(999).map((rest) => ({
      source: String(seconds * 1000 + rest),
      target: `'${iso(seconds * 1000 + rest)}'`,
    })),
  ),
  d: same(second.map((seconds) => `'${iso(seconds * 1000).slice(0, 10)}'`)),
  tm: same(second.map((seconds) => `'${iso(seconds * 1000).slice(11, 19)}'`)),
  u: same(fc.uuid().map((uuid) => `'${uuid}'`)),
};

/** Without those that have tests of their own random kind: moments that are no plain texts or numbers, and JSON. */
export const randomColumns = (rows: number): fc.Arbitrary<readonly TestColumn[]> =>
  fc.tuple(
    ...testColumns.flatMap((column): fc.Arbitrary<TestColumn>[] => {
      const cell = byName[column.name];
      if (cell === undefined) return [];
      return [
        fc.array(fc.option(cell, { freq: 6 }), { minLength: rows, maxLength: rows }).map((cells) => ({
          ...column,
          values: cells.map((each) => each?.source ?? "NULL"),
          target: cells.map((each) => each?.target ?? "NULL"),
        })),
      ];
    }),
  );

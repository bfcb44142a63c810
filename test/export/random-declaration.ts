/** Random CREATE TABLE statements: whatever decides where a column stands in a record and how its value is stored. */
import fc from "fast-check";
import { quote } from "../../src/model/identifier.js";

export interface RandomColumn {
  readonly name: string;
  readonly type: string;
  readonly defaultSql: string | null;
  readonly constraint: string;
  readonly generated: { readonly from: number; readonly expression: string; readonly kind: string } | null;
}

/** Which column, by number modulo how many there are. */
interface KeyTerm {
  readonly column: number;
  readonly words: string;
}

type RandomKey =
  | { readonly is: "none" }
  | { readonly is: "rowid"; readonly column: number; readonly words: string }
  | { readonly is: "composite"; readonly terms: readonly KeyTerm[]; readonly withoutRowid: boolean };

export interface RandomTable {
  readonly name: string;
  readonly columns: readonly RandomColumn[];
  readonly key: RandomKey;
  readonly strict: boolean;
  readonly unique: readonly number[];
}

/** By what SQLite's rules of affinity make of them, also of those that look like something else. */
// prettier-ignore
const types = [
  "", "", "INTEGER", "INT", "BIGINT", "unsigned big int", "TEXT", "VARCHAR(20)", "CLOB", "BLOB", "REAL", "REAL", "DOUBLE PRECISION",
  "FLOAT", "NUMERIC", "DECIMAL(10,5)", "BOOLEAN", "DATETIME", "FLOATING POINT", "CHARINT", "STRING", "ANY", "JSON", "real blob",
];
const strictTypes = ["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"];

/** What SQLite takes as the value of a column for rows that were there before it, in every spelling. */
// prettier-ignore
const defaults = [
  "0", "1", "7", "-7", "+7", "- 7", "(-7)", "(((12)))", "127", "-129", "40000", "9223372036854775807", "-9223372036854775808",
  "9223372036854775808", "-9223372036854775809", "0x10", "0xFFFFFFFFFFFFFFFF", "-0x7", "1.0", "-3.0", "1.5", "-0.0", "0.0", "1e3", "1e300",
  "9e999", "-9e999", ".5", "5.", "140737488355328.0", "9007199254740993", "''", "'x'", "'12'", "' 12 '", "'1.50'", "'1e2'", "'-0'",
  "'é日本👍'", "'it''s'", "'a' ", "x''", "x'00'", "X'FF00fe'", "x'3132'", "NULL", "(NULL)", "TRUE", "false", "('y')", "(x'0a')", "(-1.25)",
  "word", "CURRENT_TIMESTAMP", "(1 + 2)", "(CAST('7.5' AS INTEGER))", "(CAST(5 AS TEXT))", "(- -5)", "1_000",
];

// prettier-ignore
const names = [
  "id", "a", "b", "c", "Value", "select", "rowid", "oid", "_rowid_", "x y", 'q"uote', "Größe", "t", "type", "a", "b", "c", "d",
];

const constraints = ["", "", "", "", "COLLATE NOCASE", "COLLATE RTRIM", "NOT NULL", "UNIQUE", "CHECK (1)"];

/** COLUMN stands for the column that they are made from. */
const expressions = [
  "COLUMN", "42", "COLUMN || 'x'", "COLUMN + 1", "length(COLUMN)", "coalesce(COLUMN, 1.5)", "CAST(COLUMN AS BLOB)", "-COLUMN", "x'00ff'",
]; // prettier-ignore

const columnOf = (type: fc.Arbitrary<string>): fc.Arbitrary<RandomColumn> =>
  fc.record({
    name: fc.constantFrom(...names),
    type,
    defaultSql: fc.oneof(fc.constant(null), fc.constantFrom(...defaults)),
    constraint: fc.constantFrom(...constraints),
    generated: fc.oneof(
      { weight: 7, arbitrary: fc.constant(null) },
      {
        weight: 1,
        arbitrary: fc.record({
          from: fc.nat(20),
          expression: fc.constantFrom(...expressions),
          kind: fc.constantFrom("VIRTUAL", "STORED", ""),
        }),
      },
    ),
  });

export const randomColumn = columnOf(fc.constantFrom(...types));
const strictColumn = columnOf(fc.constantFrom(...strictTypes));

const keyTerm = fc.record({
  column: fc.nat(9),
  words: fc.constantFrom("", "", "", "DESC", "ASC", "COLLATE NOCASE", "COLLATE BINARY", "COLLATE RTRIM DESC"),
});

const key: fc.Arbitrary<RandomKey> = fc.oneof(
  fc.record({ is: fc.constant("none" as const) }),
  fc.record({
    is: fc.constant("rowid" as const),
    column: fc.nat(9),
    words: fc.constantFrom("", "", "AUTOINCREMENT", "ASC", "DESC"),
  }),
  fc.record({
    is: fc.constant("composite" as const),
    terms: fc.array(keyTerm, { minLength: 1, maxLength: 4 }),
    withoutRowid: fc.boolean(),
  }),
  fc.record({
    is: fc.constant("composite" as const),
    terms: fc.array(keyTerm, { minLength: 1, maxLength: 2 }),
    withoutRowid: fc.constant(true),
  }),
);

/** The same few columns over and over make a wide table: quick to make, quick to shrink. */
const copies = fc.oneof(
  { weight: 20, arbitrary: fc.constant(1) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 55 }) },
);

export const randomTable: fc.Arbitrary<RandomTable> = fc.constantFrom(false, false, true).chain((strict) =>
  fc.record({
    name: fc.constantFrom("t", "Order", "we ird", "table", "naïve", "T2"),
    columns: fc
      .tuple(fc.array(strict ? strictColumn : randomColumn, { minLength: 1, maxLength: 9 }), copies)
      .map(([columns, times]) => Array.from({ length: times }, () => columns).flat()),
    key,
    strict: fc.constant(strict),
    unique: fc.array(fc.nat(9), { maxLength: 2 }),
  }),
);

/** `name`, or with a number after it where the name is taken. */
export function freeName(name: string, taken: readonly string[]): string {
  const folded = taken.map((each) => each.toLowerCase());
  for (let suffix = 0; ; suffix += 1) {
    const candidate = suffix === 0 ? name : `${name}${suffix}`;
    if (!folded.includes(candidate.toLowerCase())) return candidate;
  }
}

/** A column as CREATE TABLE and ALTER TABLE take it. @param plain Columns that are not generated, quoted. */
export function columnSql(column: RandomColumn, name: string, plain: readonly string[], suffix = ""): string {
  const generated = column.generated;
  const from = plain[(generated?.from ?? 0) % Math.max(1, plain.length)];
  const tail =
    generated === null || from === undefined
      ? column.defaultSql === null ? "" : `DEFAULT ${column.defaultSql}`
      : `GENERATED ALWAYS AS (${generated.expression.replaceAll("COLUMN", () => from)}) ${generated.kind}`; // prettier-ignore
  return [quote(name), column.type, suffix, column.constraint, tail].filter((part) => part !== "").join(" ");
}

/** The statement. @param taken Names of other tables. */
export function tableSql(table: RandomTable, taken: readonly string[]): string {
  const { key } = table;
  const used: string[] = [];
  for (const column of table.columns) used.push(freeName(column.name, used));
  // The first column is never generated, nor is one of a key.
  const isPlain = (at: number): boolean => at === 0 || table.columns[at]!.generated === null;
  const plainPlaces = table.columns.flatMap((_, at) => (isPlain(at) ? [at] : []));
  const plain = plainPlaces.map((at) => quote(used[at]!));
  const plainAt = (number: number): string => plain[number % plain.length]!;
  const rowidPlace = key.is === "rowid" ? plainPlaces[key.column % plain.length]! : -1;
  const parts = table.columns.map((column, at) => {
    const own = isPlain(at) ? { ...column, generated: null } : column;
    if (at !== rowidPlace || key.is !== "rowid") return columnSql(own, used[at]!, plain);
    const suffix = `PRIMARY KEY ${key.words}`;
    return columnSql({ ...own, type: "INTEGER", constraint: "", defaultSql: null }, used[at]!, plain, suffix);
  });
  if (key.is === "composite") {
    const terms = key.terms.map(({ column, words }) => `${plainAt(column)} ${words}`);
    parts.push(`PRIMARY KEY (${terms.join(", ")})`);
  }
  if (table.unique.length > 0) parts.push(`UNIQUE (${table.unique.map(plainAt).join(", ")})`);
  const options = [
    ...(table.strict ? ["STRICT"] : []),
    ...(key.is === "composite" && key.withoutRowid ? ["WITHOUT ROWID"] : []),
  ];
  return `CREATE TABLE ${quote(freeName(table.name, taken))} (${parts.join(", ")}) ${options.join(", ")}`;
}

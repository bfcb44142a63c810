/** Random CREATE TABLE statements of SQLite's grammar, with what was put into them. */
import fc from "fast-check";
import {
  binaryOperators,
  collations,
  conflictWords,
  folded,
  literals,
  nameArbitrary,
  types,
  written,
} from "./random-words.js";
import {
  oneOf,
  optional,
  pieces,
  render,
  trivia,
  type Deferral,
  type Expected,
  type Piece,
  type Pieces,
} from "./sql-pieces.js";

export interface RandomTable extends Expected {
  readonly sql: string;
  readonly name: string;
  readonly columns: readonly string[];
}

/** The tables that foreign keys point at, by their column x. */
export const parentNames = ["p0", "p1", "p2", "p3"];

/** An expression that a CHECK may hold, over the columns of its table. */
function expression(columns: readonly string[]): Pieces {
  const column = fc.constantFrom(...columns).chain(written);
  const leaf: Pieces = fc.oneof(pieces(column), pieces(oneOf(...literals)));
  return fc.letrec<{ tree: readonly Piece[] }>((tie) => {
    const tree = tie("tree");
    return {
      tree: fc.oneof(
        { maxDepth: 3, depthSize: "small", withCrossShrink: true },
        leaf,
        pieces("(", tree, ")", oneOf(...binaryOperators), "(", tree, ")"),
        pieces("(", tree, ")"),
        pieces("(", tree, ")", oneOf("ISNULL", "NOTNULL", "NOT NULL", "IS TRUE", "IS NOT NULL")),
        pieces(oneOf("NOT", "-", "~", "+"), "(", tree, ")"),
        pieces("(", tree, ")", oneOf("IN", "NOT IN"), "(", leaf, ",", leaf, ")"),
        pieces("(", tree, ")", oneOf("BETWEEN", "NOT BETWEEN"), leaf, "AND", leaf),
        pieces("CASE WHEN", tree, "THEN", leaf, "ELSE", tree, "END"),
        pieces("CAST (", tree, "AS", oneOf("TEXT", "DECIMAL(5, 2)", "INTEGER"), ")"),
        pieces(oneOf("length", "abs", "typeof", "json_valid", "lower"), "(", tree, ")"),
        pieces(oneOf("coalesce", "iif"), "(", tree, ",", leaf, ",", tree, ")"),
        pieces("(", leaf, ",", leaf, ") = (", leaf, ",", leaf, ")"),
        pieces(column, "COLLATE", oneOf("NOCASE", "rtrim"), "=", leaf),
        pieces(column, "LIKE '%;%' ESCAPE '\\'"),
      ),
    };
  }).tree;
}

const onConflict: Pieces = optional(
  oneOf(...conflictWords).map((word) => ["ON", "CONFLICT", word, { mark: { kind: "conflict", word } }]),
);

const constraintName: Pieces = optional(pieces("CONSTRAINT", nameArbitrary.chain(written)), 3);

const inParentheses = (kind: "check" | "generated", before: string, column: string, inner: Pieces): Pieces =>
  inner.map((of) => [...before.split(" "), "(", ...of, ")", { mark: { kind, column, pieces: of } }]);

const check = (columns: readonly string[], column: string): Pieces =>
  inParentheses("check", "CHECK", column, expression(columns));

const deferrals: readonly (readonly [string, Deferral])[] = [
  ["", "no"],
  ["NOT DEFERRABLE", "no"],
  ["DEFERRABLE", "immediate"],
  ["DEFERRABLE INITIALLY IMMEDIATE", "immediate"],
  ["DEFERRABLE INITIALLY DEFERRED", "deferred"],
  ["NOT DEFERRABLE INITIALLY DEFERRED", "no"],
];

const references: Pieces = fc.constantFrom(...parentNames, "nowhere").chain((parent) => {
  const action = pieces(
    "ON",
    oneOf("DELETE", "UPDATE"),
    oneOf("CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION"),
  );
  const match = pieces("MATCH", oneOf("FULL", "SIMPLE"));
  return fc
    .constantFrom(...deferrals)
    .chain(([words, deferral]) =>
      pieces(
        "REFERENCES",
        parent,
        optional(pieces("( x )"), 1),
        optional(action),
        optional(match),
        optional(action),
      ).map((all): readonly Piece[] => [
        ...all,
        ...(words === "" ? [] : words.split(" ")),
        { mark: { kind: "foreign key", parent, deferral } },
      ]),
    );
});

const defaultValue: Pieces = fc.oneof(
  pieces(oneOf(...literals)),
  pieces("(", oneOf(...literals), ")"),
  pieces("(", oneOf("datetime", "date"), "( 'now' ) )"),
  pieces("( abs ( random ( ) ) % 10 )"),
  pieces("( lower ( hex ( randomblob ( 16 ) ) ) )"),
);

const columnConstraint = (columns: readonly string[], column: string): Pieces =>
  pieces(
    constraintName,
    fc.oneof(
      pieces("NOT NULL", onConflict),
      pieces("NULL", onConflict),
      pieces("UNIQUE", onConflict),
      pieces("DEFAULT", defaultValue),
      check(columns, column),
      references,
    ),
  );

const collation = (column: string): Pieces =>
  optional(
    oneOf(...collations).map((name) => ["COLLATE", name, { mark: { kind: "collation", column, name } }]),
    3,
  );

/** Generated columns look at the first column only, which is never generated itself. */
function columnDefinition(columns: readonly string[], index: number, key: Pieces): Pieces {
  const column = columns[index]!;
  const plain = fc.array(columnConstraint(columns, column), { maxLength: 3 }).map((all) => all.flat());
  const generated = pieces(
    inParentheses("generated", "GENERATED ALWAYS AS", column, expression([columns[0]!])),
    optional(pieces(oneOf("STORED", "VIRTUAL"))),
    optional(check(columns, column)),
  );
  if (index === 0) return pieces(written(column), key, collation(column), plain);
  return pieces(
    written(column),
    optional(pieces(oneOf(...types)), 1),
    collation(column),
    fc.oneof({ arbitrary: plain, weight: 5 }, { arbitrary: generated, weight: 1 }),
  );
}

const nameList = (columns: readonly string[], most: number): Pieces =>
  fc
    .uniqueArray(fc.constantFrom(...columns), { minLength: 1, maxLength: most })
    .chain((names) => fc.tuple(...names.map(written)))
    .map((names) => names.flatMap((name, at): readonly Piece[] => (at === 0 ? [name] : [",", name])));

const tableConstraint = (columns: readonly string[]): Pieces =>
  pieces(
    constraintName,
    fc.oneof(
      pieces("UNIQUE (", nameList(columns, 3), ")", onConflict),
      pieces(check(columns, ""), onConflict),
      pieces("FOREIGN KEY (", nameList(columns, 1), ")", references),
    ),
  );

/** What stands behind the first column's name, what behind all columns, what behind the table. */
function keyArbitrary(columns: readonly string[]): fc.Arbitrary<readonly [Pieces, Pieces, Pieces]> {
  const type = optional(pieces(oneOf(...types)), 1);
  const nothing = pieces();
  const constraint = pieces("PRIMARY KEY (", nameList(columns.slice(0, 2), 2), ")", onConflict);
  return fc.constantFrom<readonly [Pieces, Pieces, Pieces]>(
    [type, nothing, nothing],
    [pieces("INTEGER PRIMARY KEY", onConflict), nothing, nothing],
    [pieces("INTEGER PRIMARY KEY", onConflict, "AUTOINCREMENT"), nothing, nothing],
    [pieces(type, "PRIMARY KEY", optional(pieces("DESC"))), nothing, nothing],
    [type, constraint, nothing],
    [type, constraint, pieces("WITHOUT ROWID")],
  );
}

/** Not all of them are taken by SQLite, but most. */
export const tableArbitrary = (name: fc.Arbitrary<string> = nameArbitrary): fc.Arbitrary<RandomTable> =>
  fc
    .record({
      table: name,
      columns: fc.uniqueArray(nameArbitrary, { minLength: 1, maxLength: 6, selector: folded }),
    })
    .chain(({ table, columns }) =>
      keyArbitrary(columns).chain(([ofColumn, ofTable, options]) =>
        fc.record({
          table: fc.constant(table),
          columns: fc.constant(columns),
          head: pieces("CREATE TABLE", written(table)),
          definitions: fc.tuple(...columns.map((_, index) => columnDefinition(columns, index, ofColumn))),
          constraints: fc.array(tableConstraint(columns), { maxLength: 3 }),
          key: ofTable,
          options,
          gaps: trivia,
        }),
      ),
    )
    .map(({ table, columns, head, definitions, constraints, key, options, gaps }) => {
      const parts = [...definitions, ...(key.length === 0 ? [] : [key]), ...constraints];
      const body = parts.flatMap((part, index): readonly Piece[] => (index === 0 ? part : [",", ...part]));
      return { ...render([...head, "(", ...body, ")", ...options], gaps), name: table, columns };
    });

/** Random CREATE TABLE statements of SQLite's grammar, with what was put into them. */
import fc from "fast-check";

/** What parseTableDeclaration has to find, in the order of the text. */
export interface Expected {
  /** Expressions as they stand between the parentheses, without the blanks at their ends. */
  readonly checks: readonly string[];
  /** Column -> collation in capitals. */
  readonly collations: ReadonlyMap<string, string>;
  /** Column -> expression. */
  readonly generated: ReadonlyMap<string, string>;
  /** The words behind ON CONFLICT. */
  readonly conflicts: readonly string[];
  /** Parent table and deferral of each foreign key. */
  readonly foreignKeys: readonly (readonly [parent: string, deferral: "no" | "immediate" | "deferred"])[];
}

export interface RandomTable extends Expected {
  readonly sql: string;
  readonly name: string;
  readonly columns: readonly string[];
}

/** SQL in pieces: between any two a blank or a comment may stand. */
type Piece = string | { readonly mark: Mark };
type Mark =
  | { readonly kind: "check" | "generated"; readonly column: string; readonly pieces: readonly Piece[] }
  | { readonly kind: "collation"; readonly column: string; readonly name: string }
  | { readonly kind: "conflict"; readonly word: string }
  | {
      readonly kind: "foreign key";
      readonly parent: string;
      readonly deferral: "no" | "immediate" | "deferred";
    };

type Pieces = fc.Arbitrary<readonly Piece[]>;

const pieces = (...parts: readonly (string | Pieces | fc.Arbitrary<string>)[]): Pieces =>
  fc
    .tuple(...parts.map((part) => (typeof part === "string" ? fc.constant([part]) : part)))
    .map((all) => all.flatMap((part): readonly Piece[] => (typeof part === "string" ? [part] : part)));

const oneOf = (...words: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...words);
const optional = (part: Pieces, weight = 2): Pieces =>
  fc.oneof({ arbitrary: fc.constant<readonly Piece[]>([]), weight }, { arbitrary: part, weight: 1 });

/** Words that may stand bare, some of them keywords elsewhere. */
const bareNames = [
  "a",
  "id",
  "Name",
  "filter",
  "over",
  "window",
  "key",
  "temp",
  "row",
  "plan",
  "match",
  "action",
  "first",
  "абв",
  "größe",
  "日本",
  "_x$1",
  "É",
  "é",
  "rowid_",
  "generated",
  "always",
  "end",
  "no",
  "query",
  "abort",
];
/** Names that need quotes. */
const quotedNames = [
  "",
  "order",
  "select",
  "a b",
  'we"ird',
  "we`ird",
  "we'ird",
  "br]acket",
  "-- no",
  "/* no */",
  "x\ny",
  "🚀",
];

export const nameArbitrary = fc.constantFrom(...bareNames, ...quotedNames);

/** The same name in one of the ways to write it. */
const written = (name: string): fc.Arbitrary<string> => {
  const ways = [`"${name.replaceAll('"', '""')}"`, `\`${name.replaceAll("`", "``")}\``];
  if (!name.includes("]")) ways.push(`[${name}]`);
  if (bareNames.includes(name)) ways.push(name, name);
  return fc.constantFrom(...ways);
};

const types = [
  "INTEGER",
  "text",
  "VARCHAR(30)",
  "varchar (30)",
  "DECIMAL(10, 5)",
  "DOUBLE PRECISION",
  "UNSIGNED BIG INT",
  "blob",
  "TIMESTAMP WITH TIME ZONE",
  "BOOLEAN",
  "NUMERIC(-5,+2)",
  '"my type"(3)',
  "DATETIME",
  "REAL",
  "json",
  "uuid",
  "date",
  "NATIVE CHARACTER(70)",
  "tinyint(1)",
  "[VARCHAR(MAX)]",
  "INTERVAL",
  "anything goes here",
];

const literals = [
  "NULL",
  "0",
  "-1",
  "+5",
  "1_000",
  "0x1F",
  "1e3",
  ".5",
  "1e999",
  "9223372036854775808",
  "'it''s'",
  "''",
  "'-- x'",
  "'/*'",
  "x'00ff'",
  "CURRENT_TIMESTAMP",
  "current_date",
  "CURRENT_TIME",
  "TRUE",
  "'日本 🚀'",
  "'C:\\n'",
];
const collations = ["NOCASE", "nocase", "RTRIM", "rtrim", "BINARY", '"NoCase"', "[Rtrim]", "'nocase'"];
const conflictWords = ["ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE"];

/** An expression that a CHECK may hold, over the columns of its table. */
function expression(columns: readonly string[]): Pieces {
  const column = fc.constantFrom(...columns).chain(written);
  const leaf: Pieces = fc.oneof(pieces(column), pieces(oneOf(...literals)));
  return fc.letrec<{ tree: readonly Piece[] }>((tie) => {
    const tree = tie("tree");
    const binary = oneOf(
      "=",
      "==",
      "<>",
      "!=",
      "<",
      "<=",
      ">",
      ">=",
      "+",
      "-",
      "*",
      "/",
      "%",
      "||",
      "&",
      "|",
      "<<",
      ">>",
      "AND",
      "or",
      "IS",
      "IS NOT",
      "IS DISTINCT FROM",
      "IS NOT DISTINCT FROM",
      "LIKE",
      "NOT LIKE",
      "GLOB",
      "->",
      "->>",
    );
    return {
      tree: fc.oneof(
        { maxDepth: 3, depthSize: "small", withCrossShrink: true },
        leaf,
        pieces("(", tree, ")", binary, "(", tree, ")"),
        pieces("(", tree, ")"),
        pieces("(", tree, ")", oneOf("ISNULL", "NOTNULL", "NOT NULL", "IS TRUE", "IS NOT NULL")),
        pieces(oneOf("NOT", "-", "~", "+"), "(", tree, ")"),
        pieces("(", tree, ")", oneOf("IN", "NOT IN"), "(", leaf, ",", leaf, ")"),
        pieces("(", tree, ")", oneOf("BETWEEN", "NOT BETWEEN"), leaf, "AND", leaf),
        pieces("CASE", "WHEN", tree, "THEN", leaf, "ELSE", tree, "END"),
        pieces("CAST", "(", tree, "AS", oneOf("TEXT", "DECIMAL(5, 2)", "INTEGER"), ")"),
        pieces(oneOf("length", "abs", "typeof", "json_valid", "lower"), "(", tree, ")"),
        pieces(oneOf("coalesce", "iif"), "(", tree, ",", leaf, ",", tree, ")"),
        pieces("(", leaf, ",", leaf, ")", "=", "(", leaf, ",", leaf, ")"),
        pieces(column, "COLLATE", oneOf("NOCASE", "rtrim"), "=", leaf),
        pieces(column, "LIKE", "'%;%'", "ESCAPE", "'\\'"),
      ),
    };
  }).tree;
}

const onConflict: Pieces = optional(
  fc
    .constantFrom(...conflictWords)
    .map((word) => ["ON", "CONFLICT", word, { mark: { kind: "conflict", word } }]),
);

const constraintName: Pieces = optional(pieces("CONSTRAINT", nameArbitrary.chain(written)), 3);

const check = (columns: readonly string[], column: string): Pieces =>
  expression(columns).map((inner) => [
    "CHECK",
    "(",
    ...inner,
    ")",
    { mark: { kind: "check", column, pieces: inner } },
  ]);

const deferrals = [
  ["NOT DEFERRABLE", "no"],
  ["DEFERRABLE", "immediate"],
  ["DEFERRABLE INITIALLY IMMEDIATE", "immediate"],
  ["DEFERRABLE INITIALLY DEFERRED", "deferred"],
  ["NOT DEFERRABLE INITIALLY DEFERRED", "no"],
] as const;

function references(parent: string): Pieces {
  const actions = pieces(
    "ON",
    oneOf("DELETE", "UPDATE"),
    oneOf("CASCADE", "SET NULL", "SET DEFAULT", "RESTRICT", "NO ACTION"),
  );
  return fc
    .tuple(
      optional(actions),
      optional(actions),
      optional(pieces("MATCH", oneOf("FULL", "SIMPLE"))),
      fc.option(fc.constantFrom(...deferrals)),
    )
    .map(([first, second, match, deferral]) => [
      "REFERENCES",
      parent,
      "(",
      "x",
      ")",
      ...first,
      ...match,
      ...second,
      ...(deferral === null ? [] : [deferral[0]]),
      { mark: { kind: "foreign key", parent, deferral: deferral?.[1] ?? "no" } },
    ]);
}

function columnConstraint(columns: readonly string[], column: string, parent: string): Pieces {
  return pieces(
    constraintName,
    fc.oneof(
      pieces("NOT", "NULL", onConflict),
      pieces("NULL", onConflict),
      pieces("UNIQUE", onConflict),
      pieces("DEFAULT", oneOf(...literals)),
      pieces("DEFAULT", "(", expressionOfLiterals, ")"),
      check(columns, column),
      references(parent),
    ),
  );
}

const expressionOfLiterals: Pieces = fc.oneof(
  pieces(oneOf(...literals)),
  pieces(oneOf("datetime", "date"), "(", "'now'", ")"),
  pieces("abs", "(", "random", "(", ")", ")", "%", "10"),
  pieces("lower", "(", "hex", "(", "randomblob", "(", "16", ")", ")", ")"),
);

const collation = (column: string): Pieces =>
  optional(
    fc
      .constantFrom(...collations)
      .map((name) => ["COLLATE", name, { mark: { kind: "collation", column, name } }]),
    3,
  );

const generation = (columns: readonly string[], column: string): Pieces =>
  expression(columns).map((inner) => [
    "GENERATED",
    "ALWAYS",
    "AS",
    "(",
    ...inner,
    ")",
    { mark: { kind: "generated", column, pieces: inner } },
  ]);

/** Generated columns look at the first column only, which is never generated itself. */
function columnDefinition(columns: readonly string[], index: number): Pieces {
  const column = columns[index]!;
  const type = optional(pieces(oneOf(...types)), 1);
  const plain = fc
    .array(columnConstraint(columns, column, `p${index}`), { maxLength: 3 })
    .map((all) => all.flat());
  const generated = pieces(
    generation([columns[0]!], column),
    optional(pieces(oneOf("STORED", "VIRTUAL"))),
    optional(check(columns, column)),
  );
  const rest =
    index === 0 ? plain : fc.oneof({ arbitrary: plain, weight: 5 }, { arbitrary: generated, weight: 1 });
  return pieces(written(column), type, collation(column), rest);
}

function tableConstraint(columns: readonly string[], index: number): Pieces {
  const some = fc
    .uniqueArray(fc.constantFrom(...columns), { minLength: 1, maxLength: 3 })
    .chain((names) => fc.tuple(...names.map(written)))
    .map((names): readonly Piece[] => names.flatMap((name, at) => (at === 0 ? [name] : [",", name])));
  const parent = `q${index}`;
  const foreignKey = fc
    .constantFrom(...columns)
    .chain((name) => pieces("FOREIGN", "KEY", "(", written(name), ")", references(parent)));
  return pieces(
    constraintName,
    fc.oneof(
      pieces("UNIQUE", "(", some, ")", onConflict),
      pieces(check(columns, ""), onConflict),
      foreignKey,
    ),
  );
}

/** Something that separates tokens and is nothing. */
const trivia = fc.constantFrom(
  " ",
  " ",
  " ",
  "\n",
  "\t",
  " /* c */ ",
  " -- c ' \" [ (\n",
  "/**/",
  " /* ) ; */ ",
);

/** @param plain true: only blanks between the tokens, and no name twice under SQLite's folding. */
export const tableArbitrary = (name: fc.Arbitrary<string> = nameArbitrary): fc.Arbitrary<RandomTable> =>
  fc
    .tuple(
      name,
      fc.uniqueArray(nameArbitrary, { minLength: 1, maxLength: 6, selector: (each) => each.toLowerCase() }),
    )
    .chain(([table, columns]) =>
      fc.record({
        table: fc.constant(table),
        columns: fc.constant(columns),
        writtenName: written(table),
        definitions: fc.tuple(...columns.map((_, index) => columnDefinition(columns, index))),
        constraints: fc
          .nat(3)
          .chain((count) =>
            fc.tuple(...Array.from({ length: count }, (_, index) => tableConstraint(columns, index))),
          ),
        gaps: fc.array(trivia, { minLength: 7, maxLength: 7 }),
      }),
    )
    .map(({ table, columns, writtenName, definitions, constraints, gaps }) => {
      const all: Piece[] = ["CREATE", "TABLE", writtenName, "("];
      for (const [index, part] of [...definitions, ...constraints].entries())
        all.push(...(index === 0 ? [] : [","]), ...part);
      all.push(")");
      return { ...rendered(all, gaps), name: table, columns };
    });

function rendered(all: readonly Piece[], gaps: readonly string[]): Expected & { readonly sql: string } {
  const checks: string[] = [];
  const collationOf = new Map<string, string>();
  const generated = new Map<string, string>();
  const conflicts: string[] = [];
  const foreignKeys: [string, "no" | "immediate" | "deferred"][] = [];
  let sql = "";
  let count = 0;
  const write = (piece: string): void => {
    sql += (sql === "" ? "" : gaps[count++ % gaps.length]!) + piece;
  };
  const marks: { mark: Mark; end: number }[] = [];
  const starts: number[] = [];
  for (const piece of all) {
    if (typeof piece === "string") {
      write(piece);
      starts.push(sql.length - piece.length);
    } else marks.push({ mark: piece.mark, end: starts.length });
  }
  for (const { mark, end } of marks) {
    if (mark.kind === "collation")
      collationOf.set(mark.column, mark.name.replaceAll(/["'[\]]/g, "").toUpperCase());
    else if (mark.kind === "conflict") conflicts.push(mark.word);
    else if (mark.kind === "foreign key") foreignKeys.push([mark.parent, mark.deferral]);
    else {
      // The expression's pieces stand before the closing parenthesis, the last string before the mark.
      const strings = mark.pieces.filter((piece) => typeof piece === "string");
      const from = starts[end - 1 - strings.length]!;
      const last = strings.at(-1)!;
      const text = sql.slice(from, starts[end - 2]! + last.length);
      if (mark.kind === "check") checks.push(text);
      else generated.set(mark.column, text);
    }
  }
  return { sql, checks, collations: collationOf, generated, conflicts, foreignKeys };
}

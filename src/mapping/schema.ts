/**
 * What a mapping file may hold, key by key. schemas/mapping.schema.json is made from this, so the descriptions are what an
 * editor shows; `error` is what a complaint says was expected.
 */
import { z } from "zod";
import { existingRowsWays } from "../model/existing.js";

export const formatVersion = 1;

export const conversions = ["boolean", "json", "uuid", "decimal", "julian", "hex", "base64"] as const;
export const nameStyles = ["keep", "snake", "lower"] as const;
export const epochs = ["s", "ms", "us", "ns", "core-data", "webkit"] as const;

const text = (description: string) => z.string({ error: "text" }).describe(description);
const choice = <const Words extends readonly [string, ...string[]]>(words: Words, description: string) =>
  z.enum(words, { error: orWords(words) }).describe(description);
/** YAML's own null is meant as well as the word. */
const rejectOrNull = (description: string) =>
  z.union([z.enum(["reject", "null"]), z.null()], { error: "reject or null" }).describe(description);
const words = (description: string) =>
  z
    .array(z.string({ error: "text" }), { error: "a list of words" })
    .min(1, { error: "at least one word" })
    .describe(description);
const yesOrNo = (description: string) => z.boolean({ error: "true or false" }).describe(description);

function orWords(all: readonly string[]): string {
  return `${all.slice(0, -1).join(", ")} or ${all.at(-1) ?? ""}`;
}

const because = text("Why, for people: the plan prints it beside what the rule decided.");

const policies = {
  nul: choice(
    ["reject", "strip", "replace"],
    "NUL characters in text, which PostgreSQL's text cannot hold: reject the row, leave them out, or put U+FFFD in their place.",
  ),
  "invalid-utf8": choice(
    ["reject", "replace", "bytea"],
    "Text that is no UTF-8: reject the row, put U+FFFD in the place of what is wrong, or make the whole column bytea.",
  ),
  "out-of-range": rejectOrNull(
    "What looks like a date or time and is none that PostgreSQL has (0000-00-00, 25:00, the year 300000): reject the row, or NULL.",
  ),
  empty: rejectOrNull("Text of nothing but blanks in a column that is not textual: reject the row, or NULL."),
  excess: choice(
    ["reject", "round", "truncate"],
    "What the type's length or precision would cut or round: reject the row, round, or cut.",
  ),
  true: words("Words that mean true in a boolean column, in any case, besides t and true."),
  false: words("Words that mean false in a boolean column, in any case, besides f and false."),
  "null-as": text("Put in the place of NULL, and converted as a text is."),
};

const zone = text(
  "A time zone by its IANA name, such as Europe/Berlin: in a column that becomes timestamptz, texts without an offset are local times of it. Without this they are UTC.",
).meta({ examples: ["Europe/Berlin", "America/New_York", "UTC"] });

const typed = {
  skip: yesOrNo("true: not carried, but listed."),
  type: text(
    "A built-in type of PostgreSQL in SQL's words: bigint, varchar(30), numeric(10,2), timestamptz(3), text[] ...",
  ).meta({
    examples: [
      "boolean",
      "bigint",
      "integer",
      "double precision",
      "numeric(10,2)",
      "text",
      "varchar(30)",
      "bytea",
      "uuid",
      "jsonb",
      "date",
      "time",
      "timestamp",
      "timestamptz",
    ],
  }),
  convert: z
    .union(
      [
        z.enum(conversions),
        z.strictObject({
          epoch: z
            .enum(epochs)
            .describe(
              "Seconds, milliseconds, microseconds or nanoseconds since 1970, seconds since 2001 (Core Data), or microseconds since 1601 (WebKit).",
            ),
        }),
      ],
      { error: `${conversions.join(", ")} or { epoch: ${epochs.join("|")} }` },
    )
    .describe(
      "How the values are to be read. Without a type it implies one: boolean, jsonb, uuid, numeric, timestamptz (julian, epoch), bytea (hex, base64).",
    ),
};

const nocase = choice(
  ["index", "citext", "icu"],
  "Columns that are declared COLLATE NOCASE: text whose indexes fold A to Z (index), the extension's citext, or text under a collation of ICU that does not tell case.",
);

const ruleShape = { ...typed, zone, nocase, ...policies, because };

export const columnRule = z
  .strictObject(
    {
      ...ruleShape,
      rename: text("The column's name in PostgreSQL. Only for one column by its name, not for a pattern."),
    },
    { error: "keys such as type, convert or skip" },
  )
  .partial()
  .meta({ id: "columnRule", description: "What becomes of a column." });

export const typeRule = z
  .strictObject(ruleShape, { error: "keys such as type, convert or skip" })
  .partial()
  .meta({ id: "typeRule", description: "What becomes of the columns that are declared so." });

export const valuesRule = z
  .strictObject({ zone, nocase, ...policies, because }, { error: "keys such as nul or empty" })
  .partial()
  .meta({
    id: "valuesRule",
    description: "For every column of every table, where no other rule says otherwise.",
  });

/** A key with nothing after it says nothing: what was there may be commented out. */
const perColumn = z
  .record(z.string(), columnRule.nullable(), { error: "columns by their names" })
  .nullable()
  .describe(
    "By a column's name, or a pattern with * and ? (\\* and \\? are the characters themselves); case does not count. A name counts more than a pattern.",
  );

const perType = z
  .record(z.string(), typeRule.nullable(), { error: "declared types, such as DATETIME" })
  .nullable()
  .describe(
    "By the type that the column is declared with, or a pattern with * and ?; neither case nor the width of white space count.",
  );

export const tableRule = z
  .strictObject(
    {
      skip: yesOrNo("true: the table is not carried, but listed."),
      rename: text("The table's name in PostgreSQL. Only for one table by its name, not for a pattern."),
      "existing-rows": choice(
        existingRowsWays,
        "With --into-existing, what becomes of rows that the target's table has already: nothing is loaded, they go, they stay and rows of other keys come to them, or those of the same key become what the source has. It counts more than the option of that name.",
      ),
      seed: z
        .array(z.string({ error: "text" }), { error: "a list of columns" })
        .describe(
          "The application makes these rows itself with its schema: with --into-existing, a table of the target that has rows is left alone, and the rows of both sides are compared by these columns, as text; [] compares nothing. It counts more than the option --existing-rows.",
        ),
      columns: perColumn,
      types: perType,
      because,
    },
    { error: "keys such as columns, rename or skip" },
  )
  .partial()
  .meta({ id: "tableRule", description: "What becomes of a table." });

const names = (description: string) =>
  z.array(z.string({ error: "text" }), { error: "a list of names" }).describe(description);

const recognition = z
  .strictObject(
    {
      tables: names("All of these tables are there; patterns with * and ? are allowed."),
      columns: z
        .record(z.string(), names("All of these columns are there."), {
          error: "lists of columns by their tables",
        })
        .describe("And these columns, by their tables; patterns with * and ? are allowed."),
    },
    { error: "the keys tables or columns" },
  )
  .partial()
  .describe("When a mapping that comes with sqlift is taken unasked; in a file of your own it says nothing.");

const parts = z
  .object({
    name: text(
      "What reports call the mapping. The name of a mapping that comes with sqlift: this one takes its place.",
    ),
    because: text("Why, for people: the reason of every rule in the file that has none of its own."),
    recognise: recognition,
    names: choice(
      nameStyles,
      "How names are spelled in PostgreSQL, unless a rule renames: as they are, in snake_case, or in lower case.",
    ),
    tables: z
      .record(z.string(), tableRule.nullable(), { error: "tables by their names" })
      .nullable()
      .describe(
        "By a table's name, or a pattern with * and ? (\\* and \\? are the characters themselves); case does not count. A name counts more than a pattern.",
      ),
    types: perType,
    values: valuesRule.nullable(),
  })
  .partial();

export const mappingFile = z
  .strictObject(
    {
      version: z
        .literal(formatVersion, { error: `${formatVersion}, the version of this format` })
        .describe("The version of this format."),
      ...parts.shape,
    },
    { error: "keys such as version, tables, types and values" },
  )
  .meta({
    title: "A mapping file of sqlift",
    description: "What becomes of tables, columns and values on their way into PostgreSQL.",
  });

export type MappingFile = z.input<typeof mappingFile>;
export type TableRuleFile = z.input<typeof tableRule>;
export type ColumnRuleFile = z.input<typeof columnRule>;

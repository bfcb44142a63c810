/** The words that random SQL of SQLite is made of. */
import fc from "fast-check";

/** Names that may stand bare, some of them keywords elsewhere. */
const bareNames =
  "a id Name filter over window key temp row plan match action first абв größe 日本 _x$1 É é rowid_ generated always end no query abort xmin ctid".split(
    " ",
  );

/** Names that need quotes. */
const quotedNames = "|order|select|a b|we\"ird|we`ird|we'ird|br]acket|-- no|/* no */|x\ny|🚀".split("|");

/** Names that are too long for PostgreSQL and begin alike. */
const longNames = ["", "a", "_2", "é"].map((tail) => "long".repeat(16) + tail);

export const nameArbitrary = fc.oneof(
  { arbitrary: fc.constantFrom(...bareNames, ...quotedNames), weight: 9 },
  { arbitrary: fc.constantFrom(...longNames), weight: 1 },
);

/** As SQLite tells names apart. */
export const folded = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

/** The same name in one of the ways to write it. */
export function written(name: string): fc.Arbitrary<string> {
  const ways = [`"${name.replaceAll('"', '""')}"`, `\`${name.replaceAll("`", "``")}\``];
  if (!name.includes("]")) ways.push(`[${name}]`);
  if (bareNames.includes(name)) ways.push(name, name);
  return fc.constantFrom(...ways);
}

export const types = (
  "INTEGER|text|VARCHAR(30)|varchar (3)|DECIMAL(10, 5)|DOUBLE PRECISION|UNSIGNED BIG INT|blob|TIMESTAMP WITH TIME ZONE|BOOLEAN|" +
  'NUMERIC(-5,+2)|"my type"(3)|DATETIME|REAL|json|uuid|date|TIME|NATIVE CHARACTER(70)|tinyint(1)|[VARCHAR(MAX)]|INTERVAL|anything goes here'
).split("|");

export const literals = (
  "NULL|0|-1|+5|1|1_000|0x1F|1e3|.5|1e999|9223372036854775808|'it''s'|''|'-- x'|'/*'|'{}'|'2024-02-30'|'2024-02-29 09:30'|'t'|x'00ff'|x'61'|" +
  "CURRENT_TIMESTAMP|current_date|CURRENT_TIME|TRUE|'日本 🚀'|'C:\\n'|'f81d4fae-7dec-11d0-a765-00a0c91e6bf6'"
).split("|");

export const collations = "NOCASE nocase RTRIM rtrim BINARY \"NoCase\" [Rtrim] 'nocase'".split(" ");
export const conflictWords = "ROLLBACK ABORT FAIL IGNORE REPLACE".split(" ");
export const binaryOperators = [
  ..."= == <> != < <= > >= + - * / % || & | << >> AND or LIKE GLOB -> ->>".split(" "),
  ..."IS,IS NOT,IS DISTINCT FROM,IS NOT DISTINCT FROM,NOT LIKE".split(","),
];

/** Values of every storage class that a column may hold, as SQL. */
export const valueArbitrary = fc.oneof(
  fc.constantFrom(...literals),
  fc.constantFrom(
    "'a' || char(0)",
    "CAST(x'ff' AS TEXT)",
    "x'ff'",
    "-0.0",
    "9e999",
    "1600000000",
    "1600000000000",
    "2459000.5",
    "9007199254740993",
  ),
  fc.integer({ min: -3, max: 300 }).map(String),
);

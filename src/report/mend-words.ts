/** What somebody can do about findings where that takes more than a line of SQL: rules, corrections, and why others do not help. */
import type { Finding, KeyRefusal, TypeOffer } from "../model/finding.js";
import type { ColumnPlace } from "../model/place.js";
import { quote, quoteQualified } from "../model/identifier.js";
import type { Example } from "../model/profile.js";
import { mappingLine, ruleText, settlingRule, settlingType, type Rejected } from "./mend-mapping.js";
import { duplicatesSql, limitSql, selectSql, updateRowSql } from "./mend-sql.js";
import { counted } from "./number-words.js";
import { nameWords } from "./place-words.js";

/** Words for what a mapping could say; none where nothing would help. */
export const ruleMend = (
  finding: Finding & { readonly at: ColumnPlace },
  words: string,
): readonly string[] => {
  const rule = settlingRule(finding);
  return rule === null ? [] : [`${words}: ${mappingLine(finding.at, rule)}`];
};

/** How a column that the target has already would take the value. */
export const alterMend = (finding: Rejected): readonly string[] => {
  const type = settlingType(finding);
  if (type === null || finding.there === null) return [];
  const { schema, table, column } = finding.there;
  return [
    `Change the column in the target, where its application can do with that: ALTER TABLE ${quoteQualified(schema, table)} ALTER COLUMN ${quote(column)} TYPE ${type};`,
  ];
};

type Offering = Extract<Finding, { readonly offer: TypeOffer }>;

/** The line, and what becomes of the rows that do not fit even so. */
export const offerMend = ({ at, offer }: Offering, words: string, say = "say in a mapping"): string => {
  const others = offer.rejected === 0 ? "" : `, ${quarantineWords(offer.rejected)}`;
  return `${words}${others}, ${say}: ${mappingLine(at, ruleText(offer))}`;
};

/** @param rows that a rule rejects; null: there may be some. */
export const quarantineWords = (rows: number | null): string =>
  `with --on-reject quarantine for ${rows === null ? "rows that do" : `the ${counted(rows, "row")} that ${rows === 1 ? "does" : "do"}`} not fit even so`;

export const limitMend = ({
  at,
  declared,
}: Extract<Finding, { kind: "length-limit-dropped" }>): readonly string[] => {
  const sql = limitSql(at, declared);
  return sql === null ? [] : [`Make the values fit it, for example ${sql}`];
};

export const quarantineMend =
  "Keep these rows apart, whole, in the target's sqlift.rejected_rows: --on-reject quarantine";

export const correctMend = ({
  at,
  first,
}: Extract<Finding, { kind: "value-misfit" | "rows-rejected" }>): string =>
  `Look with ${selectSql(at, first)} and put a value that fits${exampleSql(at, first)}`;

export const exampleSql = (at: ColumnPlace, first: Example): string => {
  const sql = updateRowSql(at, "NULL", first);
  return sql === null ? "." : `, for example ${sql}`;
};

/** PRAGMA foreign_key_check shows those alone that SQLite itself finds. */
export const orphanMend = ({
  at,
  parentTable,
  foundIn,
  rejectedParents,
}: Omit<Extract<Finding, { kind: "orphan-rows" }>, "kind">): string => {
  if (foundIn === "source")
    return `List them with PRAGMA foreign_key_check(${quote(at.table)}); and delete them, or give them a parent or NULL.`;
  return rejectedParents > 0
    ? `Their parents are there in SQLite; ${counted(rejectedParents, "row")} of ${nameWords(parentTable)} ${rejectedParents === 1 ? "was" : "were"} rejected: settle ${rejectedParents === 1 ? "it" : "them"} as the findings of ${nameWords(parentTable)} say, and migrate again.`
    : `SQLite finds their parents, by a comparison that PostgreSQL does not share: write the values just as their parents have them, and migrate again.`;
};

export const keyMends: Readonly<Record<KeyRefusal, (table: string, columns: readonly string[]) => string>> = {
  duplicates: (table, columns) =>
    `Look for rows that became equal, in PostgreSQL: ${duplicatesSql(table, columns)} Correct them in SQLite and migrate again.`,
  "entry-too-large": () =>
    "An entry of PostgreSQL's B-tree holds 2,704 bytes: shorten what is longer and migrate again. A unique index over sha256() of it keeps equal rows out as well.",
  "too-many-columns": () => "Make it over fewer columns, in SQLite, and migrate again.",
  other: () => "Correct in SQLite what PostgreSQL complains of, and migrate again.",
};

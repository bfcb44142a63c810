/**
 * What is said of every kind of finding, and what somebody can do about it: a line for a mapping, an option, SQL.
 *
 * Sentences are complete without their place beside them: JSON readers and log files see only them. They are
 * not made safe for a terminal here (`visible`). More stands on the kind's page, docs/findings/<kind>.md.
 */
import type { Finding, FindingKind } from "../model/finding.js";
import { quote, quoteQualified } from "../model/identifier.js";
import type { RulePlace } from "../model/mapping.js";
import type { TimeUnit } from "../model/postgres.js";
import { policyKeys } from "../model/policy.js";
import { timesSeenWords } from "../model/times-seen.js";
import { declaredLimit } from "./declared-limit.js";
import { mappingLine } from "./mend-mapping.js";
import { lowerIdentitySql, renameInTargetSql, selectSql, unitSql, updateSql } from "./mend-sql.js";
import {
  alterMend,
  correctMend,
  exampleSql,
  keyMends,
  limitMend,
  offerMend,
  quarantineMend,
  ruleMend,
} from "./mend-words.js";
import { collationFindingWords } from "./collation-words.js";
import { existingFindingWords } from "./existing-words.js";
import type { FindingWords } from "./wording.js";
import { nameFindingWords } from "./name-words.js";
import { counted, grouped } from "./number-words.js";
import { orphanFindingWords } from "./orphan-words.js";
import { columnWords, exampleWords, firstWords, listWords, nameWords, rowWords } from "./place-words.js";

type WordsByKind = { readonly [K in FindingKind]: (finding: Extract<Finding, { kind: K }>) => FindingWords };

export const findingWords: WordsByKind = {
  "value-misfit": (finding) => ({
    what: `${rejectedWords(finding)}; nothing is written while there is such a row.`,
    mend: [
      ...ruleMend(finding, "Say in a mapping"),
      ...alterMend(finding),
      // What PostgreSQL has no room for cannot be kept there either.
      ...(finding.code === "too-large" ? [] : [quarantineMend]),
      correctMend(finding),
    ].join("\n"),
  }),

  "rows-rejected": (finding) => ({
    what: `${rejectedWords(finding)}; ${finding.rows === 1 ? "the row is" : "these rows are"} kept whole in the target's sqlift.rejected_rows.`,
    mend: [...ruleMend(finding, "Say in a mapping"), ...alterMend(finding), correctMend(finding)].join("\n"),
  }),

  "too-many-rejects": ({ at, rows, rejected, limit }) => ({
    what: `${at.table === null ? "The file" : nameWords(at.table)}: ${grouped(rejected)} of ${counted(rows, "row")} would be rejected; --max-rejects allows ${"rows" in limit ? grouped(limit.rows) : `${limit.percent} %`}.`,
    mend: "Settle the rejected values by a mapping, or raise --max-rejects.",
  }),

  "policy-applied": ({ at, policy, values, first, became }) => ({
    what: `${columnWords(at)}: ${counted(values, "value")} ${values === 1 ? "is" : "are"} changed by the policy ${policyKeys[policy]}; the first is ${exampleWords(first)} and becomes ${became}.`,
    mend: null,
  }),

  "rule-not-kept": (finding) => ({
    what: ruleNotKeptWords(finding),
    mend: offerMend(finding, "To have it so all the same", "say it in a mapping of your own"),
  }),

  "rule-unused": ({ rule, pattern, nearest }) => ({
    what: `The rule ${ruleWords(rule)} for ${quote(pattern)} fits nothing in this file.`,
    mend: nearest === null ? null : `Did you mean ${quote(nearest)}?`,
  }),

  "rule-not-in-target": ({ at, rule, wanted, type }) => ({
    what: `${columnWords(at)}: the rule ${ruleWords(rule)} makes it ${wanted}, but the target has ${type}, and that decides.`,
    mend: "If the target is as it should be, leave the type out of the rule, or name that of the target; else change the column in PostgreSQL.",
  }),

  "mapping-recognised": ({ mapping, by }) => ({
    what: `The built-in mapping ${mapping} is used, because the file has ${listWords(by)}.`,
    mend: `To do without it: --mapping none; to read it: sqlift mappings ${mapping}`,
  }),

  "time-unit-missing": (finding) => ({
    what: `${columnWords(finding.at)}: ${finding.rule === null ? "the target" : `the rule ${ruleWords(finding.rule)}`} makes it ${finding.type}, but the unit of its numbers is not beyond doubt (seen: ${timesSeenWords(finding.seen)}).`,
    mend: [
      ...ruleMend(finding, "Say in a mapping which unit (s, ms, us, ns, core-data or webkit)"),
      "For Julian days: convert: julian",
    ].join("\n"),
  }),

  "declared-type-not-kept": (finding) => {
    const { at, declared, type, values, first } = finding;
    return {
      what: `${columnWords(at)} is declared ${declared}, but ${counted(values, "value")} ${values === 1 ? "is" : "are"} of another kind${firstWords(first)}; the column becomes ${type}, which holds them all.`,
      mend: [
        offerMend(finding, `To have it ${finding.offer.type} all the same`),
        ...(first === null
          ? []
          : [
              `If that is a mistake in the data, look with ${selectSql(at, first)} and correct it${exampleSql(at, first)}`,
            ]),
      ].join("\n"),
    };
  },

  "time-unit-unclear": (finding) => ({
    what: `${columnWords(finding.at)} is declared ${finding.declared}, but the unit of its numbers is not beyond doubt (seen: ${timesSeenWords(finding.seen)}); they stay as they are, as ${finding.type}.`,
    mend: [
      `Bring them to one unit${unitSql(finding.at, finding.seen)}`,
      ...ruleMend(
        finding,
        "If all count one unit, say which (s, ms, us, ns, core-data or webkit) in a mapping",
      ),
    ].join("\n"),
  }),

  "looks-like": (finding) => ({
    what: lookWords(finding),
    mend: ruleMend(finding, "If that is what it is, say in a mapping")[0] ?? null,
  }),

  "zoneless-as-utc": ({ at, values }) => ({
    what: `${columnWords(at)}: ${counted(values, "time")} without an offset ${values === 1 ? "is" : "are"} taken as UTC.`,
    mend: `If they are local times, say in a mapping of which zone, for example ${mappingLine(at, "zone: Europe/Berlin")}`,
  }),

  "values-converted": ({ at, from, type, values, first }) => ({
    what: `${columnWords(at)}: ${counted(values, `${from} value`)} ${values === 1 ? "becomes" : "become"} ${type}${firstWords(first)}.`,
    mend: null,
  }),

  "length-limit-dropped": (finding) => ({
    what: `${columnWords(finding.at)} is declared ${finding.declared}, but ${overLimit(finding)}; the limit is left out.`,
    mend: [offerMend(finding, "To keep the limit"), ...limitMend(finding)].join("\n"),
  }),

  "null-in-not-null": ({ at, rows, first, policy }) =>
    policy === null
      ? {
          what: `${columnWords(at)} is declared NOT NULL, but ${counted(rows, "row")} ${rows === 1 ? "holds" : "hold"} NULL${firstWords(first)}; NOT NULL is left out.`,
          mend: `To keep NOT NULL, give these rows a value, for example ${updateSql(at, "0", `${quote(at.column)} IS NULL`)}`,
        }
      : {
          what: `${columnWords(at)} is declared NOT NULL, but ${counted(rows, "value")} ${rows === 1 ? "becomes" : "become"} NULL by the policy ${policyKeys[policy]}${firstWords(first)}; NOT NULL is left out.`,
          mend: `To keep NOT NULL, have these rows rejected: ${mappingLine(at, `${policyKeys[policy]}: reject`)}`,
        },

  "null-in-primary-key": ({ at, rows, first }) => ({
    what: `${columnWords(at)} is part of the primary key, but ${counted(rows, "row")} ${rows === 1 ? "holds" : "hold"} NULL${firstWords(first)}; PostgreSQL allows no NULL there, so a UNIQUE constraint takes its place.`,
    mend: `To keep the primary key, give each of these rows a value of its own, for example ${updateSql(at, "-_rowid_", `${quote(at.column)} IS NULL`)}`,
  }),

  "key-not-made": ({ at, name, columns, cause, message }) => ({
    what: `${nameWords(at.table)}: ${nameWords(name)} (${listWords(columns)}) could not be made; the rows are there without it. PostgreSQL says: ${message}`,
    mend: keyMends[cause](at.table, columns),
  }),

  "index-entry-too-large": ({ at, piece, name, columns, bytes, row, stands }) => ({
    what: `${nameWords(at.table)}: an entry of the ${piece === "unique" ? "unique constraint" : piece} ${nameWords(name)} (${listWords(columns)}) has ${grouped(bytes)} bytes, at ${rowWords(row)}; a B-tree takes 2,704, and ${standsWords[stands]}.`,
    mend: entryMends[stands],
  }),

  ...orphanFindingWords,

  "check-broken": ({ at, name, sql, rows, first }) => ({
    what: `${nameWords(at.table)}: ${counted(rows, "row")} ${rows === 1 ? "breaks" : "break"} the check ${nameWords(name)}, ${sql}${first.length === 0 ? "" : ` (first: ${first.map((words) => `(${words})`).join(", ")})`}; it is made NOT VALID: it holds for what is written from now on.`,
    mend: `Correct the rows, in SQLite or in PostgreSQL, and there have it checked: ALTER TABLE ${quote(at.table)} VALIDATE CONSTRAINT ${quote(name)};`,
  }),

  "piece-refused": ({ at, piece, name, message }) => ({
    what: `${at.table === null ? "" : `${nameWords(at.table)}: `}the ${piece} ${nameWords(name)} is not carried over, for PostgreSQL does not take it (${message}).`,
    mend: "Its SQL is listed under what is not carried over: rewrite it, and run it when the rows are there.",
  }),

  "full-text-lost": ({ at, reason }) => ({
    what: `${nameWords(at.table)} is a full-text table whose own text cannot be read, and is not carried over: ${reason}.`,
    mend: `If the application can still read it, have it copy the text into a table: CREATE TABLE ${quote(`${at.table}_text`)} AS SELECT rowid AS id, * FROM ${quote(at.table)};`,
  }),

  ...collationFindingWords,

  "rounds-by-digits": ({ at, piece, name, constructs }) => ({
    what: `${at.table === null ? "" : `${nameWords(at.table)}: `}the ${piece} ${nameWords(name)} rounds numbers by their decimal digits (${constructs.join("; ")}): a half like 2.675 may come out one higher in the last digit than in SQLite, which rounds the double itself.`,
    mend: null,
  }),

  "foreign-key-type-changed": ({ at, type, parentTable }) => ({
    what: `${columnWords(at)} becomes ${type}, the type of the column of ${nameWords(parentTable)} that it points to.`,
    mend: null,
  }),

  "identity-exhausted": ({ at, type, largest }) => ({
    what: `${columnWords(at)} has used ${grouped(largest)}, the largest number of ${type}: the next insert without a value fails.`,
    mend: `${type === "bigint" ? "" : `Say in a mapping: ${mappingLine(at, "type: bigint")}\n`}Give that row a smaller number (and lower the table's line in sqlite_sequence, if it has one): ${lowerIdentitySql(at, largest)}`,
  }),

  ...nameFindingWords,

  "too-many-columns": ({ at, columns }) => ({
    what: `${nameWords(at.table)} has ${grouped(columns)} columns; PostgreSQL takes 1,600 in a table.`,
    mend: `Move columns to a second table with the same key: CREATE TABLE ... AS SELECT ..., then ALTER TABLE ${quote(at.table)} DROP COLUMN ...;`,
  }),

  "row-too-long": ({ at, bytes, row }) => ({
    what: `${nameWords(at.table)}: the row at ${rowWords(row)} takes at least ${grouped(bytes)} bytes of its page; PostgreSQL has room for 8,160, and moves only texts, blobs and the like out of a row.`,
    mend: `Move columns to a second table with the same key: CREATE TABLE ... AS SELECT ..., then ALTER TABLE ${quote(at.table)} DROP COLUMN ...;`,
  }),

  "value-not-provable": ({ at, bytes }) => ({
    what: `${columnWords(at)}: the longest value has ${grouped(bytes)} bytes, and none of more than 536,870,888 can be read again for the proof; the table stays unproven, and with the proof nothing is moved into place.`,
    mend: "Take such values out of the file, leave the table out by --exclude, or carry all tables without proof by --no-validate.",
  }),

  "name-taken": ({ at, schema, name, what }) => ({
    what: `${nameWords(at.table)} cannot be made: the target already has the ${what} ${quoteQualified(schema, name)}, and nothing of the target's is replaced.`,
    mend: `Rename what is there, in PostgreSQL${nullOr(renameInTargetSql(what, schema, name), (sql) => `: ${sql}`) ?? "."}`,
  }),

  ...existingFindingWords,

  "nothing-to-move": () => ({
    what: "There are no tables to move.",
    mend: "Check that it is the file you mean; SQLite makes an empty one when a path is mistyped.",
  }),
};

type RejectedRows = Extract<Finding, { kind: "value-misfit" | "rows-rejected" }>;

const rejectedWords = ({ at, type, rows, first, reason }: RejectedRows): string =>
  `${columnWords(at)}: ${counted(rows, "row")} cannot go in, because a value cannot become ${type}; the first is ${exampleWords(first)}: ${reason}`;

/** `timestamptz from milliseconds`. */
const typeFrom = (type: string, unit: TimeUnit | null): string =>
  unit === null ? type : `${type} from ${unit}`;

const lookWords = ({
  at,
  type,
  values,
  like,
  unit,
  days,
}: Extract<Finding, { kind: "looks-like" }>): string =>
  `${columnWords(at)}: ${counted(values, "value")} could be ${typeFrom(like, unit)}` +
  `${days === null ? "" : `, ${days[0]} to ${days[1]}`}; ${values === 1 ? "it stays" : "they stay"} ${type}.`;

const ruleNotKeptWords = ({
  at,
  rule,
  offer,
  type,
  values,
  first,
}: Extract<Finding, { kind: "rule-not-kept" }>): string => {
  const against =
    values === 0
      ? "its numbers count another unit"
      : `${counted(values, "value")} ${values === 1 ? "does" : "do"} not fit`;
  return `${columnWords(at)}: the built-in rule ${ruleWords(rule)} makes it ${values === 0 ? typeFrom(offer.type, offer.unit) : offer.type}, but ${against}${firstWords(first)}; by its values it becomes ${type}.`;
};

/** `my.yaml:12`, `django`. */
const ruleWords = ({ mapping, line }: RulePlace): string => (line === null ? mapping : `${mapping}:${line}`);

/** What `finding` says and asks for, whatever its kind. */
export const wordsOf = (finding: Finding): FindingWords =>
  // The table pairs each kind with its own finding; the compiler cannot follow that through an index.
  (findingWords[finding.kind] as (finding: Finding) => FindingWords)(finding);

/** From the package's root. */
export const findingPage = (kind: FindingKind): string => `docs/findings/${kind}.md`;

/** Text is too long or no text at all; a number has other digits than numeric(p,s) takes. */
const overLimit = ({ declared, longest }: Extract<Finding, { kind: "length-limit-dropped" }>): string => {
  const limit = declaredLimit(declared);
  if (limit?.counts !== "characters") return "not all of its values keep to that";
  return longest > limit.length
    ? `its longest value has ${counted(longest, "character")}`
    : "not all of its values are text";
};

const nullOr = (sql: string | null, words: (sql: string) => string): string | null =>
  sql === null ? null : words(sql);

const standsWords = {
  "hash index": "a hash index takes its place: it serves =, not < or ORDER BY",
  "unique index over digests":
    "a unique index over digests takes its place: it keeps equal rows out and serves no search",
  none: "nothing takes its place",
} as const;

const entryMends = {
  "hash index":
    "To search by order as well, shorten the values, or index the beginning alone, in PostgreSQL: left(column, 100).",
  "unique index over digests":
    "To search by these columns, make an index of what they begin with, in PostgreSQL: left(column, 100). For the key itself, shorten the values.",
  none: "Shorten the values, or make an index of what they begin with, in PostgreSQL: left(column, 100).",
} as const;

/** What is said of tables that are in the target already. */
import type {
  ExistingFinding,
  KeyFault,
  SeedDifference,
  SeedUncompared,
  UnsuitedReason,
} from "../model/existing-finding.js";
import type { Finding } from "../model/finding.js";
import { quote, quoteQualified } from "../model/identifier.js";
import { quotedKey } from "./mend-mapping.js";
import { counted, grouped } from "./number-words.js";
import { listWords, nameWords } from "./place-words.js";
import { shellWord } from "./shell-word.js";
import type { FindingWords } from "./wording.js";

export const existingFindingWords: {
  readonly [K in ExistingFinding["kind"]]: (finding: Extract<Finding, { kind: K }>) => FindingWords;
} = {
  "not-in-target": ({ at, column, values, target, nearest }) => {
    const near = nearest === null ? "" : ` (the nearest is ${nameWords(nearest)})`;
    return {
      what:
        column === null || target === null
          ? `${nameWords(at.table)} has ${counted(values, "row")}, and the target has no table for ${values === 1 ? "it" : "them"}${near}.`
          : `${nameWords(at.table)}.${nameWords(column)} has ${counted(values, "value")}, and the target's ${nameWords(target)} has no column for ${values === 1 ? "it" : "them"}${near}.`,
      mend: [
        `Say in a mapping which it is: ${renameRule(at.table, column, nearest)}`,
        `Or leave it: ${ruleLine(at.table, column, "skip: true")}`,
      ].join("\n"),
    };
  },

  "match-ambiguous": ({ at, column, candidates }) => ({
    what: `${column === null ? `The table ${nameWords(at.table)}` : `${nameWords(at.table)}.${nameWords(column)}`} may be ${listWords(candidates)} of the target, or another one of the source is meant by it.`,
    mend: `Say in a mapping which it is: ${renameRule(at.table, column, candidates[0] ?? null)}`,
  }),

  "column-without-source": ({ at, target, column, type }) => ({
    what: `The target's ${nameWords(target)}.${nameWords(column)} (${type}) is NOT NULL without a default, and nothing of ${nameWords(at.table)} fills it.`,
    mend: [
      `Give it a default, in PostgreSQL: ALTER TABLE ${quote(target)} ALTER ${quote(column)} SET DEFAULT ...;`,
      `Or say in a mapping which column of the source it is: tables: { ${quotedKey(at.table)}: { columns: { "...": { rename: ${JSON.stringify(column)} } } } }`,
    ].join("\n"),
  }),

  "rows-there": ({ at, schema, target, rows }) => ({
    what: `The target's ${quoteQualified(schema, target)} has ${counted(rows, "row")} already; ${nameWords(at.table)} is not mixed with ${rows === 1 ? "it" : "them"}.`,
    mend: [
      "Say what becomes of them: --existing-rows truncate (they go), skip (they stay, others come to them) or update (those of the same key become what the source has).",
      `For this table alone: ${ruleLine(at.table, null, "existing-rows: update")}; to leave it out: ${ruleLine(at.table, null, "skip: true")}; rows of an earlier run go by sqlift undo TARGET.`,
    ].join("\n"),
  }),

  "seed-rows-differ": ({ at, target, rows, first, pointing, along }) => ({
    what: `The application has made rows of ${nameWords(target)} itself, and ${counted(rows, "row")} of ${nameWords(at.table)} ${rows === 1 ? "is another" : "are others"} there: ${first.map(differenceWords).join("; ")}${rows > first.length ? "; and others" : ""}. ${listWords(pointing)} ${pointing.length === 1 ? "points" : "point"} at them by ${rows === 1 ? "this number" : "these numbers"}.`,
    mend: `Take the source's rows instead: tables: { ${[at.table, ...along].map((table) => `${quotedKey(table)}: { existing-rows: truncate }`).join(", ")} }`,
  }),

  "no-usable-key": ({ at, target, wanted, key, reason }) => ({
    what: `${nameWords(at.table)}: for ${wanted} a row of ${nameWords(target)} has to be known by a key, and ${keyFaultWords[reason](nameWords(key ?? ""))}.`,
    mend: [
      `Add a key that its rows keep, in PostgreSQL: ALTER TABLE ${quote(target)} ADD UNIQUE (...);`,
      `Or let the rows that are there go: ${ruleLine(at.table, null, "existing-rows: truncate")}`,
    ].join("\n"),
  }),

  "target-unsuited": (finding) => ({
    what: `${nameWords(finding.at.table)} cannot be loaded into ${nameWords(finding.target)}: ${unsuitedWords[finding.reason](finding)}.`,
    mend: unsuitedMends[finding.reason](finding),
  }),

  "constraint-broken": ({ at, name, constraint, rows, first }) => ({
    what: `${nameWords(at.table)}: ${counted(rows, "row")} ${brokenWords(constraint, name, rows === 1)}${first.length === 0 ? "" : `: ${first.join("; ")}${rows > first.length ? "; and others" : ""}`}.`,
    mend: "Correct the rows in the source, or the constraint in PostgreSQL.",
  }),

  "seed-rows-behind": ({ at, target, rows, first }) => ({
    what: `${nameWords(at.table)} has ${counted(rows, "row")} that the application has not made in ${nameWords(target)}, which is left as it is: ${first.map(keyWords).join(", ")}${rows > first.length ? ", and others" : ""}.`,
    mend: [
      "If its schema there is an older one, run its migrations first.",
      `Bring the rows there: ${ruleLine(at.table, null, "existing-rows: skip")}`,
    ].join("\n"),
  }),

  "rows-given-up": ({ at, target, by, rows }) => ({
    what:
      by === "truncate"
        ? `The target's ${nameWords(target)} has ${counted(rows, "row")}, which ${rows === 1 ? "goes" : "go"} before ${nameWords(at.table)} comes; this run cannot be undone.`
        : `The target's ${nameWords(target)} has ${counted(rows, "row")}; those whose key ${nameWords(at.table)} has too become what it says; this run cannot be undone.`,
    mend: `Keep a copy first: pg_dump --table ${shellWord(quote(target))}`,
  }),

  "rows-by-others": ({ at, target, rows }) => ({
    what: `The target's ${nameWords(target)} got ${counted(rows, "row")} from elsewhere while ${nameWords(at.table)} came; ${rows === 1 ? "it was" : "they were"} not compared, and ${rows === 1 ? "stays" : "stay"}.`,
    mend: "Stop the application while its rows are moved, if these are not meant to be there.",
  }),

  "key-still-broken": ({ schema, target, name, run, message, validateSql }) => ({
    what: `The foreign key ${nameWords(name)} of the target's ${quoteQualified(schema, target)} is NOT VALID still, as run ${run} left it, for rows break it: ${message}.`,
    mend: `When these rows are mended, in PostgreSQL: ${validateSql};`,
  }),

  "seed-rows-left": ({ at, target, there, here, uncompared }) => ({
    what: `The application has made ${counted(there, "row")} of ${nameWords(target)} itself: ${there === 1 ? "it stays" : "they stay"}, and ${counted(here, "row")} of ${nameWords(at.table)} ${here === 1 ? "does" : "do"} not come${uncompared === null ? "" : `; they were not compared${uncomparedWords[uncompared]}`}.`,
    mend: null,
  }),

  "rows-merged": ({ at, target, rows, there, removed, inserted, changed, same, kept }) => {
    const words = [
      ...(removed === 0 ? [] : [`${grouped(removed)} removed`]),
      `${grouped(inserted)} inserted`,
      ...(rows === "update" ? [`${grouped(changed)} changed`] : []),
      ...(rows === "update" || rows === "skip" ? [`${grouped(same)} the same`] : []),
      ...(kept === 0 ? [] : [`${grouped(kept)} left with other values`]),
    ];
    const untouched = removed + inserted + changed === 0 ? "; nothing was changed" : "";
    return {
      what: `${nameWords(at.table)} into ${nameWords(target)}, which had ${counted(there, "row")}: ${words.join(", ")}${untouched}.`,
      mend:
        kept === 0
          ? null
          : `To have the source's values there: ${ruleLine(at.table, null, "existing-rows: update")}`,
    };
  },
};

const keyWords = (key: SeedDifference["key"]): string =>
  `(${key.map((value) => value ?? "NULL").join(", ")})`;

const differenceWords = ({ key, here, there, instead }: SeedDifference): string =>
  there === null
    ? `${here} is ${keyWords(key)} here and ${keyWords(instead ?? [])} there`
    : `${keyWords(key)} is ${here} here and ${there} there`;

const uncomparedWords: Readonly<Record<SeedUncompared, string>> = {
  unasked: "",
  "too-many-rows": ", for there are too many",
  "no-such-column": ", for one side lacks a column of the key that the mapping names",
};

const ruleLine = (table: string, column: string | null, rule: string): string =>
  column === null
    ? `tables: { ${quotedKey(table)}: { ${rule} } }`
    : `tables: { ${quotedKey(table)}: { columns: { ${quotedKey(column)}: { ${rule} } } } }`;

const renameRule = (table: string, column: string | null, name: string | null): string =>
  ruleLine(table, column, `rename: ${name === null ? "..." : JSON.stringify(name)}`);

type Broken = Extract<Finding, { kind: "constraint-broken" }>;

const brokenWords = (constraint: Broken["constraint"], name: string, isOne: boolean): string => {
  if (constraint === "partition") return `${isOne ? "fits" : "fit"} no partition of ${nameWords(name)}`;
  const what = constraint === "not null" ? "NOT NULL of" : constraint === "domain" ? "domain" : constraint;
  return `${isOne ? "breaks" : "break"} ${what} ${nameWords(name)}`;
};

type Unsuited = Extract<Finding, { kind: "target-unsuited" }>;
type Words = Readonly<Record<UnsuitedReason, (finding: Unsuited) => string>>;

const unsuitedWords: Words = {
  view: () => "that is a view",
  "foreign-table": () => "that is a foreign table",
  inheritance: () => "other tables inherit from it, and their rows are seen through it",
  "row-security": ({ role }) => `row security applies to role ${nameWords(role)}, which sees some rows alone`,
  rights: ({ role, what }) => `role ${nameWords(role)} lacks ${what ?? ""} there`,
  "triggers-fire": ({ what }) =>
    `its trigger ${nameWords(what ?? "")} would fire for every row, and the role may not switch it off`,
  "foreign-keys-in-place": ({ what }) =>
    `its foreign key ${nameWords(what ?? "")} stays in place, and no order of the tables satisfies it`,
  "other-type": ({ what }) => `its column ${what ?? ""} is of a type whose values cannot be proven`,
  rules: () => "it has rules, which would say what becomes of the rows",
  "referenced-by-rows": ({ what }) => `rows of others point at rows that would go, or change: ${what ?? ""}`,
};

const keyFaultWords: Readonly<Record<KeyFault, (key: string) => string>> = {
  none: () => "it has none",
  deferrable: (key) => `${key} is deferrable`,
  invalid: (key) => `${key} is not valid`,
  partial: (key) => `${key} is for some rows alone`,
  expression: (key) => `${key} is on an expression`,
  period: (key) => `${key} is on periods`,
  nullable: (key) => `${key} lets NULLs in`,
  "not-filled": (key) => `the source does not fill ${key}`,
};

const ownerMend = ({ role }: Unsuited): string =>
  `Run as the table's owner, or in PostgreSQL: GRANT owner TO ${quote(role)};`;

const unsuitedMends: Words = {
  view: ({ at }) => `Say in a mapping which table it is: ${renameRule(at.table, null, null)}`,
  "foreign-table": ({ at }) =>
    `Load it where it stands, and leave it out here: ${ruleLine(at.table, null, "skip: true")}`,
  inheritance: ({ at }) => `Leave it out, and load it by hand: ${ruleLine(at.table, null, "skip: true")}`,
  "row-security": ({ role }) =>
    `Run as the table's owner, or in PostgreSQL: ALTER ROLE ${quote(role)} BYPASSRLS;`,
  rights: ({ role, schema, target, what }) =>
    `In PostgreSQL: GRANT ${what ?? ""} ON ${quoteQualified(schema, target)} TO ${quote(role)};`,
  "triggers-fire": ownerMend,
  "foreign-keys-in-place": ownerMend,
  rules: ({ at }) =>
    `Empty it by hand, so that the rows go in by COPY, or leave it out: ${ruleLine(at.table, null, "skip: true")}`,
  "referenced-by-rows": ({ at }) =>
    `Take those rows out first, or keep these: ${ruleLine(at.table, null, "existing-rows: skip")}`,
  "other-type": ({ at, what }) =>
    [
      `Leave the column out by a mapping, and fill it afterwards: ${ruleLine(at.table, (what ?? "").split(" ")[0] ?? "", "skip: true")}`,
      `Or load the table without its proof: --allow-unproven ${shellWord(at.table)}`,
    ].join("\n"),
};

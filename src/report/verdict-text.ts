/** What `sqlift validate` prints, and the sentence about the proof that it shares with migrate. */
import type { TargetPlace, ValidationOutcome } from "../model/outcome.js";
import { isLeftOut, isOfNothing, validationVerdict, worstVerdict } from "../model/proof.js";
import type { TableVerdict, VerdictKind } from "../model/verdict.js";
import { differenceLines } from "./differences-text.js";
import { visible } from "./display-width.js";
import { findingLines, notesLines } from "./findings-text.js";
import { notComparedLines } from "./not-compared-text.js";
import { counted, durationWords, grouped } from "./number-words.js";
import { objectLines, objectsWords } from "./objects-text.js";
import { listWords, nameCells } from "./place-words.js";
import type { Paint, Style } from "./style.js";
import type { Cell } from "./table-layout.js";
import { tableLines } from "./table-layout.js";
import { sittingLines } from "./sittings-text.js";

export const validationText = (outcome: ValidationOutcome, style: Style): string =>
  [
    header(outcome, style),
    ...(outcome.verdicts.length === 0 ? [] : ["", ...verdictTable(outcome.verdicts, style)]),
    ...differenceLines(outcome.verdicts, style),
    ...notComparedLines(outcome.verdicts, style),
    ...objectLines(outcome.objects, style),
    ...certificateLines(outcome, style),
    ...sittingLines(outcome.keptProof, style),
    ...findingLines(outcome.findings, "blocks", style),
    ...findingLines(outcome.findings, "warns", style),
    ...notesLines(outcome.findings, style),
    "",
    conclusion(outcome, style),
    "",
  ].join("\n");

/** It must not sound better than the exit code, which is 1 for rejected rows: what is worse than the rows comes before them. */
const conclusion = (outcome: ValidationOutcome, style: Style): string => {
  const { verdicts } = outcome;
  const beyond = objectsWords(outcome.objects);
  if (isOfNothing(outcome))
    return style.bold([...beyond, "nothing to compare: there are no tables"].join("; "));
  const rejected = verdicts.reduce((total, verdict) => total + verdict.rejected, 0);
  const rows = `${proofWords(verdicts)}${rejected === 0 ? "" : `; but ${rejectedWords(rejected)}`}`;
  const worst = validationVerdict(outcome);
  const paint =
    rejected > 0 && worst === "identical-under-policy" ? style.yellow : verdictPaints(style)[worst];
  if (beyond.length === 0 || worst === worstVerdict(verdicts))
    return style.bold(paint([rows, ...beyond].join("; but ")));
  const lead = worst === "different" ? "different: " : "";
  return style.bold(paint(`${lead}${beyond.join("; ")}; the rows are ${rows}`));
};

export const rejectedWords = (rows: number): string =>
  `${counted(rows, "row")} did not fit: see sqlift.rejected_rows`;

/** `embedded:./chinook.pg (PostgreSQL 18.4)`; the version is not known of a server that was not started. */
export const targetWords = ({ words, serverVersion }: TargetPlace): string =>
  visible(serverVersion === "" ? words : `${words} (PostgreSQL ${serverVersion})`);

export const verdictPaints = (style: Style): Readonly<Record<VerdictKind, Paint>> => ({
  identical: style.green,
  "identical-under-policy": style.green,
  different: style.red,
  unproven: style.yellow,
});

/** `identical`, `not validated (asked)`. */
export const verdictWords = ({ verdict, asked }: TableVerdict): string => {
  if (verdict === "identical-under-policy") return "identical under policy";
  return verdict === "unproven" && asked ? "not validated (asked)" : verdict;
};

const header = (outcome: ValidationOutcome, style: Style): string =>
  `${style.bold(`Validated ${targetWords(outcome.target)}`)} against ${againstWords(outcome)}, in ${durationWords(outcome.elapsedSeconds)}`;

const againstWords = ({ planFrom, mappings, certificate }: ValidationOutcome): string => {
  if (certificate !== null)
    return visible(
      `the certificate ${certificate.path} of ${certificate.sourceFile}, ${certificate.finished}`,
    );
  if (planFrom === "run-history") return "the plan in its run history";
  const names = mappings.map(({ name }) => name).join(", ");
  const and =
    mappings.length === 0 ? "" : ` and the ${mappings.length === 1 ? "mapping" : "mappings"} ${names}`;
  return visible(`its own columns${and} (no run history)`);
};

/** What a certificate is good for without its source, and what not. */
const certificateLines = ({ certificate }: ValidationOutcome, style: Style): readonly string[] =>
  certificate === null
    ? []
    : [
        "",
        ...certificate.checked.map((what) => `  ${style.dim("checked:")} ${visible(what)}`),
        ...certificate.notChecked.map((what) => `  ${style.dim("not checked:")} ${visible(what)}`),
      ];

const verdictTable = (verdicts: readonly TableVerdict[], style: Style): readonly string[] =>
  tableLines(
    [
      ["table", "", "source rows", "target rows", "verdict", ""].map((text, column) => ({
        text,
        right: isNumber(column),
        paint: style.dim,
      })),
      ...verdicts.map((verdict) => verdictRow(verdict, style)),
      totalRow(verdicts),
    ],
    "  ",
  );

const isNumber = (column: number): boolean => column === 2 || column === 3;

const verdictRow = (verdict: TableVerdict, style: Style): readonly (string | Cell)[] => {
  const paint = whole(verdict) ? {} : { paint: style.red };
  return [
    ...nameCells(verdict),
    { text: rowsWords(verdict.sourceRows), right: true },
    { text: rowsWords(verdict.targetRows), right: true, ...paint },
    { text: verdictWords(verdict), paint: verdictPaints(style)[verdict.verdict] },
    verdict.asked ? "" : (verdict.reason ?? ""),
  ];
};

const whole = ({ sourceRows, targetRows, rejected }: TableVerdict): boolean =>
  sourceRows === (targetRows === null ? null : targetRows + rejected);

/** Of the tables that are compared. A side that was not counted in all of them has no total. */
const totalRow = (verdicts: readonly TableVerdict[]): readonly Cell[] => {
  const compared = verdicts.filter((verdict) => !isLeftOut(verdict));
  const total = (rows: readonly (number | null)[]): Cell => ({
    text: rowsWords(rows.length === 0 ? null : sum(rows)),
    right: true,
  });
  return [
    { text: "total" },
    { text: "" },
    total(compared.map(({ sourceRows }) => sourceRows)),
    total(compared.map(({ targetRows }) => targetRows)),
  ];
};

const rowsWords = (rows: number | null): string => (rows === null ? "-" : grouped(rows));

const sum = (counts: readonly (number | null)[]): number | null =>
  counts.reduce((total, count) => (total === null || count === null ? null : total + count), 0);

/** The final sentence. Never says more than the verdicts do: no table, no proof. */
export const proofWords = (verdicts: readonly TableVerdict[]): string => {
  if (verdicts.length === 0) return "unproven: no table was compared";
  const leftOut = verdicts.filter(isLeftOut);
  if (leftOut.length === verdicts.length) return "not validated (asked)";
  const but = leftOut.length === 0 ? "" : `; not validated (asked): ${someTables(leftOut, verdicts)}`;
  return `${comparedWords(verdicts)}${but}`;
};

const comparedWords = (all: readonly TableVerdict[]): string => {
  const compared = all.filter((verdict) => !isLeftOut(verdict));
  const different = compared.filter(({ verdict }) => verdict === "different");
  const unproven = compared.filter(({ verdict }) => verdict === "unproven");
  switch (worstVerdict(compared)) {
    case "different":
      return `different: ${someTables(different, all)} ${different.length === 1 ? "differs" : "differ"}${unproven.length === 0 ? "" : `, and ${someTables(unproven, all)} ${isAre(unproven)} unproven`}`;
    case "unproven":
      return `unproven: ${someTables(unproven, all)} could not be proven equal`;
    case "identical-under-policy":
      return `identical under the policy that was asked for: ${equalWords(compared)}`;
    case "identical":
      return `identical: ${equalWords(compared)}`;
  }
};

const isAre = (tables: readonly unknown[]): string => (tables.length === 1 ? "is" : "are");

const namedTables = 5;

/** `2 of 11 tables (Album, Artist)`; the first five by name. */
export const someTables = (some: readonly { readonly source: string }[], all: readonly unknown[]): string => {
  const names = listWords(some.slice(0, namedTables).map(({ source }) => source));
  const more = some.length > namedTables ? `, ${grouped(some.length - namedTables)} more` : "";
  return visible(`${grouped(some.length)} of ${counted(all.length, "table")} (${names}${more})`);
};

const equalWords = (verdicts: readonly TableVerdict[]): string => {
  const rows = sum(
    verdicts.map(({ sourceRows, rejected }) => (sourceRows === null ? null : sourceRows - rejected)),
  );
  return `${counted(verdicts.length, "table")}${rows === null ? "" : `, ${counted(rows, "row")}`} proven equal by ${meansWords(verdicts)}`;
};

/** By what: each clause is true of every table, or says of how many. Of a table without a digest at least a part was compared byte by byte. */
const meansWords = (verdicts: readonly TableVerdict[]): string => {
  const isHashed = verdicts.every(({ sourceDigest }) => sourceDigest !== null);
  const first = isHashed ? "count and SHA-256 digest" : "count, and every byte or SHA-256 digest";
  const again = verdicts.filter(({ aggregates }) => aggregates !== null).length;
  const some = again === verdicts.length ? "" : `of ${counted(again, "table")} also `;
  return again === 0 ? first : `${first}, and ${some}by figures that both databases computed themselves`;
};

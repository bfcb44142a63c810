/** The two lists that every report ends with: what was found, and what is not carried over. */
import type { Finding, FindingKind, Severity } from "../model/finding.js";
import { findingInfo } from "../model/finding.js";
import type { NotCarried } from "../model/plan.js";
import { visible } from "./display-width.js";
import { findingPage, wordsOf } from "./finding-words.js";
import { counted, grouped } from "./number-words.js";
import type { Paint, Style } from "./style.js";
import { tableLines } from "./table-layout.js";

export const withSeverity = (findings: readonly Finding[], severity: Severity): readonly Finding[] =>
  findings.filter(({ kind }) => findingInfo[kind].severity === severity);

/** `2 findings block`, `1 finding blocks`. */
export const blockingWords = (findings: number): string =>
  `${counted(findings, "finding")} ${findings === 1 ? "blocks" : "block"}`;

const headings: Readonly<Record<Severity, string>> = {
  blocks: "Blocks",
  warns: "Warnings",
  notes: "Notes",
};

const paints = (style: Style): Readonly<Record<Severity, Paint>> => ({
  blocks: style.red,
  warns: style.yellow,
  notes: style.cyan,
});

/** The findings of one severity, one kind after the other, each kind with its page; empty without any. */
export const findingLines = (
  findings: readonly Finding[],
  severity: Severity,
  style: Style,
): readonly string[] => {
  const some = withSeverity(findings, severity);
  if (some.length === 0) return [];
  const kinds = [...new Set(some.map(({ kind }) => kind))];
  const heading = paints(style)[severity](`${headings[severity]} (${grouped(some.length)})`);
  return ["", style.bold(heading), ...kinds.flatMap((kind) => kindLines(kind, some, style))];
};

const kindLines = (kind: FindingKind, findings: readonly Finding[], style: Style): readonly string[] => [
  `  ${style.bold(kind)}  ${style.dim(findingPage(kind))}`,
  ...findings
    .filter((finding) => finding.kind === kind)
    .map(wordsOf)
    .flatMap(({ what, mend }) => [
      `    ${visible(what)}`,
      ...(mend?.split("\n") ?? []).map(
        (way, at) => `      ${style.dim(at === 0 ? "mend:" : "  or:")} ${visible(way)}`,
      ),
    ]),
];

/** What stays behind: type, name, table, reason, the first line of its SQL under it, and what could stand instead; empty without any. */
export const notCarriedLines = (all: readonly NotCarried[], style: Style): readonly string[] => {
  if (all.length === 0) return [];
  const notCarried = all.flatMap((line, at) => withShadows(line, all[at - 1], all));
  const entries = tableLines(
    notCarried.map(({ type, name, table, reason }) => [
      type,
      { text: name, paint: style.bold },
      table === null || table === name ? "" : `on ${table}`,
      reason,
    ]),
    "  ",
  );
  const lines = entries.flatMap((entry, at) => [
    entry,
    ...firstLine("", notCarried[at]?.sql ?? null, style),
    ...firstLine("instead: ", notCarried[at]?.instead ?? null, style),
  ]);
  return ["", style.bold(style.yellow(`Not carried over (${grouped(all.length)})`)), ...lines];
};

/** The storage of one virtual table is one line, without SQL that nobody wrote. */
const withShadows = (
  line: NotCarried,
  before: NotCarried | undefined,
  all: readonly NotCarried[],
): readonly NotCarried[] => {
  if (line.type !== "shadow table") return [line];
  if (before?.type === line.type && before.table === line.table) return [];
  const shadows = all.filter(({ type, table }) => type === line.type && table === line.table);
  const names = shadows.map(({ name }) => name).join(", ");
  return [{ ...line, name: `all ${shadows.length}`, reason: `${line.reason}: ${names}`, sql: null }];
};

const firstLine = (label: string, text: string | null, style: Style): readonly string[] => {
  const [first, ...rest] = (text ?? "").trim().split(/\r\n|\r|\n/u);
  if (first === undefined || first === "") return [];
  return [`      ${style.dim(label + visible(first) + (rest.length === 0 ? "" : " …"))}`];
};

const fewNotes = 3;

/** Notes change nothing about a run: a few are shown, many are only counted. */
export const notesLines = (findings: readonly Finding[], style: Style): readonly string[] => {
  const notes = withSeverity(findings, "notes").length;
  return notes <= fewNotes
    ? findingLines(findings, "notes", style)
    : ["", style.dim(`${counted(notes, "note")}: sqlift plan shows them`)];
};

/** What is said of rows whose foreign key points at no row. */
import type { Finding } from "../model/finding.js";
import { quote } from "../model/identifier.js";
import type { FindingWords } from "./wording.js";
import { orphanMend } from "./mend-words.js";
import { counted } from "./number-words.js";
import { columnWords, exampleWords, listWords, nameWords } from "./place-words.js";

type OrphanKind = "orphan-rows" | "orphans-refused" | "orphans-rejected";

export const orphanFindingWords: {
  readonly [K in OrphanKind]: (finding: Extract<Finding, { kind: K }>) => FindingWords;
} = {
  "orphan-rows": (finding) => ({
    what: `${orphanWords(finding)}; the foreign key is made NOT VALID: it holds for what is written from now on.`,
    mend: orphanMend(finding),
  }),

  "orphans-refused": (finding) => ({
    what: `${orphanWords(finding)}; nothing is written while there is such a row.`,
    mend: [
      orphanMend({ ...finding, foundIn: "source", rejectedParents: 0 }),
      "Carry them all the same, and have the foreign key NOT VALID: --on-orphans not-valid",
      "Keep them apart, whole, in the target's sqlift.rejected_rows: --on-orphans quarantine",
    ].join("\n"),
  }),

  "orphans-rejected": ({ at, rows, first, reason }) => ({
    what: `${columnWords(at)}: ${counted(rows, "row")} ${rows === 1 ? "points" : "point"} at no row, or at one that is kept apart itself; the first is ${exampleWords(first)}: ${reason}; ${rows === 1 ? "the row is" : "these rows are"} kept whole in the target's sqlift.rejected_rows.`,
    mend: `List them with PRAGMA foreign_key_check(${quote(at.table)}); and delete them, or give them a parent or NULL.`,
  }),
};

const namedOrphans = 3;

type Orphans = Pick<
  Extract<Finding, { kind: "orphan-rows" }>,
  "at" | "columns" | "parentTable" | "rows" | "first"
>;

const orphanWords = ({ at, columns, parentTable, rows, first }: Orphans): string =>
  `${nameWords(at.table)} (${listWords(columns)}): ${counted(rows, "row")} ${rows === 1 ? "points" : "point"} to no row of ` +
  `${nameWords(parentTable)}${first.length === 0 ? "" : ` (first: ${first.slice(0, namedOrphans).join(", ")})`}`;

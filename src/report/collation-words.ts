/** What is said of columns that SQLite compares under a collation of its own. */
import type { CollationFinding } from "../model/collation-finding.js";
import { quote } from "../model/identifier.js";
import type { ColumnPlace } from "../model/place.js";
import { mappingLine } from "./mend-mapping.js";
import { columnWords } from "./place-words.js";
import type { FindingWords } from "./wording.js";

export const collationFindingWords: {
  readonly [K in CollationFinding["kind"]]: (finding: Extract<CollationFinding, { kind: K }>) => FindingWords;
} = {
  "collation-in-indexes": ({ at, collation, target }) => ({
    what: `${columnWords(at)} compares under ${collation} in SQLite. In PostgreSQL its indexes and keys do; = and ORDER BY ${differences[collation]}.`,
    mend: `Write it as the index has it: ${collationTerms[collation](quote(target))}`,
  }),

  "nocase-refused": ({ at, wanted, because, pairs }) => ({
    what: `${columnWords(at)} stays text with indexes that fold A to Z, not ${wanted}: ${because}${pairs.length === 0 ? "" : `: ${pairWords(pairs)}`}.`,
    mend: [
      ...(pairs.length === 0 ? [] : ["Make one of each two another value in SQLite."]),
      leaveOutWords(at, wanted),
    ].join("\n"),
  }),

  "nocase-unavailable": ({ wanted, because, sql }) => ({
    what: `--nocase ${wanted} cannot be had here: ${because}.`,
    mend: sql ?? "Use --nocase index.",
  }),
};

/** The option counts more than all mappings. */
const leaveOutWords = (at: ColumnPlace, wanted: "citext" | "icu"): string =>
  `To have it so without this warning, say in a mapping, with values: { nocase: ${wanted} } there in place of --nocase: ${mappingLine(at, "nocase: index")}`;

const pairWords = (pairs: readonly (readonly [string, string])[]): string =>
  pairs.map(([a, b]) => `${a} and ${b}`).join(", ");

const differences = { NOCASE: "tell A from a", RTRIM: "count blanks at the end" } as const;

const collationTerms: Readonly<Record<"NOCASE" | "RTRIM", (column: string) => string>> = {
  NOCASE: (column) => `lower(${column} COLLATE "C")`,
  RTRIM: (column) => `rtrim(${column}, ' ')`,
};

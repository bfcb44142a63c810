/** What is said of names that are others in PostgreSQL. */
import type { Finding } from "../model/finding.js";
import { quote } from "../model/identifier.js";
import type { NameFinding, StyledName } from "../model/name-finding.js";
import type { FindingWords } from "./wording.js";
import { renameSql } from "./mend-sql.js";
import { counted, grouped } from "./number-words.js";
import { nameWords } from "./place-words.js";

export const nameFindingWords: {
  readonly [K in NameFinding["kind"]]: (finding: Extract<Finding, { kind: K }>) => FindingWords;
} = {
  "name-changed": (finding) => {
    const { at, what, from, to, why } = finding;
    const sql = renameSql(finding);
    return {
      what: `${isRelation(what) ? "" : `${nameWords(at.table)}: `}the ${what} ${quote(from)} is called ${quote(to)} in PostgreSQL, because ${whyRenamed[why]}.`,
      mend: sql === null ? null : `To choose the name yourself: ${sql}`,
    };
  },

  "names-styled": ({ style, names }) => ({
    what: `${counted(names.length, "name")} ${names.length === 1 ? "is" : "are"} in ${styleWords[style]} in PostgreSQL, as names: ${style} asks for: ${fewWords(names)}.`,
    mend: null,
  }),
};

type NameChanged = Extract<Finding, { kind: "name-changed" }>;

const whyRenamed: Readonly<Record<NameChanged["why"], string>> = {
  "too-long": "PostgreSQL keeps 63 bytes of a name",
  collision: "another one has that name there",
  "system-column": "PostgreSQL has a system column of that name",
  empty: "PostgreSQL has no empty names",
};

const isRelation = (what: NameChanged["what"]): boolean => what === "table" || what === "view";

type NamesStyled = Extract<Finding, { kind: "names-styled" }>;

const styleWords: Readonly<Record<NamesStyled["style"], string>> = {
  snake: "snake case",
  lower: "lower case",
};

/** JSON has them all. */
const mostShown = 5;

function fewWords(names: readonly StyledName[]): string {
  const more = names.length - mostShown;
  return `${names.slice(0, mostShown).map(pairWords).join(", ")}${more > 0 ? ` and ${grouped(more)} more` : ""}`;
}

const pairWords = ({ what, table, from, to }: StyledName): string =>
  `${what === "column" || what === "view column" ? `${nameWords(table)}.` : ""}${nameWords(from)} -> ${nameWords(to)}`;

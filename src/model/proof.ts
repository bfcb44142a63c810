/** What a validation proved, as one word: the reports, the certificate and the exit code must not differ about it. */
import { findingInfo } from "./finding.js";
import type { ValidationOutcome } from "./outcome.js";
import type { TableVerdict, VerdictKind } from "./verdict.js";

/** Not compared because somebody asked for that: it speaks neither for the copy nor against it. */
export const isLeftOut = ({ verdict, asked }: TableVerdict): boolean => verdict === "unproven" && asked;

/** The worst verdict on a table that is not left out; `unproven` where there is none to judge by. */
export function worstVerdict(verdicts: readonly TableVerdict[]): VerdictKind {
  const compared = verdicts.filter((verdict) => !isLeftOut(verdict));
  const worst = (["different", "unproven", "identical-under-policy"] as const).find((kind) =>
    compared.some(({ verdict }) => verdict === kind),
  );
  return worst ?? (compared.length === 0 ? "unproven" : "identical");
}

/** What the answer hangs on. */
export type ValidationFacts = Pick<ValidationOutcome, "verdicts" | "objects" | "findings">;

/** The verdict on the rows and on what stands beyond them: rows that are identical do not hide a sequence that is behind or unread. */
export const validationVerdict = (facts: ValidationFacts): VerdictKind => {
  const rows = rowsVerdict(facts);
  const answers = new Set(facts.objects.map(({ answer }) => answer));
  const isNo = answers.has("no") || facts.findings.some(({ kind }) => findingInfo[kind].answersNo);
  if (rows === "different" || isNo) return "different";
  return answers.has("unproven") ? "unproven" : rows;
};

/** Of a file without tables the target lacks nothing. Where nobody told that it has none, no verdict is no proof. */
const rowsVerdict = (facts: Pick<ValidationFacts, "verdicts" | "findings">): VerdictKind =>
  isOfNothing(facts) ? "identical" : worstVerdict(facts.verdicts);

export const isOfNothing = ({
  verdicts,
  findings,
}: Pick<ValidationFacts, "verdicts" | "findings">): boolean =>
  verdicts.length === 0 && findings.some(({ kind }) => kind === "nothing-to-move");

/** Nothing is proven, and all of that is as somebody asked. */
export const isUnprovenAsAsked = ({ verdicts, objects }: ValidationFacts): boolean =>
  verdicts.length > 0 && verdicts.every(isLeftOut) && objects.every(({ answer }) => answer !== "unproven");

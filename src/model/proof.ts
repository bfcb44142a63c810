/** What a validation proved, as one word: the reports, the certificate and the exit code must not differ about it. */
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

/** Of a file without tables the target lacks nothing. Where nobody told that it has none, no verdict is no proof. */
export const validationVerdict = ({
  verdicts,
  findings,
}: Pick<ValidationOutcome, "verdicts" | "findings">): VerdictKind =>
  isOfNothing({ verdicts, findings }) ? "identical" : worstVerdict(verdicts);

export const isOfNothing = ({
  verdicts,
  findings,
}: Pick<ValidationOutcome, "verdicts" | "findings">): boolean =>
  verdicts.length === 0 && findings.some(({ kind }) => kind === "nothing-to-move");

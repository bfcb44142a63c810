/** Whether a file of a proof is of the proof that is asked for. */
import { ToolError } from "../../errors.js";
import { deleteIt } from "./record-file.js";
import type { ProofHeader } from "./record.js";

/** @throws ToolError `resume-invalid`, which names what differs. */
export const refuseOther = (path: string, kept: ProofHeader, now: Omit<ProofHeader, "method">): void => {
  const differing = differencesOf(kept, now);
  if (differing.length > 0) {
    throw new ToolError(
      "resume-invalid",
      `${path} keeps the parts of another proof: ${differing.join("; ")}.`,
      deleteIt(path),
    );
  }
};

/** @throws ToolError `resume-invalid` for a file of another version. */
export const refuseOtherFormat = (path: string, kept: ProofHeader): void => {
  const version: unknown = kept.formatVersion;
  if (version !== 1) {
    throw new ToolError(
      "resume-invalid",
      `${path} is of format ${JSON.stringify(version)}, and this sqlift knows format 1.`,
      deleteIt(path),
    );
  }
};

const differencesOf = (kept: ProofHeader, now: Omit<ProofHeader, "method">): readonly string[] => {
  const differs = (
    what: string,
    then: string | number | null,
    is: string | number | null,
  ): readonly string[] =>
    then === is ? [] : [`${what} was ${String(then ?? "not known")}, and is ${String(is ?? "not known")}`];
  return [
    ...differs("the fingerprint of the source", kept.source.fingerprint, now.source.fingerprint),
    ...differs("the target's cluster", kept.target.system, now.target.system),
    ...differs("the OID of the target's database", kept.target.database, now.target.database),
    ...differs("the target's schema", kept.target.schema, now.target.schema),
    ...differs("the reader of the source (--reader)", kept.reader, now.reader),
    ...differs("sqlift's version", kept.tool, now.tool),
    ...differs("the canonical form", kept.canonicalForm, now.canonicalForm),
    ...(kept.plan === now.plan
      ? []
      : [
          "the plan, the choice of its tables, or the target's columns that it was made from, is another one",
        ]),
  ];
};

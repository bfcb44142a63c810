/** Sequences that have nothing more to give, as findings. */
import type { SequenceOutcome } from "../../import/existing/sequences.js";
import type { Finding } from "../../model/finding.js";
import type { Plan } from "../../model/plan.js";

export const usedUpFindings = ({ tables }: Plan, sequences: readonly SequenceOutcome[]): readonly Finding[] =>
  sequences
    .filter(({ status }) => status === "used-up")
    .flatMap(({ sequence, last }) =>
      sequence.columns.map(({ table, column }): Finding => {
        const planned = tables.find(({ target }) => target === table);
        const of = planned?.columns.find(({ target }) => target === column);
        return {
          kind: "identity-exhausted",
          at: { table: planned?.source ?? table, column: of?.source ?? column },
          type: of?.type.name ?? "",
          largest: last,
        };
      }),
    );

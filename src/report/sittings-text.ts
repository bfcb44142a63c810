/** Of a proof that was kept by --resume: what was read in which sitting. */
import type { KeptProof, Sitting } from "../model/sitting.js";
import { visible } from "./display-width.js";
import { counted } from "./number-words.js";
import { nameWords } from "./place-words.js";
import type { Style } from "./style.js";

/** None of a proof of one sitting that left nothing behind. */
export const sittingLines = (proof: KeptProof | null, style: Style): readonly string[] => {
  if (proof === null || (proof.sittings.length === 1 && !proof.kept)) return [];
  const { file, kept, sittings } = proof;
  return [
    "",
    ...(sittings.length === 1
      ? []
      : sittings.map(
          (sitting, at) => `  ${style.dim(`sitting ${at + 1}:`)} ${visible(sittingWords(sitting))}`,
        )),
    ...(kept ? [`  ${style.dim("kept:")} ${visible(`${file}, for another sitting`)}`] : []),
  ];
};

const sittingWords = ({ started, snapshot, tables }: Sitting): string => {
  const reads = (["source", "target"] as const).flatMap((side) => {
    const named = tables.flatMap(({ source, sourceParts, targetParts, parts }) => {
      const read = side === "source" ? sourceParts : targetParts;
      return read === 0
        ? []
        : [`${nameWords(source)}${read === parts ? "" : ` (${read} of ${counted(parts, "part")})`}`];
    });
    return named.length === 0 ? [] : [`${side} of ${tablesWords(named)}`];
  });
  const [read, ...more] = reads.length === 0 ? ["nothing that still counts"] : reads;
  const words = [read, ...more].join("; ");
  return `${started}, snapshot ${snapshot}: ${words}`;
};

const namedTables = 5;

const tablesWords = (names: readonly string[]): string =>
  names.length <= namedTables ? names.join(", ") : counted(names.length, "table");

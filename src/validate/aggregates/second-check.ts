/** The aggregates' say in a table's verdict: a second check that shares nothing with the digests but the rows. */
import type { TableVerdict } from "../../model/verdict.js";
import { compareFigures } from "./compare.js";
import { addFigures, type TableFigures } from "./figures.js";
import type { AskedColumn } from "./measures.js";

/** What both databases computed of a table; null where one of them was not asked for some of its rows. */
export interface BothFigures {
  readonly source: TableFigures;
  readonly target: TableFigures;
}

/** @param parts at least one. */
export const bothFigures = (
  parts: readonly Readonly<Record<"source" | "target", TableFigures | null>>[],
): BothFigures | null => {
  const source = sumOf(parts.map((part) => part.source));
  const target = sumOf(parts.map((part) => part.target));
  return source === null || target === null ? null : { source, target };
};

const sumOf = (parts: readonly (TableFigures | null)[]): TableFigures | null =>
  parts.reduce((sum, part) => (sum === null || part === null ? null : addFigures(sum, part)));

/** So many disagreements are told one by one. */
const mostTold = 5;

/**
 * The verdict, with what was compared by aggregates. Where they disagree about rows whose digests are the same, one of the two
 * checks is wrong, and nothing is proven.
 */
export const withSecondCheck = (
  verdict: TableVerdict,
  asked: readonly AskedColumn[],
  figures: BothFigures | null,
): TableVerdict => {
  if (figures === null) {
    return verdict;
  }
  const { compared, disagreements } = compareFigures(asked, figures.source, figures.target);
  const checked = { ...verdict, aggregates: compared };
  // Rows that are missing or too many say it all.
  if (verdict.verdict === "different" && verdict.sourceRows !== verdict.targetRows) {
    return checked;
  }
  const told = [
    ...rowsWords(verdict, figures),
    ...disagreements.slice(0, mostTold),
    ...(disagreements.length > mostTold ? [`${disagreements.length - mostTold} more aggregates differ`] : []),
  ];
  if (told.length === 0) {
    return checked;
  }
  const words = told.join("; ");
  if (verdict.verdict === "different") {
    return { ...checked, reason: `${verdict.reason ?? ""}; ${words}` };
  }
  const reason = `the two checks disagree: every row was found the same, but the databases' own aggregates are not: ${words}`;
  return {
    ...checked,
    verdict: "unproven",
    reason: verdict.verdict === "unproven" ? `${verdict.reason ?? ""}; ${reason}` : reason,
  };
};

/** Each side's own count against that of its digest. */
const rowsWords = (
  { sourceRows, targetRows }: TableVerdict,
  { source, target }: BothFigures,
): readonly string[] =>
  (
    [
      ["source", sourceRows, source],
      ["target", targetRows, target],
    ] as const
  ).flatMap(([side, digested, { rows }]) =>
    digested === null || BigInt(digested) === rows
      ? []
      : [`the ${side} counts ${rows} rows, and ${digested} were compared`],
  );

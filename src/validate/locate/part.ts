/** Finds the rows that differ in a part whose digests do: both sides are read once more, row by row. */
import { sourceError, sqliteCode } from "../../source/source-error.js";
import { readSide, type Part, type ProofGround } from "../part.js";
import { clocksOf } from "../canonical/local-clock.js";
import { convertingRows } from "../source/converting-rows.js";
import { streamTarget } from "../target/stream.js";
import type { Side } from "../verdict.js";
import { locateByKey } from "./by-key.js";
import type { Located } from "./located.js";

/** Plain data, which crosses threads. */
export interface LocatePart {
  /** On both sides the same rows, if nothing differed. */
  readonly part: Part;
  /** Which of the table's columns the rows are told apart by: the rowid under its own name. */
  readonly key: number;
  /** How many differences are kept. */
  readonly most: number;
}

/** @throws ToolError as provePart. */
export const locatePart = (
  { database, path, session, signal }: ProofGround,
  { part, key, most }: LocatePart,
): Promise<Side<Located>> => {
  const { table, schema, sourceRange: range, targetRange, orphans, periods } = part;
  const doing = `look for the rows of ${schema}.${table.target} that differ`;
  return readSide(session, signal, doing, async (reading) => {
    try {
      const source = convertingRows(database, table, { range, orphans, clocks: clocksOf(periods) });
      const orderBy = table.columns[key]?.target ?? null;
      const target = streamTarget(reading, schema, table, targetRange ?? { by: "all" }, { orderBy, signal });
      return await locateByKey(source, target, { key, most, signal });
    } catch (error) {
      throw sqliteCode(error) === null
        ? error
        : sourceError(error, path, `reading table ${table.source} again`);
    }
  });
};

/** Finding the rows that differ, as something to be done on a thread of its own. */
import { sourceError, sqliteCode } from "../../source/source-error.js";
import type { Part, ProofGround } from "../part.js";
import { readSide } from "../read-side.js";
import type { Side } from "../verdict.js";
import { locatePart } from "./locate.js";
import type { Located } from "./located.js";

/** Plain data, which crosses threads. */
export interface LocateJob {
  /** As locatePart wants it. */
  readonly part: Part;
  /** How many differences are kept. */
  readonly most: number;
}

/** @throws ToolError as provePart. */
export const locate = (ground: ProofGround, { part, most }: LocateJob): Promise<Side<Located>> => {
  const { session, signal, path } = ground;
  const { schema, table } = part;
  return readSide(
    session,
    signal,
    `look for the rows of ${schema}.${table.target} that differ`,
    async (reading) => {
      try {
        return await locatePart({ ...ground, session: reading }, part, most);
      } catch (error) {
        throw sqliteCode(error) === null
          ? error
          : sourceError(error, path, `reading table ${table.source} again`);
      }
    },
  );
};

/** What each database computes by itself of a part's rows: both at the same time, and once. */
import { sourceError } from "../source/source-error.js";
import type { Session } from "../target/session.js";
import type { TableFigures } from "./aggregates/figures.js";
import { sourceFigures, type SourceFigures } from "./aggregates/source.js";
import { targetFigures } from "./aggregates/target.js";
import type { Part, ProofGround } from "./part.js";
import { readSide } from "./read-side.js";
import type { Side } from "./verdict.js";

export interface PartFigures {
  /** Null where it was not asked, and where there is no such table. */
  readonly source: Side<SourceFigures | null>;
  /** Null where it was not asked. */
  readonly target: Side<TableFigures | null>;
}

/** @throws ToolError `target-lost` and the like when the connection is gone, `interrupted`. */
export const readFigures = async (
  { database, path, session, signal }: Pick<ProofGround, "database" | "path" | "session" | "signal">,
  part: Part,
): Promise<PartFigures> => {
  const { table, asked, sourceRange } = part;
  if (part.figuresRange === null) {
    return { source: { read: null, unread: null }, target: { read: null, unread: null } };
  }
  let tellAsked = (): void => undefined;
  const isAsked = new Promise<void>((resolve) => (tellAsked = resolve));
  const target = readTargetFigures(session, part, signal, tellAsked);
  // SQLite answers in one go, and nothing is sent meanwhile: the server is to have its question before.
  await Promise.race([isAsked, target.catch(() => undefined)]);
  await new Promise((resolve) => setImmediate(resolve));
  const source = ((): PartFigures["source"] => {
    try {
      return { read: sourceFigures(database, table, asked, sourceRange), unread: null };
    } catch (error) {
      return { read: null, unread: sourceError(error, path, `reading table ${table.source} again`).message };
    }
  })();
  return { source, target: await target };
};

/**
 * The target's alone.
 *
 * @param onAsked told when the server has been asked.
 * @throws as readFigures.
 */
export const readTargetFigures = async (
  session: Session,
  { schema, table, asked, figuresRange }: Part,
  signal: AbortSignal | undefined,
  onAsked?: () => void,
): Promise<PartFigures["target"]> =>
  figuresRange === null
    ? { read: null, unread: null }
    : readSide(session, signal, `read the target's table ${schema}.${table.target}`, (reading) =>
        targetFigures(reading, schema, table, asked, figuresRange, onAsked),
      );

/** What a server says of a statement in a file, and what would help. */
import pg from "pg";
import { targetError } from "../target-error.js";
import type { SqlStatement } from "./statements.js";

export interface ScriptRefusal {
  /** `line 12: column "x" does not exist`. */
  readonly message: string;
  readonly mend: string | null;
}

/** null: the error is no answer of the server, but a lost connection or our own. Total. */
export function refusalOf(error: unknown, { text, line }: SqlStatement): ScriptRefusal | null {
  if (!(error instanceof pg.DatabaseError)) return null;
  const detail = error.detail === undefined ? "" : `: ${error.detail}`;
  return {
    message: `line ${line + linesBefore(text, error.position)}: ${error.message}${detail}`,
    mend: mendOf(error),
  };
}

/** @param position from 1, in characters, not in UTF-16 units (PostgreSQL documentation, 54.8 "Error and Notice Message Fields"). */
function linesBefore(text: string, position: string | undefined): number {
  if (position === undefined) return 0;
  let lines = 0;
  let left = Number(position) - 1;
  for (const character of text) {
    if (left <= 0) break;
    left -= 1;
    if (character === "\n") lines += 1;
  }
  return lines;
}

/**
 * "active SQL transaction", "invalid transaction termination" and "unsafe new enum value usage" (appendix A): what cannot be in one
 * transaction with all the rest, which no list of statements can know.
 */
const needsItsOwn: ReadonlySet<string> = new Set(["25001", "2D000", "55P04"]);

function mendOf(error: pg.DatabaseError): string | null {
  if (needsItsOwn.has(error.code ?? ""))
    return "A file is one transaction, unless it has a BEGIN and a COMMIT of its own: then it runs as it stands.";
  return error.code === "42501" ? targetError(error, "").hint : (error.hint ?? null);
}

/** Runs one SQL file: in a transaction of ours, with the record that it is done, or as it stands. */
import { ToolError } from "../errors.js";
import { refusalOf } from "../target/script/refusal.js";
import type { ScriptSession } from "../target/script/session.js";
import type { SqlStatement } from "../target/script/statements.js";
import type { ScriptTransaction } from "../target/script/transaction.js";
import type { Session } from "../target/session.js";
import { targetError } from "../target/target-error.js";

export interface ScriptRun {
  /** For people. */
  readonly words: string;
  readonly transaction: ScriptTransaction;
  /** Records that it is done, and tells how long it took (scriptDoneSql). */
  readonly doneSql: string;
  /** Whom the session acts as; null: who logs in. */
  readonly role: string | null;
}

/**
 * @param session the one of `own`, or one that ends with a signal.
 * @returns milliseconds, as `doneSql` has them.
 * @throws ToolError `step-failed` with the line, and what of the file has stayed; targetError's codes.
 */
export async function runScript(session: Session, own: ScriptSession, run: ScriptRun): Promise<number> {
  const { statements, asItStands } = run.transaction;
  const end = { text: "", line: (statements.at(-1) ?? { line: 1 }).line };
  try {
    if (asItStands === null) await session.query("BEGIN");
    for (const statement of statements) await runStatement(session, statement, run);
    if (asItStands !== null && own.isInTransaction())
      throw failure(
        run,
        end.line,
        `line ${end.line}: a transaction is left open at the end`,
        "Write COMMIT where it ends.",
      );
    if (asItStands !== null) await session.query("BEGIN");
    const milliseconds = await recordDone(session, run);
    // Deferred constraints are checked here.
    await runStatement(session, { ...end, text: "COMMIT" }, run);
    return milliseconds;
  } catch (error) {
    if (own.isInTransaction()) await own.session.query("ROLLBACK").catch(() => []);
    throw targetError(error, `run ${run.words}`);
  }
}

async function runStatement(session: Session, statement: SqlStatement, run: ScriptRun): Promise<void> {
  try {
    await session.query(statement.text);
  } catch (error) {
    const refusal = refusalOf(error, statement);
    throw refusal === null ? error : failure(run, statement.line, refusal.message, refusal.mend);
  }
}

/** The file may have taken on another role, and may have a search path in which `=` is somebody's own. */
async function recordDone(session: Session, { doneSql, role }: ScriptRun): Promise<number> {
  await session.query("RESET SESSION AUTHORIZATION");
  await session.query("SET LOCAL search_path = pg_catalog");
  await session.query("SELECT set_config('role', $1, true)", [role ?? "none"]);
  const [row] = await session.query(doneSql);
  return Number(row?.["duration_ms"]);
}

function failure(
  { words, transaction }: ScriptRun,
  line: number,
  message: string,
  mend: string | null,
): ToolError {
  const left =
    transaction.asItStands === null
      ? "Nothing of the file has stayed."
      : `What it committed before line ${line} has stayed: it runs as it stands, and will from its beginning.`;
  return new ToolError(
    "step-failed",
    `${words}, ${message}`,
    [
      ...(mend === null ? [] : [mend]),
      left,
      "Correct the file and run migrate again: what is done is not run again.",
    ].join("\n"),
  );
}

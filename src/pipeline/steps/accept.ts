/** status --accept: an SQL file counts as done, as it is now, without being run. */
import { ToolError } from "../../errors.js";
import type { ScriptRecord } from "../../model/script.js";
import { makeHistory } from "../../target/history/ensure.js";
import { acceptNew, acceptRecord, readScriptRecords } from "../../target/history/scripts.js";
import { lookAtScript, type FoundScript } from "../../target/script/read.js";
import type { Session } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";

/**
 * Each is known again by its name, else by what is in it under another name; one that the target does not know is recorded as done
 * before. One that is no file any more is known by its name, and need not be there from now on.
 *
 * @throws ToolError `usage` for a file that is neither there nor known, `target-rights`, the target's codes.
 */
export async function acceptScripts(session: Session, paths: readonly string[]): Promise<void> {
  const found = paths.map((path) => [path, lookAtScript(path)] as const);
  await makeHistory(session);
  const records = await readScriptRecords(session);
  for (const [path, file] of found) {
    const known = recordsOf(file, records);
    if (file.checksum === null && known.length === 0)
      throw new ToolError(
        "usage",
        `There is no file ${path}, and the target knows none of this name.`,
        "sqlift status TARGET lists the files that it knows.",
      );
    await accept(session, file, known);
  }
}

async function accept(
  session: Session,
  { folder, name, checksum }: FoundScript,
  known: readonly ScriptRecord[],
): Promise<void> {
  try {
    await session.query("BEGIN");
    for (const record of known)
      await acceptRecord(session, record, checksum === null ? null : { name, checksum });
    if (known.length === 0 && checksum !== null)
      await acceptNew(session, { phase: "before", folder, name }, checksum);
    await session.query("COMMIT");
  } catch (error) {
    await session.query("ROLLBACK").catch(() => []);
    throw targetError(error, `accept ${name}`);
  }
}

/** A file may have been given by itself, or with its folder. */
function recordsOf(
  { folder, name, checksum }: FoundScript,
  records: readonly ScriptRecord[],
): readonly ScriptRecord[] {
  const here = records.filter((record) => record.folder === null || record.folder === folder);
  const named = here.filter((record) => record.name === name);
  if (named.length > 0 || checksum !== null)
    return named.length > 0 ? named : here.filter((record) => record.checksum === checksum);
  // Of a file that is gone, its folder may be, too.
  return records.filter((record) => record.name === name);
}

/** Triggers that only tell a full-text table over another table's text of changes (sqlite.org/fts5.html, section 4.4.3). */
import type { CreateTriggerStmt } from "sqlite3-parser";
import { sameName } from "../../model/identifier.js";
import type { SqliteObject } from "../../model/sqlite.js";
import { fullTextOf } from "./full-text.js";

/** Why the trigger is not carried, or null where it does anything else. */
export function upkeepReason(
  statement: CreateTriggerStmt | null,
  objects: readonly SqliteObject[],
): string | null {
  const written = (statement?.commands ?? []).map(writtenTable);
  const [table = null] = written;
  if (table === null || !written.every((other) => other !== null && sameName(other, table))) return null;
  const index = objects.find(({ type, name }) => type === "virtual" && sameName(name, table));
  const fullText = index === undefined ? null : fullTextOf(index);
  // With text of its own it is a table like others.
  return index === undefined || fullText === null || fullText.content.kind === "own"
    ? null
    : `it keeps the full-text index ${index.name} up to date; PostgreSQL's generated column does that by itself`;
}

function writtenTable(command: CreateTriggerStmt["commands"][number]): string | null {
  switch (command.type) {
    case "InsertTriggerCmd":
    case "UpdateTriggerCmd":
    case "DeleteTriggerCmd":
      return command.tblName.objName.text;
    default:
      return null;
  }
}

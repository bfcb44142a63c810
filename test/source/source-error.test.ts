import { mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { ToolError } from "../../src/errors.js";
import { sourceError } from "../../src/source/source-error.js";

const path = "/data/app.db";
const sqlite = (code: string): Error => new Database.SqliteError("its words", code);
const system = (code: string): Error =>
  Object.assign(new Error(`${code}: its words, open '${path}'`), { code, syscall: "open", errno: -1, path });

describe("sourceError", () => {
  test.each([
    ["SQLITE_CORRUPT", "source-damaged"],
    ["SQLITE_CORRUPT_VTAB", "source-damaged"],
    ["SQLITE_NOTADB", "source-not-a-database"],
    ["SQLITE_BUSY", "source-locked"],
    ["SQLITE_BUSY_RECOVERY", "source-locked"],
    ["SQLITE_LOCKED", "source-locked"],
    ["SQLITE_LOCKED_SHAREDCACHE", "source-locked"],
    ["SQLITE_IOERR_READ", "source-not-readable"],
    ["SQLITE_IOERR_SHORT_READ", "source-damaged"],
    ["SQLITE_IOERR_NOMEM", "source-not-readable"],
    ["SQLITE_CANTOPEN", "source-not-readable"],
    ["SQLITE_CANTOPEN_ISDIR", "source-not-readable"],
    ["SQLITE_PERM", "source-not-readable"],
    ["SQLITE_READONLY_CANTINIT", "source-not-readable"],
    ["SQLITE_FULL", "no-space"],
    ["SQLITE_ERROR", "source-unsupported"],
  ])("makes of %s a ToolError %s that names the file and a mend", (code, expected) => {
    const cause = sqlite(code);
    const error = sourceError(cause, path);
    expect(error).toMatchObject({ code: expected, cause });
    expect(error.message).toContain(path);
    expect(error.hint).not.toBe("");
  });

  test.each([
    ["ENOENT", "source-not-found"],
    ["ENOTDIR", "source-not-found"],
    ["EACCES", "source-not-readable"],
    ["EISDIR", "source-not-a-file"],
    ["EIO", "source-not-readable"],
    ["ENOSPC", "no-space"],
    ["EDQUOT", "no-space"],
    ["EMFILE", "source-not-readable"],
  ])("makes of %s a ToolError %s", (code, expected) => {
    expect(sourceError(system(code), path)).toMatchObject({ code: expected });
  });

  test("says the words of SQLite and what was going on", () => {
    expect(sourceError(sqlite("SQLITE_CORRUPT_INDEX"), path, 'reading table "t"').message).toBe(
      `${path} is damaged: its words (SQLITE_CORRUPT_INDEX) (while reading table "t")`,
    );
  });

  test("says the words of the file system once, without the path that is named already", () => {
    expect(sourceError(system("EACCES"), path).message).toBe(`${path} may not be read: EACCES: its words`);
  });

  test("takes a path with a dollar sign as it is", () => {
    expect(sourceError(sqlite("SQLITE_BUSY"), "/a/$&.db").message).toBe(
      "/a/$&.db is locked by another program",
    );
  });

  test("takes the errors that Node and SQLite really throw", () => {
    const folder = mkdtempSync(`${tmpdir()}/sqlift-test-`);
    const thrownBy = (run: () => unknown): unknown => {
      try {
        return run();
      } catch (error) {
        return error;
      }
    };
    expect(
      sourceError(
        thrownBy(() => openSync(`${folder}/no`, "r")),
        path,
      ).code,
    ).toBe("source-not-found");
    const open = (): unknown => new Database(folder, { readonly: true }).pragma("schema_version");
    expect(sourceError(thrownBy(open), path).code).toBe("source-not-readable");
    rmSync(folder, { recursive: true });
  });

  test("gives a ToolError back as it is", () => {
    const error = new ToolError("interrupted", "it was");
    expect(sourceError(error, path)).toBe(error);
  });

  test.each([new TypeError("a bug"), sqlite("SQLITE_MISUSE"), "a string"])(
    "throws what is a bug of ours: %s",
    (bug) => {
      let thrown: unknown;
      try {
        sourceError(bug, path);
      } catch (error) {
        thrown = error;
      }
      expect(thrown).toBe(bug);
    },
  );
});

/** The session that the README shows is what a person sees. */
import { copyFileSync, chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fixtureSql, makeSqlite } from "../fixture.js";
import { run } from "./command.js";

const readme = readFileSync(join(import.meta.dirname, "..", "..", "README.md"), "utf8");
const shown = /^\$ sqlift migrate bookshop\.db\n([\s\S]*?)\n\$ sqlift serve/m.exec(readme)?.[1] ?? "";

/** Without what differs with the machine and its load, and with the user: root is told who the server runs as. */
const lasting = (text: string): string =>
  text
    .replace(/(run 1, in ).*$/m, "$1...")
    .replaceAll(/^ {2}(?:reading|copying|proving) .*\n/gm, "")
    .replace(/^PostgreSQL refuses to run as root.*\n/m, "")
    .trimEnd();

test("sqlift migrate bookshop.db", async () => {
  const source = makeSqlite("bookshop", fixtureSql("bookshop"));
  const folder = mkdtempSync(join(tmpdir(), "sqlift-readme-"));
  chmodSync(folder, 0o711); // the server's uid passes through
  try {
    copyFileSync(source.path, join(folder, "bookshop.db"));
    const { exitCode, err, out } = await run(["migrate", "bookshop.db"], { cwd: folder });
    expect(exitCode).toBe(0);
    expect(lasting(err + out)).toBe(lasting(shown));
  } finally {
    rmSync(folder, { recursive: true, force: true });
    source.remove();
  }
});

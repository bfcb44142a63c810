/** Errors that a person can act on: each names the slip and the mend, and the exit code is that of the contract. */
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { databaseForAll, databaseUrl, onServer } from "../database.js";
import { fixtureSql, makeSqlite, type SqliteFile } from "../fixture.js";
import { run } from "./command.js";

const folder = mkdtempSync(join(tmpdir(), "sqlift-errors-"));
// The embedded server's uid passes through; else its data would lie elsewhere and stay.
chmodSync(folder, 0o711);
let source: SqliteFile;
const database = databaseForAll();
beforeAll(() => {
  source = makeSqlite("bookshop", fixtureSql("bookshop"));
});
afterAll(() => {
  source.remove();
  rmSync(folder, { recursive: true, force: true });
});

describe("a password in the wrong place is not printed", () => {
  const url = "postgres://me:s3cret@host/db";
  test.each([
    ["as the source", ["migrate", url, "chat.db"]],
    ["as the source, alone", ["migrate", "postgres://me:s3cret@host"]],
    ["as a command", [url]],
    ["as an option that is none", ["plan", "chat.db", `--target=${url}`]],
    ["as the value of an option", ["plan", "chat.db", "--jobs", url]],
    ["as a folder", ["plan", "chat.db", "--source", "snapshot", "--temp-dir", url]],
    ["as an embedded target", ["validate", "chat.db", `embedded:${url}`]],
  ])("%s", async (_, parameters) => {
    for (const more of [[], ["--json"]]) {
      const given = parameters.map((parameter) => (parameter === "chat.db" ? source.path : parameter));
      const { exitCode, out, err } = await run([...given, ...more]);
      expect(exitCode).toBe(3);
      expect(out + err).not.toContain("s3cret");
    }
  });
});

const file = (name: string, content: string | Buffer): string => {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
};

describe("wrong use", () => {
  test.each([
    ["no command", []],
    ["an unknown command", ["move"]],
    ["no source", ["migrate"]],
    ["an unknown option", ["migrate", "x.db", "--jobbs", "2"]],
    ["an option that is not built yet", ["migrate", "x.db", "--resume"]],
    ["no number of jobs", ["migrate", "x.db", "--jobs", "many"]],
    ["no jobs at all", ["plan", "x.db", "--jobs", "0"]],
    ["more jobs than a server takes", ["validate", "x.db", "postgres://h/d", "--jobs", "65"]],
    ["too many arguments", ["plan", "a.db", "postgres://h/d", "more"]],
    ["a target that is none", ["migrate", "x.db", "mysql://h/d"]],
    ["a plan that would start a server", ["plan", "x.db", "embedded:./x.pg"]],
    ["a folder that holds no database", ["serve", tmpdir()]],
    ["a comparison with no database", ["validate", "x.db", `embedded:${tmpdir()}`]],
    ["a schema that is PostgreSQL's own", ["plan", "x.db", "--schema", "pg_mine"]],
  ])("%s exits with 3 and says so", async (_, parameters) => {
    const here = [...parameters].map((each) => (each === "x.db" ? source.path : each));
    const result = await run(here);
    expect(result.exitCode).toBe(3);
    expect(result.out).toBe("");
    expect(result.err).not.toBe("");
  });

  test("the nearest option is offered", async () => {
    const result = await run(["plan", source.path, "--jsn"]);
    expect(result.err).toContain("--json");
  });
});

describe("the source", () => {
  const encrypted = Buffer.from(randomBytes(8192));
  test.each([
    ["is not there", () => join(folder, "missing.db"), /missing\.db/],
    ["is a folder", () => folder, /folder/],
    ["is text", () => file("notes.db", "CREATE TABLE t (a);\n"), /not a SQLite database/i],
    ["is empty", () => file("empty.db", ""), /empty/],
    ["is encrypted", () => file("secret.db", encrypted), /encrypted/],
  ])("%s: exit 2", async (_, path, words) => {
    const result = await run(["migrate", path(), database.url]);
    expect(result.err).toMatch(words);
    expect(result.exitCode).toBe(2);
    expect(result.out).toBe("");
  });

  test("is cut off: exit 2, and nothing is in the target", async () => {
    const path = file("cut.db", readFileSync(source.path));
    truncateSync(path, 20_000);
    const result = await run(["migrate", path, database.url]);
    expect(result.err).toContain("cut.db");
    expect(result.exitCode).toBe(2);
  });

  test("is damaged inside a table: exit 2, the table is named", async () => {
    const big = makeSqlite(
      "big",
      "CREATE TABLE t (a, b); WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5000) INSERT INTO t SELECT i, printf('%0100d', i) FROM n;",
    );
    const bytes = readFileSync(big.path);
    bytes.fill(0xee, 4096 * 20, 4096 * 22);
    big.remove();
    const result = await run(["migrate", file("damaged.db", bytes), database.url]);
    expect(result.err).toMatch(/"t"/);
    expect(result.err).toContain("damaged.db");
    expect(result.exitCode).toBe(2);
  });

  test("is locked by another process: exit 2 after a wait", async () => {
    const copy = file("locked.db", readFileSync(source.path));
    const script = `const D = require("better-sqlite3"); const d = new D(process.argv[1]); d.exec("BEGIN EXCLUSIVE"); console.log("locked"); setInterval(() => {}, 1e9)`;
    const holder = spawn(process.execPath, ["-e", script, copy], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      await once(holder.stdout, "data");
      const result = await run(["migrate", copy, database.url]);
      expect(result.err).toMatch(/locked/);
      expect(result.exitCode).toBe(2);
    } finally {
      holder.kill("SIGKILL");
    }
  });

  test("is the same file beside the same names afterwards", async () => {
    const state = (): string =>
      createHash("sha256")
        .update(readFileSync(source.path))
        .update(readdirSync(join(source.path, "..")).join())
        .digest("hex");
    const before = state();
    await run(["plan", source.path]);
    await run(["migrate", source.path, `embedded:${join(folder, "untouched.pg")}`]);
    expect(state()).toBe(before);
  });
});

describe("the target", () => {
  const password = "s3cret-Pässword/@:";
  const role = `sqlift_role_${randomBytes(4).toString("hex")}`;
  const login = (secret: string): string => `${role}:${encodeURIComponent(secret)}`;
  beforeAll(async () => {
    await onServer(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
  });
  afterAll(async () => {
    await database.query(`DROP OWNED BY ${role}`);
    await onServer(`DROP ROLE ${role}`);
  });

  test("does not answer: exit 2", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as { port: number };
    server.close();
    const result = await run([
      "migrate",
      source.path,
      `postgres://me:${encodeURIComponent(password)}@127.0.0.1:${port}/d`,
    ]);
    expect(result.exitCode).toBe(2);
    expect(result.err).toContain(String(port));
    expect(result.err).not.toContain("s3cret");
  });

  test("does not know the database: exit 2, CREATE DATABASE is offered", async () => {
    const result = await run(["migrate", source.path, databaseUrl("no_such_database")]);
    expect(result.exitCode).toBe(2);
    expect(result.err).toContain("no_such_database");
    expect(result.err).toContain("CREATE DATABASE");
  });

  test("does not take the password: exit 2, and it is not printed", async ({ skip }) => {
    const trusts = await run(["validate", source.path, databaseUrl(database.name, login("other"))]);
    if (!trusts.err.includes("password")) skip("this server asks for no password");
    for (const json of [[], ["--json"]]) {
      const result = await run([
        "migrate",
        source.path,
        databaseUrl(database.name, login("s3cret-wrong")),
        ...json,
      ]);
      expect(result.exitCode).toBe(2);
      expect(result.err).toMatch(/password/);
      expect(result.err + result.out).not.toContain("s3cret");
    }
  });

  test("grants no rights: exit 2, with the GRANT that is missing", async () => {
    const url = databaseUrl(database.name, login(password));
    await database.query("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    const first = await run(["migrate", source.path, url]);
    expect(first.exitCode).toBe(2);
    expect(first.err).toContain(`GRANT USAGE, CREATE ON SCHEMA "public" TO "${role}"`);
    await database.query(`GRANT USAGE, CREATE ON SCHEMA "public" TO "${role}"`);
    const second = await run(["migrate", source.path, url]);
    expect(second.exitCode).toBe(2);
    expect(second.err).toContain(`GRANT CREATE ON DATABASE "${database.name}" TO "${role}"`);
    expect(await database.query("SELECT 1 FROM pg_namespace WHERE nspname LIKE 'sqlift%'")).toEqual([]);
  });

  test("has a table of that name already: exit 1, it is named and left alone", async () => {
    await database.query("CREATE TABLE public.book (mine int)");
    const result = await run(["migrate", source.path, database.url, "--json"]);
    expect(result.exitCode).toBe(1);
    const report = JSON.parse(result.out) as {
      status: string;
      findings: { kind: string; message: string }[];
    };
    expect(report.status).toBe("blocked");
    expect(report.findings.find(({ kind }) => kind === "name-taken")?.message).toContain("book");
    const planned = await run(["plan", source.path, database.url]);
    expect(planned.exitCode).toBe(1);
    const columns = await database.query(
      "SELECT attname FROM pg_attribute WHERE attrelid = 'public.book'::regclass AND attnum > 0",
    );
    expect(columns).toEqual([{ attname: "mine" }]);
    expect(await database.query("SELECT 1 FROM pg_namespace WHERE nspname LIKE 'sqlift%'")).toEqual([]);
    await database.query("DROP TABLE public.book");
  });
});

/** A database that is not there is made where somebody asked for that, and nowhere else. */
import { randomBytes } from "node:crypto";
import { expect, inject, test } from "vitest";
import { migrate } from "../../src/pipeline/migrate.js";
import { openTarget, type OpenTargetOptions } from "../../src/target/connection/connect.js";
import { createDatabase } from "../../src/target/create-database.js";
import type { Connection } from "../../src/target/connection/connection.js";
import { databaseUrl, onServer } from "../database.js";
import { afterwards, errorOf } from "./room.js";

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Not there; goes after the test. */
function newName(odd = ""): string {
  const name = `sqlift_test_${randomBytes(4).toString("hex")}${odd}`;
  afterwards(() => onServer(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`));
  return name;
}

async function open(url: string, options: Partial<OpenTargetOptions> = {}): Promise<readonly string[]> {
  const said: string[] = [];
  const target = await openTarget(url, {
    environment: process.env,
    createDatabase: true,
    onSays: (words) => said.push(words),
    ...options,
  });
  await target.close();
  return said;
}

const find = (name: string) =>
  onServer(
    `SELECT pg_encoding_to_char(encoding) AS encoding, datdba::regrole::text AS owner FROM pg_database WHERE datname = '${name.replaceAll("'", "''")}'`,
  );

async function newRole(options: string): Promise<string> {
  const role = `role_${randomBytes(4).toString("hex")}`;
  await onServer(`CREATE ROLE ${role} LOGIN PASSWORD 'x' ${options}`);
  afterwards(() => onServer(`DROP ROLE ${role}`));
  return role;
}

test("an embedded target, which has its database anyway, is wrong use before the file is looked at", async () => {
  const moving = migrate("nowhere.db", "embedded:./x.pg", { createDatabase: true });
  await expect(moving).rejects.toMatchObject({ code: "usage" });
});

test("nothing is made unasked, and the mend is told", async () => {
  const name = newName();
  const error = await errorOf(() => open(databaseUrl(name), { createDatabase: false }));
  expect(error.code).toBe("target-no-database");
  expect(error.hint).toContain(`CREATE DATABASE "${name}"`);
  expect(error.hint).toContain("--create-database");
  expect(await find(name)).toEqual([]);
});

test("a name that the server would cut is refused", async () => {
  const error = await errorOf(() => open(databaseUrl(newName("x".repeat(60)))));
  expect(error.code).toBe("usage");
  expect(error.message).toContain("80 bytes");
});

test("a login that may make no databases is told the mend", async () => {
  const role = await newRole("");
  expect(await errorOf(() => open(databaseUrl(newName(), `${role}:x`)))).toMatchObject({
    code: "target-rights",
    hint: `ALTER ROLE "${role}" CREATEDB;`,
  });
});

test("an owner that is not there, or that the login may not act as, leaves no database", async () => {
  const [login, owner, name] = [await newRole("CREATEDB"), await newRole(""), newName()];
  const url = databaseUrl(name, `${login}:x`);
  expect((await errorOf(() => open(url, { role: "nobody" }))).message).toBe('There is no role "nobody".');
  expect((await errorOf(() => open(url, { role: owner }))).hint).toContain(`GRANT "${owner}" TO "${login}"`);
  expect(await find(name)).toEqual([]);
});

test.each(["", " with blanks", '"quoted"', "-Ünï;😀", "'%s$1"])(
  "it is made, in UTF8: NAME%s",
  async (odd) => {
    const name = newName(odd);
    expect(await open(databaseUrl(name))).toEqual([
      `Database ${quoted(name)} was created; undo does not drop it.`,
    ]);
    expect(await find(name)).toMatchObject([{ encoding: "UTF8" }]);
    // It is there now: nothing is made, nothing said.
    expect(await open(databaseUrl(name))).toEqual([]);
  },
);

test("the role owns it, though only the login may make it", async () => {
  const [owner, login, name] = [await newRole(""), await newRole("CREATEDB NOINHERIT"), newName()];
  await onServer(`GRANT ${owner} TO ${login}`);
  await open(databaseUrl(name, `${login}:x`), { role: owner });
  expect(await find(name)).toEqual([{ encoding: "UTF8", owner }]);
});

test("several at the same moment all find it there", async () => {
  const name = newName();
  const all = await Promise.all([1, 2, 3, 4].map(() => open(databaseUrl(name))));
  expect(all.flat().length).toBeGreaterThan(0);
});

test("one that is there by now is left as it is", async () => {
  const target = await openTarget(inject("databaseUrl"), { environment: process.env });
  afterwards(() => target.close());
  const connection: Connection = { ...target.connection };
  await createDatabase(connection);
});

/** A migration on behalf of another role: the login has no rights of its own, so nothing can be done but by the role. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { migrate } from "../../../src/pipeline/migrate.js";
import { status } from "../../../src/pipeline/status.js";
import { undo } from "../../../src/pipeline/undo.js";
import { databaseForAll, databaseUrl } from "../../database.js";
import { sqliteForEach } from "../../fixture.js";

const database = databaseForAll();
const makeFile = sqliteForEach();
let login: string;
let owner: string;
beforeAll(async () => {
  login = `${database.name}_login`;
  owner = `${database.name}_owner`;
  await database.query(
    `CREATE ROLE ${login} LOGIN NOINHERIT PASSWORD 'x'; CREATE ROLE ${owner}; GRANT ${owner} TO ${login}`,
  );
});
afterAll(async () => {
  await database.query(`DROP OWNED BY ${owner} CASCADE; DROP ROLE ${owner}, ${login}`);
});
const url = () => databaseUrl(database.name, `${login}:x`);
const options = () => ({ environment: {}, role: owner, jobs: 2 });
const sql = `CREATE TABLE a (id INTEGER PRIMARY KEY, t TEXT UNIQUE); INSERT INTO a VALUES (1, 'x'), (2, 'y');
  CREATE TABLE b (id INTEGER PRIMARY KEY, a INTEGER REFERENCES a); INSERT INTO b VALUES (1, 1); CREATE VIEW v AS SELECT id FROM a;`;

test("what it may not do is to be granted to it, not to the login", async () => {
  await database.query("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
  const file = makeFile("shop", sql);
  await expect(migrate(file.path, url(), options())).rejects.toMatchObject({
    code: "target-rights",
    hint: `GRANT USAGE, CREATE ON SCHEMA "public" TO "${owner}";`,
  });
  await database.query(`GRANT USAGE, CREATE ON SCHEMA public TO ${owner}`);
  await expect(migrate(file.path, url(), options())).rejects.toMatchObject({
    hint: expect.stringContaining(`GRANT CREATE ON DATABASE "${database.name}" TO "${owner}";`) as string,
  });
});

test("it owns all that is made, and undo by it leaves nothing of that", async () => {
  await database.query(`GRANT CREATE ON DATABASE ${database.name} TO ${owner}`);
  const file = makeFile("shop", sql);
  const outcome = await migrate(file.path, url(), { ...options(), schema: "shop" });
  expect(outcome.status).toBe("migrated");
  expect(outcome.verdicts.map(({ verdict }) => verdict)).toEqual(["identical", "identical"]);
  const owners = await database.query(
    `SELECT DISTINCT relowner::regrole::text AS owner FROM pg_class
      WHERE relnamespace IN ('shop'::regnamespace, 'sqlift'::regnamespace)
     UNION SELECT nspowner::regrole::text FROM pg_namespace WHERE nspname IN ('shop', 'sqlift')`,
  );
  expect(owners).toEqual([{ owner }]);
  expect((await status(url(), options())).runs).toMatchObject([{ status: "done", role: owner }]);
  await expect(status(url(), { environment: {} })).rejects.toMatchObject({ code: "target-rights" });
  expect((await undo(url(), null, options())).status).toBe("undone");
  expect(await database.query("SELECT to_regnamespace('shop') AS s")).toEqual([{ s: null }]);
});

/**
 * A migrate into existing tables that is killed, at each point where something else is left. The test holds a lock on which the run
 * waits there; what comes next finds it by the state of things.
 */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { migrate } from "../../src/pipeline/migrate.js";
import { plan } from "../../src/pipeline/plan.js";
import { undo } from "../../src/pipeline/undo.js";
import { makeHistory } from "../../src/target/history/ensure.js";
import type { Session } from "../../src/target/session.js";
import { catalogLines } from "../catalogs.js";
import { copyForEach, databaseForAll, databaseUrl, onServer } from "../database.js";
import { makeSqlite } from "../fixture.js";
import { startCommand, type RunningCommand } from "./command.js";

const source = makeSqlite(
  "cut-off",
  `CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO parent VALUES (1, 'a'), (2, 'b');
   CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER); INSERT INTO child VALUES (1, 1), (2, 2), (3, NULL);
   CREATE TABLE lone (id INTEGER PRIMARY KEY, x TEXT); INSERT INTO lone VALUES (1, 'x'), (2, 'y');`,
);
const original = databaseForAll();
const database = copyForEach(original);
let owner: string;
let before: readonly string[];
let running: RunningCommand;
const held: Session[] = [];

beforeAll(async () => {
  owner = `${original.name}_owner`;
  await original.query(
    `CREATE ROLE ${owner} LOGIN PASSWORD 'secret'; CREATE SCHEMA app AUTHORIZATION ${owner};
     CREATE SCHEMA sqlift AUTHORIZATION ${owner}; SET ROLE ${owner};
     CREATE FUNCTION app.loud() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN RAISE 'it fired'; END$$;
     CREATE TABLE app.parent (id int PRIMARY KEY, name text);
     CREATE TABLE app.child (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, parent int REFERENCES app.parent ON DELETE CASCADE);
     CREATE TABLE app.lone (id int PRIMARY KEY, x text);
     CREATE TRIGGER loud AFTER INSERT OR DELETE ON app.child FOR EACH ROW EXECUTE FUNCTION app.loud(); RESET ROLE`,
  );
  const session = await original.open();
  await session.query(`SET ROLE ${owner}`);
  await makeHistory(session);
  before = await catalogLines(original);
});
afterEach(async () => {
  running.child.kill("SIGKILL");
  await running.done;
  await release();
});
afterAll(async () => {
  await original.query(`DROP OWNED BY ${owner} CASCADE`);
  await original.drop();
  await onServer(`DROP ROLE ${owner}`);
  source.remove();
});

const url = (): string => databaseUrl(database.name, `${owner}:secret`);
const options = { environment: process.env, intoExisting: true, schema: "app" };

type Mode = "SHARE" | "ROW EXCLUSIVE" | "SHARE UPDATE EXCLUSIVE" | "ACCESS SHARE";

async function hold(table: string, mode: Mode): Promise<void> {
  const session = await database.open();
  held.push(session);
  await session.query("BEGIN");
  await session.query(`LOCK TABLE ${table} IN ${mode} MODE`);
}

/** Ends the sessions that hold the locks. */
const release = async (): Promise<void> => {
  for (const session of held.splice(0)) await session.end();
};

/** Until the query gives a row. */
async function until(sql: string): Promise<void> {
  while ((await database.query(sql)).length === 0) {
    if (running.child.exitCode !== null) throw new Error(`It has ended: ${(await running.done).err}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

const waitingFor = (table: string): string =>
  `SELECT FROM pg_locks WHERE NOT granted AND relation = '${table}'::regclass`;

/** Brings a run to where it waits; each takes the next lock before it lets the one before go. */
const points = {
  "before anything is away": async () => {
    await hold("sqlift.set_aside", "SHARE");
    begin();
    await until(waitingFor("sqlift.set_aside"));
    const [first] = held.splice(0);
    await hold("app.parent", "ACCESS SHARE");
    await first?.end();
    await until(`${waitingFor("app.parent")} AND EXISTS (SELECT FROM sqlift.set_aside)`);
  },
  "in the load": async () => {
    await hold("app.lone", "SHARE");
    begin();
    await until(waitingFor("app.lone"));
    await until("SELECT FROM sqlift.loads WHERE table_name = 'child'");
  },
  "when all is about to come back": async () => {
    await points["in the load"]();
    const [first] = held.splice(0);
    await hold("app.child", "ROW EXCLUSIVE");
    await first?.end();
    await until(waitingFor("app.child"));
  },
  "before a foreign key is valid": async () => {
    await points["when all is about to come back"]();
    const [first] = held.splice(0);
    const isNext = hold("app.child", "SHARE");
    await until(`${waitingFor("app.child")} AND mode = 'ShareLock'`);
    await first?.end();
    await isNext;
    await until(waitingFor("app.child"));
  },
  "when all is back": async () => {
    await hold("app.lone", "SHARE UPDATE EXCLUSIVE");
    begin();
    await until(waitingFor("app.lone"));
  },
};

function begin(...more: readonly string[]): void {
  running = startCommand(["migrate", source.path, url(), "--into-existing", "--schema", "app", ...more]);
}

async function kill(): Promise<void> {
  running.child.kill("SIGKILL");
  await running.done;
  await release();
  while ((await database.query("SELECT FROM pg_locks WHERE locktype = 'advisory'")).length > 0)
    await new Promise((resolve) => setTimeout(resolve, 10));
}

const names = Object.keys(points) as (keyof typeof points)[];

test.each(names)("killed %s, the next migrate takes all back and goes on", async (point) => {
  await points[point]();
  await kill();
  const said: string[] = [];
  const onProgress = (event: { readonly kind: string; readonly message?: string }): void => {
    if (event.kind === "says") said.push(event.message ?? "");
  };
  const outcome = await migrate(source.path, url(), { ...options, onProgress });
  expect(said).toContainEqual(
    expect.stringMatching(
      /^run 1 \(.*\) was cut off: its rows are out again, and what it set aside is back$/,
    ),
  );
  expect(outcome).toMatchObject({ status: "migrated", run: 2, objects: [] });
  expect(outcome.verdicts.map(({ verdict }) => verdict)).toEqual(["identical", "identical", "identical"]);
  expect(await catalogLines(database)).toEqual(before);
});

test.each(["in the load", "before a foreign key is valid"] as const)(
  "killed %s, undo takes all back",
  async (point) => {
    await points[point]();
    await kill();
    expect(await undo(url(), null, { environment: process.env })).toMatchObject({ status: "undone" });
    expect(await database.query("SELECT FROM app.parent UNION ALL SELECT FROM app.lone")).toEqual([]);
    expect(await catalogLines(database)).toEqual(before);
  },
);

test("killed before staged rows come over, the next migrate drops them and goes on", async () => {
  await database.query(
    `INSERT INTO app.lone VALUES (2, 'old'); GRANT CREATE ON DATABASE ${database.name} TO ${owner}`,
  );
  await hold("app.lone", "ROW EXCLUSIVE");
  begin("--existing-rows", "update");
  await until(waitingFor("app.lone"));
  await kill();
  const outcome = await migrate(source.path, url(), { ...options, existingRows: "update" });
  expect(outcome).toMatchObject({ status: "migrated", run: 2, objects: [] });
  expect(await database.query("SELECT FROM pg_namespace WHERE nspname LIKE 'sqlift_run%'")).toEqual([]);
  expect(await catalogLines(database)).toEqual(before);
});

test("rows that somebody has worked on stay, what was away comes back, and the next migrate is refused", async () => {
  await points["when all is about to come back"]();
  await expect(migrate(source.path, url(), options)).rejects.toMatchObject({ code: "target-in-the-way" });
  await expect(plan(source.path, { ...options, target: url() })).rejects.toMatchObject({
    code: "target-in-the-way",
  });
  await kill();
  await expect(plan(source.path, { ...options, target: url() })).rejects.toMatchObject({
    code: "target-history",
    message: expect.stringContaining('foreign key "child_parent_fkey" of app.child') as string,
    hint: expect.stringContaining("sqlift undo TARGET 1") as string,
  });
  await database.query("UPDATE app.parent SET name = 'mine' WHERE id = 1");
  const said: string[] = [];
  const onProgress = (event: { readonly kind: string; readonly message?: string }): void => {
    if (event.kind === "says") said.push(event.message ?? "");
  };
  const outcome = await migrate(source.path, url(), { ...options, onProgress });
  expect(said.join("\n")).toContain(
    "its rows stay, and what it set aside is back. Table app.parent: of the 2 rows",
  );
  expect(outcome).toMatchObject({ status: "blocked", run: null });
  expect(outcome.findings.filter(({ kind }) => kind === "rows-there")).toHaveLength(3);
  expect(await database.query("SELECT FROM app.parent WHERE name = 'mine'")).toHaveLength(1);
  expect(await catalogLines(database)).toEqual(before);
});

/** How a run ends that cannot go on: what is left in the target, and that the error says so. */
import { getEventListeners } from "node:events";
import { beforeEach, describe, expect, test, type TestContext } from "vitest";
import type { Phase, ProgressEvent } from "../../../src/model/progress.js";
import { migrate, type MigrateOptions } from "../../../src/pipeline/migrate.js";
import { databaseForEach } from "../../database.js";
import { sqliteForEach, type SqliteFile } from "../../fixture.js";

const database = databaseForEach();
const makeFile = sqliteForEach();
let source: SqliteFile;
beforeEach(() => {
  source = makeFile(
    "many",
    `CREATE TABLE many (id INTEGER PRIMARY KEY, body TEXT); CREATE INDEX bodies ON many (body);
     WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO many SELECT i, printf('%0100d', i) FROM n;`,
  );
});

const run = (options: MigrateOptions) =>
  migrate(source.path, database.url, { environment: process.env, ...options });

/** Schemas of runs, and tables where people would see them. */
const left = async (): Promise<readonly (string | null)[]> =>
  (
    await database.query(
      `SELECT nspname::text AS name FROM pg_namespace WHERE nspname LIKE 'sqlift_run%'
       UNION ALL SELECT relname::text FROM pg_class WHERE relnamespace = 'public'::regnamespace`,
    )
  ).map(({ name }) => name ?? null);

const statuses = async (): Promise<readonly (string | null)[]> =>
  (await database.query("SELECT status FROM sqlift.runs")).map(({ status }) => status ?? null);

const remove = 'DROP SCHEMA IF EXISTS "sqlift_run_1" CASCADE;';

/**
 * Runs PL/pgSQL before every statement of a kind that a run makes, not its trial: what only the server can make happen, at an
 * exact moment.
 */
async function atDdl({ skip }: TestContext, tag: string, body: string): Promise<void> {
  const [user] = await database.query("SELECT rolsuper FROM pg_roles WHERE rolname = current_user");
  if (user?.["rolsuper"] !== "t") skip("only a superuser can make an event trigger");
  await database.query(
    `CREATE FUNCTION public.happens() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
       IF EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname LIKE 'sqlift_run%') THEN ${body}; END IF; END $$;
     CREATE EVENT TRIGGER happens ON ddl_command_start WHEN TAG IN ('${tag}') EXECUTE FUNCTION public.happens()`,
  );
}

const isPhase = (event: ProgressEvent, phase: Phase): boolean =>
  event.kind === "phase" && event.phase === phase;

describe("a signal", () => {
  test.each<Phase>(["copy", "keys", "validate"])("at the start of phase %s leaves nothing", async (phase) => {
    const controller = new AbortController();
    const { signal } = controller;
    const onProgress = (event: ProgressEvent): void => {
      if (isPhase(event, phase)) controller.abort();
    };
    await expect(run({ signal, onProgress })).rejects.toMatchObject({
      code: "interrupted",
      hint: "Nothing was left in the target.",
    });
    expect(await left()).toEqual([]);
    expect(await statuses()).toEqual(["interrupted"]);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test.each<Phase>(["copy", "validate"])("in the middle of phase %s leaves nothing", async (phase) => {
    const controller = new AbortController();
    const { signal } = controller;
    const onProgress = (event: ProgressEvent): void => {
      if (event.kind === "table" && event.phase === phase) controller.abort();
    };
    await expect(run({ signal, onProgress })).rejects.toMatchObject({ code: "interrupted" });
    expect(await left()).toEqual([]);
  });

  test("before the first write leaves no history either", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const onProgress = (event: ProgressEvent): void => {
      if (event.kind === "table-done" && event.phase === "profile") controller.abort();
    };
    await expect(run({ signal, onProgress })).rejects.toMatchObject({ code: "interrupted" });
    expect(await database.query("SELECT 1 FROM pg_namespace WHERE nspname LIKE 'sqlift%'")).toEqual([]);
  });

  test("cancels an index that is being made", async (context) => {
    await atDdl(context, "CREATE INDEX", "PERFORM pg_catalog.pg_sleep(600)");
    const controller = new AbortController();
    const running = expect(run({ signal: controller.signal })).rejects.toMatchObject({ code: "interrupted" });
    const sleeping = `SELECT 1 FROM pg_stat_activity WHERE datname = '${database.name}' AND wait_event = 'PgSleep'`;
    while ((await database.query(sleeping)).length === 0)
      await new Promise((resolve) => setTimeout(resolve, 10));
    controller.abort();
    await running;
    expect(await left()).toEqual([]);
  });

  test("does not promise what cannot be kept", async (context) => {
    await atDdl(context, "DROP SCHEMA", "RAISE 'not now'");
    const controller = new AbortController();
    const { signal } = controller;
    const onProgress = (event: ProgressEvent): void => {
      if (isPhase(event, "keys")) controller.abort();
    };
    await expect(run({ signal, onProgress })).rejects.toMatchObject({
      code: "interrupted",
      message: "Interrupted.",
      hint: expect.stringContaining(remove) as string,
    });
    expect(await left()).toEqual(["sqlift_run_1"]);
  });
});

test("a name that somebody takes meanwhile is an answer: nothing is left of the run", async () => {
  let taking: Promise<unknown> = Promise.resolve();
  const onProgress = (event: ProgressEvent): void => {
    if (isPhase(event, "keys")) taking = database.query("CREATE TABLE public.many (somebody text)");
  };
  await expect(run({ onProgress })).rejects.toMatchObject({
    code: "target-in-the-way",
    hint: expect.stringContaining("Nothing was left in the target.") as string,
  });
  await taking;
  expect(await left()).toEqual(["many"]);
  expect(await statuses()).toEqual(["refused"]);
  expect(await database.query("SELECT somebody FROM public.many")).toEqual([]);
});

describe("a bug", () => {
  const bug = new TypeError("of ours");
  const onProgress = (event: ProgressEvent): void => {
    if (isPhase(event, "keys")) throw bug;
  };

  test("arrives as it is, and leaves nothing", async () => {
    await expect(run({ onProgress })).rejects.toBe(bug);
    expect(await left()).toEqual([]);
    expect(await statuses()).toEqual(["failed"]);
  });

  test("is the cause of an error that tells what is left, where something is", async (context) => {
    await atDdl(context, "DROP SCHEMA", "RAISE 'not now'");
    await expect(run({ onProgress })).rejects.toMatchObject({
      message: expect.stringContaining(remove) as string,
      cause: bug,
    });
  });
});

describe("a fault from outside leaves the run's schema and says how to remove it", () => {
  test("while the connection lives on", async (context) => {
    await atDdl(context, "CREATE INDEX", "RAISE 'no room' USING ERRCODE = '53100'");
    await expect(run({})).rejects.toMatchObject({
      code: "no-space",
      hint: expect.stringContaining(remove) as string,
    });
    expect(await left()).toEqual(["sqlift_run_1"]);
    expect(await statuses()).toEqual(["failed"]);
    await database.query(remove);
    expect(await left()).toEqual([]);
  });

  test("and when it is lost", async (context) => {
    await atDdl(
      context,
      "CREATE INDEX",
      "PERFORM pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid())",
    );
    await expect(run({})).rejects.toMatchObject({
      code: "target-lost",
      hint: expect.stringContaining(remove) as string,
    });
    expect(await left()).toEqual(["sqlift_run_1"]);
  });
});

test("the tables have the default privileges of the schema that they are moved into", async () => {
  await database.query("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO PUBLIC");
  await run({});
  const rows = await database.query("SELECT relacl::text AS privileges FROM pg_class WHERE relname = 'many'");
  expect(rows[0]?.["privileges"]).toContain("=r/");
});

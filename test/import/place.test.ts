import { beforeAll, describe, expect, test } from "vitest";
import { dropEmptySchemaSql, dropSchemaSql, dropTables, inOneTransaction } from "../../src/import/place.js";
import type { Session } from "../../src/target/session.js";
import { databaseForAll } from "../database.js";

const database = databaseForAll();
let session: Session;
beforeAll(async () => {
  session = await database.open();
  await database.query("CREATE TABLE public.there ()");
});

describe("inOneTransaction", () => {
  test("undoes all when one fails, and the session goes on", async () => {
    await expect(
      inOneTransaction(session, ["CREATE TABLE public.one ()", "CREATE TABLE public.there ()"], "make both"),
    ).rejects.toMatchObject({ code: "target-in-the-way" });
    expect(await session.query("SELECT to_regclass('public.one') AS there")).toEqual([{ there: null }]);
  });

  test("says what helps where the connection is lost during the COMMIT, and only there", async () => {
    const lose = "PERFORM pg_catalog.pg_terminate_backend(pg_catalog.pg_backend_pid(), 10000)";
    await session.query(
      `CREATE TABLE public.lost (); CREATE FUNCTION public.lose() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${lose}; RETURN NULL; END $$;
       CREATE CONSTRAINT TRIGGER late AFTER INSERT ON public.lost DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.lose()`,
    );
    const early = `DO $$ BEGIN ${lose}; END $$`;
    for (const [sql, hint] of [
      ["INSERT INTO public.lost DEFAULT VALUES", "look whether it is done"],
      [early, expect.stringContaining("run again") as string],
    ] as const) {
      const doing = inOneTransaction(await database.open(), [sql], "do it", "look whether it is done");
      await expect(doing).rejects.toMatchObject({ code: "target-lost", hint });
    }
  });

  test("does all when none fails", async () => {
    await inOneTransaction(
      session,
      ["CREATE TABLE public.one ()", "CREATE TABLE public.two ()"],
      "make both",
    );
    expect(await session.query("SELECT to_regclass('public.two')::text AS there")).toEqual([
      { there: "public.two" },
    ]);
  });
});

describe("an attempt within a transaction", () => {
  const refusals: string[] = [];
  const onRefused = (message: string): void => void refusals.push(message);

  test("that is refused leaves nothing of itself, and the others as they are", async () => {
    const statements = ["CREATE TABLE public.half ()", "CREATE VIEW public.no AS SELECT nothing"];
    await inOneTransaction(
      session,
      ["CREATE TABLE public.before ()", { statements, onRefused }, "CREATE TABLE public.after ()"],
      "make them",
    );
    expect(refusals).toEqual(['column "nothing" does not exist']);
    expect(
      await session.query(
        "SELECT relname AS name FROM pg_class WHERE relname IN ('before', 'half', 'no', 'after') ORDER BY 1",
      ),
    ).toEqual([{ name: "after" }, { name: "before" }]);
  });

  test.each([
    ["whose name is taken", "CREATE VIEW public.there AS SELECT 1", "target-in-the-way"],
    [
      "whose function is there",
      "CREATE FUNCTION public.lose() RETURNS int LANGUAGE sql AS 'SELECT 1'",
      "target-in-the-way",
    ],
    [
      "that meets a fault from outside",
      "DO $$ BEGIN RAISE 'full' USING ERRCODE = '53100'; END $$",
      "no-space",
    ],
  ])("%s ends the transaction", async (_what, sql, code) => {
    const never = (message: string): void => expect.unreachable(message);
    await expect(
      inOneTransaction(session, [{ statements: [sql], onRefused: never }], "make it"),
    ).rejects.toMatchObject({ code });
  });
});

test("a schema in which something is left is not dropped as an empty one", async () => {
  await session.query('CREATE SCHEMA "a run"; CREATE TABLE "a run".kept ()');
  await expect(session.query(dropEmptySchemaSql("a run"))).rejects.toMatchObject({ code: "2BP01" });
  await session.query(dropSchemaSql("a run"));
  await session.query(dropSchemaSql("a run"));
  await session.query('CREATE SCHEMA "a run"');
  await session.query(dropEmptySchemaSql("a run"));
});

describe("dropTables", () => {
  test("removes the tables of a schema, however they refer to each other, and nothing else", async () => {
    await session.query('CREATE SCHEMA "a ""run"');
    const names = [...Array(120).keys()].map((number) => `"a ""run"."t ${number}"`);
    for (const [index, name] of names.entries())
      await session.query(
        `CREATE TABLE ${name} (a int PRIMARY KEY, b int REFERENCES ${names[index - 1] ?? name})`,
      );
    await session.query(`ALTER TABLE ${names[0] ?? ""} ADD FOREIGN KEY (b) REFERENCES ${names[119] ?? ""}`);
    await session.query('CREATE TABLE public.kept (); CREATE SEQUENCE "a ""run".kept');
    await dropTables(session, 'a "run');
    const left = await session.query(
      `SELECT relname AS name FROM pg_class WHERE relnamespace = '"a ""run"'::regnamespace`,
    );
    expect(left).toEqual([{ name: "kept" }]);
    expect(await session.query("SELECT to_regclass('public.kept')::text AS name")).toEqual([
      { name: "public.kept" },
    ]);
  });

  test("a schema that is not there holds none", async () => {
    await dropTables(session, "nowhere");
  });
});

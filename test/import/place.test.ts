import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { dropEmptySchemaSql, dropSchemaSql, inOneTransaction } from "../../src/import/place.js";
import { openTarget } from "../../src/target/connect.js";
import type { Session, Target } from "../../src/target/session.js";
import { createDatabase, type TestDatabase } from "../database.js";

let database: TestDatabase;
let target: Target;
let session: Session;
beforeAll(async () => {
  database = await createDatabase();
  target = await openTarget(database.url, { environment: process.env });
  session = await target.open();
  await database.query("CREATE TABLE public.there ()");
});
afterAll(async () => {
  await target.close();
  await database.drop();
});

describe("inOneTransaction", () => {
  test("undoes all when one fails, and the session goes on", async () => {
    await expect(
      inOneTransaction(session, ["CREATE TABLE public.one ()", "CREATE TABLE public.there ()"], "make both"),
    ).rejects.toMatchObject({ code: "target-in-the-way" });
    expect(await session.query("SELECT to_regclass('public.one') AS there")).toEqual([{ there: null }]);
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

test("a schema in which something is left is not dropped as an empty one", async () => {
  await session.query('CREATE SCHEMA "a run"; CREATE TABLE "a run".kept ()');
  await expect(session.query(dropEmptySchemaSql("a run"))).rejects.toMatchObject({ code: "2BP01" });
  await session.query(dropSchemaSql("a run"));
  await session.query(dropSchemaSql("a run"));
  await session.query('CREATE SCHEMA "a run"');
  await session.query(dropEmptySchemaSql("a run"));
});

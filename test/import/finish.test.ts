import { beforeAll, describe, expect, test } from "vitest";
import { attachKey, runStatement, runStep } from "../../src/import/finish.js";
import type { Session } from "../../src/target/session.js";
import { databaseForAll } from "../database.js";

const database = databaseForAll();
let session: Session;
beforeAll(async () => {
  session = await database.open();
  await database.query("CREATE TABLE public.t (a int, b text)");
  await database.query("INSERT INTO public.t VALUES (1, repeat('x', 9000) || random()), (1, NULL)");
});

describe("runStep", () => {
  test("what is no answer about the data is thrown", async () => {
    const away = await database.open();
    await session.query("SELECT pg_terminate_backend($1)", [String(away.processId)]);
    await expect(runStep(away, "SELECT pg_sleep(1)", "make it")).rejects.toMatchObject({
      code: "target-lost",
    });
  });

  test("missing rights are thrown with the GRANT", async () => {
    const role = `sqlift_finish_${session.processId}`;
    await database.query(`CREATE ROLE ${role}`);
    const limited = await database.open();
    await limited.query(`SET ROLE ${role}`);
    try {
      await expect(runStep(limited, "CREATE SCHEMA mine", "make it")).rejects.toMatchObject({
        code: "target-rights",
      });
    } finally {
      await limited.end();
      await database.query(`DROP ROLE ${role}`);
    }
  });

  test.each([
    ["equal values", "ALTER TABLE public.t ADD CONSTRAINT u UNIQUE (a)", /Key \(a\)=\(1\)/],
    ["a NULL", "ALTER TABLE public.t ADD CONSTRAINT p PRIMARY KEY (b)", /null/],
    ["a missing key", "ALTER TABLE public.t ADD FOREIGN KEY (a) REFERENCES public.t (b)", /unique/],
  ])("a key refused for %s is an answer", async (_, sql, message) => {
    const result = await runStep(session, sql, "make it");
    expect(result).toMatchObject({ status: "refused", message: expect.stringMatching(message) as string });
  });

  test("a constraint that does not validate is an answer, and stands NOT VALID", async () => {
    await database.query("ALTER TABLE public.t ADD CONSTRAINT c CHECK (b IS NOT NULL) NOT VALID");
    const result = await runStep(session, "ALTER TABLE public.t VALIDATE CONSTRAINT c", "make it");
    expect(result.status).toBe("refused");
    const rows = await database.query("SELECT convalidated FROM pg_constraint WHERE conname = 'c'");
    expect(rows).toEqual([{ convalidated: "f" }]);
  });

  test("what can be made is made", async () => {
    expect(await runStep(session, "CREATE INDEX i ON public.t (a)", "make it")).toEqual({ status: "made" });
  });
});

describe("attachKey", () => {
  const keyOf = (column: string, index = "k") => ({
    attachSql: `ALTER TABLE public.n ADD CONSTRAINT k PRIMARY KEY USING INDEX ${index}`,
    dropSql: "DROP INDEX public.k",
    buildSql: `CREATE UNIQUE INDEX k ON public.n (${column})`,
  });
  const left = async () =>
    (await database.query("SELECT relname AS name FROM pg_class WHERE relname = 'k'")).length;
  beforeAll(async () => {
    await database.query(
      "CREATE TABLE public.n (a int, b int); INSERT INTO public.n VALUES (1, 1), (NULL, 2)",
    );
  });

  test("a NULL in a primary key is an answer, and its index goes", async () => {
    const key = keyOf("a");
    await session.query(key.buildSql);
    expect(await attachKey(session, key, "make it")).toMatchObject({
      status: "refused",
      message: expect.stringContaining('"a"') as string,
    });
    expect(await left()).toBe(0);
  });

  test("where the index is missing, that is no answer about the data", async () => {
    await expect(attachKey(session, keyOf("b"), "make it")).rejects.toMatchObject({ code: "target-failed" });
  });

  test("a plain index is no key", async () => {
    await session.query(keyOf("b").buildSql);
    expect(await attachKey(session, { ...keyOf("b"), attachSql: null }, "make it")).toEqual({
      status: "made",
    });
  });

  test("makes a key of the index, and of nullable columns NOT NULL ones", async () => {
    expect(await attachKey(session, keyOf("b"), "make it")).toEqual({ status: "made" });
    await expect(session.query("INSERT INTO public.n VALUES (3, NULL)")).rejects.toThrow(/not-null/);
    await expect(session.query("INSERT INTO public.n VALUES (3, 2)")).rejects.toThrow(/"k"/);
  });
});

test("runStatement turns the server's error into words", async () => {
  await expect(runStatement(session, "SELECT nonsense", "ask nonsense")).rejects.toMatchObject({
    message: expect.stringContaining("ask nonsense") as string,
  });
});

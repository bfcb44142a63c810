import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyze, runStatement, runStep } from "../../src/import/finish.js";
import type { TablePlan } from "../../src/model/plan.js";
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
  await database.query("CREATE TABLE public.t (a int, b text)");
  await database.query("INSERT INTO public.t VALUES (1, repeat('x', 9000) || random()), (1, NULL)");
});
afterAll(async () => {
  await target.close();
  await database.drop();
});

const step = (sql: string, validateSql: string | null = null) => ({ sql, validateSql });

describe("runStep", () => {
  test("what is no answer about the data is thrown", async () => {
    const away = await target.open();
    await session.query("SELECT pg_terminate_backend($1)", [String(away.processId)]);
    await expect(runStep(away, step("SELECT pg_sleep(1)"), "make it")).rejects.toMatchObject({
      code: "target-lost",
    });
  });

  test("missing rights are thrown with the GRANT", async () => {
    const role = `sqlift_finish_${session.processId}`;
    await database.query(`CREATE ROLE ${role}`);
    const limited = await target.open();
    await limited.query(`SET ROLE ${role}`);
    try {
      await expect(runStep(limited, step("CREATE SCHEMA mine"), "make it")).rejects.toMatchObject({
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
    const result = await runStep(session, step(sql), "make it");
    expect(result).toMatchObject({ status: "refused", message: expect.stringMatching(message) as string });
  });

  test("a constraint that does not validate stands NOT VALID", async () => {
    const result = await runStep(
      session,
      step(
        "ALTER TABLE public.t ADD CONSTRAINT c CHECK (b IS NOT NULL) NOT VALID",
        "ALTER TABLE public.t VALIDATE CONSTRAINT c",
      ),
      "make it",
    );
    expect(result.status).toBe("not-valid");
    const rows = await database.query("SELECT convalidated FROM pg_constraint WHERE conname = 'c'");
    expect(rows).toEqual([{ convalidated: "f" }]);
  });

  test("what can be made is made", async () => {
    expect(await runStep(session, step("CREATE INDEX i ON public.t (a)"), "make it")).toEqual({
      status: "made",
    });
  });
});

test("runStatement turns the server's error into words", async () => {
  await expect(runStatement(session, "SELECT nonsense", "ask nonsense")).rejects.toMatchObject({
    message: expect.stringContaining("ask nonsense") as string,
  });
});

test("analyze fills the planner's statistics", async () => {
  await analyze(session, "public", { target: "t" } as TablePlan);
  expect(await database.query("SELECT reltuples FROM pg_class WHERE relname = 't'")).toEqual([
    { reltuples: "2" },
  ]);
});

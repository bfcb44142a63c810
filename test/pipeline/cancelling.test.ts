import { afterAll, beforeAll, expect, test } from "vitest";
import { withCancelling } from "../../src/pipeline/cancelling.js";
import { openTarget } from "../../src/target/connection/connect.js";
import type { Session, Target } from "../../src/target/session.js";
import { createDatabase, type TestDatabase } from "../database.js";

let database: TestDatabase;
let target: Target;
let session: Session;
beforeAll(async () => {
  database = await createDatabase();
  target = await openTarget(database.url, { environment: process.env });
  session = await target.open();
});
afterAll(async () => {
  await target.close();
  await database.drop();
});

test("a signal between two statements ends the work before the second, which nothing would cancel", async () => {
  const controller = new AbortController();
  const begun: string[] = [];
  const watched: Session = {
    ...session,
    query: (sql, parameters) => {
      begun.push(sql);
      return session.query(sql, parameters);
    },
  };
  const work = withCancelling(watched, controller.signal, async (asking) => {
    await asking.query("SELECT 1");
    controller.abort();
    return asking.query("SELECT 2");
  });
  await expect(work).rejects.toMatchObject({ code: "interrupted" });
  expect(begun).toEqual(["SELECT 1"]);
  expect(await session.query("SELECT 3 AS three")).toEqual([{ three: "3" }]);
});

test("a signal that is given already begins nothing", async () => {
  let isBegun = false;
  const work = withCancelling(session, AbortSignal.abort(), () => {
    isBegun = true;
    return Promise.resolve();
  });
  await expect(work).rejects.toMatchObject({ code: "interrupted" });
  expect(isBegun).toBe(false);
});

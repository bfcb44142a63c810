import { expect, test } from "vitest";
import { openTarget } from "../../../src/target/connection/connect.js";
import { openConnection } from "../../../src/target/connection/connection.js";
import { databaseForAll } from "../../database.js";

const database = databaseForAll();

test("a target's connection goes into another thread and opens a pinned session there, which the target does not end", async () => {
  const target = await openTarget(database.url, { environment: process.env });
  const first = await target.open();
  const connection = structuredClone(target.connection);
  expect(connection).toEqual(target.connection);
  const session = await openConnection(connection);
  expect(session.processId).not.toBe(first.processId);
  expect(await session.query("SHOW timezone")).toEqual([{ TimeZone: "UTC" }]);
  await session.end();
});

/** What a session of another role may do, and who is told of a role that may not be taken on. */
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openTarget } from "../../src/target/connection/connect.js";
import { openConnection } from "../../src/target/connection/connection.js";
import type { Target } from "../../src/target/session.js";
import { targetError } from "../../src/target/target-error.js";
import { databaseForAll, databaseUrl } from "../database.js";
import { afterwards, errorOf } from "./room.js";

const database = databaseForAll();
let login: string;
let owner: string;
beforeAll(async () => {
  login = `${database.name}_login`;
  owner = `${database.name}_Owner`;
  await database.query(`CREATE ROLE ${login} LOGIN NOINHERIT PASSWORD 'x'; CREATE ROLE "${owner}"`);
});
afterAll(async () => {
  await database.query(`DROP OWNED BY "${owner}" CASCADE; DROP ROLE "${owner}", ${login}`);
});

const open = (role: string): Promise<Target> =>
  openTarget(databaseUrl(database.name, `${login}:x`), { environment: {}, role });

describe("refused, with the mend, is a role", () => {
  const setTrue = (): string => (inject("serverMajor") >= 16 ? " WITH SET TRUE" : "");

  test.each(["", "none"])("that cannot be: %j", async (name) => {
    expect((await errorOf(() => open(name))).code).toBe("usage");
  });

  test.each(["nobody", 'a"b; DROP TABLE x', "x".repeat(70)])("that is not there: %s", async (name) => {
    const error = await errorOf(() => open(name));
    expect(error.code).toBe("target-rights");
    expect(error.message).toContain("There is no role");
    expect(error.hint).toContain(`" TO "${login}"${setTrue()};`);
  });

  test("that one is no member of", async () => {
    expect(await errorOf(() => open(owner))).toMatchObject({
      code: "target-rights",
      message: `Role "${login}" may not act as "${owner}".`,
      hint: `GRANT "${owner}" TO "${login}"${setTrue()};`,
    });
  });

  test("that one is a member of without SET, and the GRANT mends it", async ({ skip }) => {
    skip(inject("serverMajor") < 16, "from PostgreSQL 16 on");
    await database.query(`GRANT "${owner}" TO ${login} WITH SET FALSE`);
    const { hint } = await errorOf(() => open(owner));
    await database.query(hint!);
    await (await open(owner)).close();
    await database.query(`REVOKE "${owner}" FROM ${login}`);
  });
});

describe("a role that one is a member of", () => {
  beforeAll(() => database.query(`GRANT "${owner}" TO ${login}`));

  test("is that of every session, with the settings pinned", async () => {
    const target = await open(owner);
    afterwards(() => target.close());
    const other = await openConnection(structuredClone(target.connection));
    afterwards(() => other.end());
    for (const session of [await target.open(), await target.open(), other])
      expect(
        await session.query(
          "SELECT current_user AS role, session_user AS login, current_setting('timezone') AS zone",
        ),
      ).toEqual([{ role: owner, login, zone: "UTC" }]);
  });

  test("is the one that a missing right is to be granted to", async () => {
    const target = await open(owner);
    afterwards(() => target.close());
    await database.query("REVOKE CREATE ON SCHEMA public FROM PUBLIC");
    const refused = await (
      await target.open()
    )
      .query("CREATE TABLE public.t ()")
      .catch((error: unknown) => error);
    expect(targetError(refused, "make it").hint).toBe(
      `GRANT USAGE, CREATE ON SCHEMA "public" TO "${owner}";`,
    );
  });
});

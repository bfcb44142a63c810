import { randomBytes } from "node:crypto";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ToolError } from "../../src/errors.js";
import { openTarget } from "../../src/target/connection/connect.js";
import type { Session } from "../../src/target/session.js";
import { isConnectionLost, targetError } from "../../src/target/target-error.js";
import { databaseForAll, databaseUrl, onServer } from "../database.js";
import { afterwards, errorOf, everythingOf, temporaryFolder } from "./room.js";

const password = "geheim-s3cret";
const role = `sqlift_role_${randomBytes(5).toString("hex")}`;

beforeAll(async () => {
  await onServer(`CREATE ROLE ${role} LOGIN PASSWORD '${password}'`);
});

afterAll(async () => {
  await onServer(`DROP ROLE ${role}`);
});

// After these hooks, so that it goes before its role does.
const database = databaseForAll();

const connect = (url: string): Promise<ToolError> =>
  errorOf(() => openTarget(url, { environment: { HOME: "/nowhere" } }));

/** A session of the role without rights. */
async function asRole(): Promise<Session> {
  const target = await openTarget(databaseUrl(database.name, `${role}:${password}`), { environment: {} });
  afterwards(() => target.close());
  return target.open();
}

async function refusalOf(session: Session, sql: string): Promise<ToolError> {
  try {
    await session.query(sql);
  } catch (error) {
    expect(error).toBeInstanceOf(pg.DatabaseError);
    return targetError(error, "make the table");
  }
  throw new Error("Not refused.");
}

/** A TCP server that does with every connection what it is told. */
async function listener(greet: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer((socket) => {
    socket.on("error", () => undefined);
    afterwards(() => socket.destroy());
    greet(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  afterwards(() => server.close());
  return (server.address() as AddressInfo).port;
}

describe("nobody to connect to", () => {
  test("a port where nothing listens", async () => {
    const error = await connect(`postgres://me:${password}@127.0.0.1:1/shop`);
    expect(error.code).toBe("target-unreachable");
    expect(error.message).toContain(`Cannot connect to postgres://me@127.0.0.1:1/shop`);
    expect(error.message).toContain("no server listens there");
    expect(error.hint).toMatch(/Start the server/);
    expect(everythingOf(error)).not.toContain(password);
  });

  test("a name with several addresses, at none of which anything listens", async () => {
    const error = await connect(`postgres://me:${password}@localhost:1/shop`);
    expect(error.message).toContain("no server listens there");
    expect(everythingOf(error)).not.toContain(password);
  });

  test("a host that is not there", async () => {
    const error = await connect(`postgres://me:${password}@nowhere.invalid/shop`);
    expect(error.code).toBe("target-unreachable");
    expect(error.message).toMatch(/not known|cannot be looked up/);
    expect(everythingOf(error)).not.toContain(password);
  });

  test("a folder without a socket", async () => {
    const error = await connect(`postgres://me@/shop?host=${temporaryFolder()}`);
    expect(error.code).toBe("target-unreachable");
    expect(error.message).toContain("no server has a socket in that folder");
    expect(error.hint).toContain(".s.PGSQL.PORT");
  });

  test("a server that accepts and says nothing", async () => {
    const port = await listener(() => undefined);
    const error = await connect(`postgres://me@127.0.0.1:${port}/shop?connect_timeout=2`);
    expect(error.code).toBe("target-unreachable");
    expect(error.message).toContain("no answer in time");
    expect(error.hint).toContain("connect_timeout");
  });

  test("a server that says nothing after the socket is open", async () => {
    const port = await listener(() => undefined);
    const error = await connect(`postgres://me@127.0.0.1:${port}/shop?connect_timeout=2&sslmode=disable`);
    expect(error.message).toContain("no answer in time");
  });

  test("a server that hangs up", async () => {
    const port = await listener((socket) => socket.end());
    const error = await connect(`postgres://me:${password}@127.0.0.1:${port}/shop`);
    expect(error.code).toBe("target-unreachable");
    expect(error.hint).not.toBeNull();
    expect(everythingOf(error)).not.toContain(password);
  });

  test("a server of another kind", async () => {
    const port = await listener((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"));
    const error = await connect(`postgres://me@127.0.0.1:${port}/shop?sslmode=require`);
    expect(error.code).toBe("target-unreachable");
    expect(error.message).toContain("not PostgreSQL's");
  });
});

describe("a login that is refused", () => {
  test("a wrong password is named as such and never printed", async () => {
    const error = await connect(databaseUrl(database.name, `${role}:wrong-${password}`));
    expect(error.code).toBe("target-login");
    expect(error.message).toContain(`does not accept the password of user "${role}"`);
    expect(error.hint).toContain("PGPASSWORD");
    expect(everythingOf(error)).not.toContain(password);
  });

  test("no password at all", async () => {
    const error = await connect(databaseUrl(database.name, role));
    expect(error.code).toBe("target-login");
    expect(error.message).toContain("wants a password, and none is given");
    expect(error.hint).toContain(".pgpass");
  });

  test("a role that is not there", async () => {
    const error = await connect(databaseUrl(database.name, `nobody_such:${password}`));
    expect(error.code).toBe("target-login");
    expect(everythingOf(error)).not.toContain(password);
  });

  test("a database that is not there, with the statement that makes it", async () => {
    const error = await connect(databaseUrl('no "such" db', `${role}:${password}`));
    expect(error.code).toBe("target-no-database");
    expect(error.message).toContain('database "no "such" db" does not exist');
    expect(error.hint).toContain('CREATE DATABASE "no ""such"" db"');
    expect(everythingOf(error)).not.toContain(password);
  });

  test("too many connections", async () => {
    await onServer(`ALTER ROLE ${role} CONNECTION LIMIT 0`);
    afterwards(() => onServer(`ALTER ROLE ${role} CONNECTION LIMIT -1`));
    const error = await connect(databaseUrl(database.name, `${role}:${password}`));
    expect(error.code).toBe("target-unreachable");
    expect(error.hint).toContain("max_connections");
    expect(error.hint).toContain("CONNECTION LIMIT");
  });

  test("a database that the role may not connect to, and the GRANT that mends it", async () => {
    await onServer(`REVOKE CONNECT ON DATABASE ${database.name} FROM public`);
    const url = databaseUrl(database.name, `${role}:${password}`);
    const error = await connect(url);
    expect(error.code).toBe("target-rights");
    expect(error.hint).toBe(`GRANT CONNECT ON DATABASE "${database.name}" TO "${role}";`);
    await onServer(error.hint ?? "");
    const target = await openTarget(url, { environment: {} });
    await target.close();
    await onServer(`GRANT CONNECT ON DATABASE ${database.name} TO public`);
  });
});

describe("rights that are missing", () => {
  test.each([
    ["schema", "CREATE SCHEMA s", "CREATE TABLE s.t (a int)", 'GRANT USAGE, CREATE ON SCHEMA "s"'],
    [
      "odd schema",
      'CREATE SCHEMA "o ""d"',
      'CREATE TABLE "o ""d".t (a int)',
      'GRANT USAGE, CREATE ON SCHEMA "o ""d"',
    ],
    ["table", "CREATE TABLE public.mine (a int)", "INSERT INTO public.mine VALUES (1)", 'ON TABLE "mine"'],
    ["database", "SELECT", "CREATE SCHEMA run", "GRANT CREATE ON DATABASE"],
  ])("on the %s are named, and the GRANT mends it", async (_, prepare, attempt, grant) => {
    await database.query(prepare);
    const session = await asRole();
    const error = await refusalOf(session, attempt);
    expect(error.code).toBe("target-rights");
    expect(error.message).toContain("Cannot make the table: permission denied");
    expect(error.hint).toContain(grant);
    expect(error.hint).toContain(`TO "${role}";`);
    await database.query(error.hint ?? "");
    await session.query(attempt);
    await database.query(`DROP OWNED BY ${role} CASCADE`);
  });

  test("of the owner are named", async () => {
    await database.query("CREATE TABLE public.owned (a int)");
    const error = await refusalOf(await asRole(), "ALTER TABLE public.owned ADD b int");
    expect(error.code).toBe("target-rights");
    expect(error.hint).toContain("owner of table owned");
  });

  test("to see every row of a table with policies are named", async () => {
    await database.query(
      `CREATE TABLE public.veiled (a int); ALTER TABLE public.veiled ENABLE ROW LEVEL SECURITY; GRANT SELECT ON public.veiled TO ${role}`,
    );
    const error = await refusalOf(await asRole(), "SELECT FROM public.veiled");
    expect(error.code).toBe("target-rights");
    expect(error.hint).toContain(`ALTER ROLE "${role}" BYPASSRLS;`);
  });

  test("to make databases are named", async () => {
    const error = await refusalOf(await asRole(), "CREATE DATABASE never");
    expect(error.hint).toBe(`ALTER ROLE "${role}" CREATEDB;`);
  });

  test("an error that no session has seen names no role", () => {
    const raw = Object.assign(new pg.DatabaseError("permission denied for schema s", 0, "error"), {
      code: "42501",
    });
    expect(targetError(raw, "copy").hint).toContain("TO the role that sqlift connects as;");
  });
});

describe("statements that are refused", () => {
  test("a row that does not fit into a page", async () => {
    const columns = Array.from({ length: 1500 }, (_, index) => `c${index}`);
    await database.query(`CREATE TABLE public.wide (${columns.map((name) => `${name} bigint`).join(", ")})`);
    const session = await openTarget(database.url, { environment: process.env });
    afterwards(() => session.close());
    const values = columns.map(() => "1").join(", ");
    const error = await refusalOf(await session.open(), `INSERT INTO public.wide VALUES (${values})`);
    expect(error.code).toBe("target-failed");
    expect(error.hint).toContain("second table");
  });

  test("a table that is there already", async () => {
    await database.query("CREATE TABLE public.twice (a int)");
    const refused = await database
      .query("CREATE TABLE public.twice (a int)")
      .catch((reason: unknown) => reason);
    expect(targetError(refused, "make table public.twice")).toMatchObject({
      code: "target-in-the-way",
      message: 'Cannot make table public.twice: relation "twice" already exists [42P07]',
    });
    expect(targetError(refused, "x").cause).toBe(refused);
  });

  test("read-only sessions", async () => {
    await database.query(`ALTER ROLE ${role} SET default_transaction_read_only = on`);
    afterwards(() => database.query(`ALTER ROLE ${role} RESET default_transaction_read_only`));
    const error = await refusalOf(await asRole(), "CREATE TABLE public.t (a int)");
    expect(error.code).toBe("target-rights");
    expect(error.hint).toMatch(/standby.*default_transaction_read_only/);
  });

  test("everything else keeps the server's words, detail and code", async () => {
    await database.query("CREATE TABLE public.keyed (a int PRIMARY KEY)");
    const refused = await database
      .query("INSERT INTO public.keyed VALUES (1), (1)")
      .catch((reason: unknown) => reason);
    expect(targetError(refused, "load")).toMatchObject({
      code: "target-failed",
      message: expect.stringMatching(/keyed_pkey.*\(Key \(a\)=\(1\) already exists\.\) \[23505\]$/) as string,
    });
  });

  test.each([
    ["53100", "no-space"],
    ["53200", "target-failed"],
    ["53300", "target-unreachable"],
    ["57P03", "target-unreachable"],
    ["57P01", "target-lost"],
    ["08006", "target-lost"],
    ["57014", "interrupted"],
    ["55P03", "target-failed"],
    ["42P06", "target-in-the-way"],
    ["3F000", "target-failed"],
  ])("%s is %s, with a mend", (state, code) => {
    const raw = Object.assign(new pg.DatabaseError("said so", 0, "error"), { code: state });
    const error = targetError(raw, "do it");
    expect(error.code).toBe(code);
    expect(error.message).toContain("said so");
    expect(error.hint).not.toBeNull();
  });
});

describe("what else is thrown", () => {
  test("a ToolError comes back as it is", () => {
    const error = new ToolError("usage", "said already");
    expect(targetError(error, "x")).toBe(error);
  });

  test("system errors have words; others keep their message", () => {
    const reset = Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
    expect(targetError(reset, "copy")).toMatchObject({ code: "target-lost", cause: reset });
    expect(targetError(new Error("odd"), "copy")).toMatchObject({
      code: "target-failed",
      message: "Cannot copy: odd",
    });
    expect(targetError("thrown text", "copy").message).toBe("Cannot copy: thrown text");
  });

  test("a lost connection is told from a refused statement", () => {
    const state = (code: string): unknown => Object.assign(new pg.DatabaseError("x", 0, "error"), { code });
    expect([state("57P01"), state("08003"), state("25P03")].map(isConnectionLost)).toEqual([
      true,
      true,
      true,
    ]);
    expect([state("42P01"), state("57014"), new Error("odd"), null].map(isConnectionLost)).toEqual([
      false,
      false,
      false,
      false,
    ]);
    expect(isConnectionLost(new Error("Connection terminated unexpectedly"))).toBe(true);
  });
});

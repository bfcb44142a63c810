import { randomBytes } from "node:crypto";
import { EventEmitter, getEventListeners, once } from "node:events";
import { connect as connectSocket, createServer, type AddressInfo, type Socket } from "node:net";
import { describe, expect, inject, test } from "vitest";
import { openTarget } from "../../../src/target/connection/connect.js";
import { refuseServer } from "../../../src/target/server-check.js";
import type { Session, Target } from "../../../src/target/session.js";
import { databaseForAll, databaseUrl, onServer } from "../../database.js";
import { afterwards, errorOf } from "../room.js";

const database = databaseForAll();

async function target(url = database.url): Promise<Target> {
  const opened = await openTarget(url, { environment: process.env });
  afterwards(() => opened.close());
  return opened;
}

const session = async (url?: string): Promise<Session> => (await target(url)).open();

describe("servers that will not do", () => {
  test("older than 14", () => {
    const old = { serverVersion: 130022, serverVersionText: "13.22", serverEncoding: "UTF8" };
    expect(refuseServer(old, "postgres://me@h:5432/d")).toMatchObject({
      code: "target-too-old",
      message: "postgres://me@h:5432/d is PostgreSQL 13.22; sqlift needs 14 or newer.",
    });
    expect(refuseServer({ ...old, serverVersion: 140000 }, "x")).toBeNull();
  });

  test("a database that is not encoded in UTF8", async () => {
    const name = `sqlift_test_${randomBytes(6).toString("hex")}`;
    // Of libc every one is before PostgreSQL 15, which cannot be told so.
    const provider = inject("serverMajor") < 15 ? "" : "LOCALE_PROVIDER libc";
    await onServer(
      `CREATE DATABASE ${name} ENCODING 'LATIN1' ${provider} LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0`,
    );
    afterwards(() => onServer(`DROP DATABASE ${name} WITH (FORCE)`));
    const error = await errorOf(() => openTarget(databaseUrl(name), { environment: process.env }));
    expect(error.code).toBe("target-encoding");
    expect(error.message).toContain("LATIN1");
    expect(error.hint).toContain("ENCODING 'UTF8'");
  });
});

describe("a signal while connecting", () => {
  /** Takes connections, and says what is given, once. */
  async function silent(says: string | null): Promise<string> {
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      if (says !== null) socket.once("data", () => socket.write(says));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    afterwards(() => server.close());
    return `postgres://me@127.0.0.1:${(server.address() as AddressInfo).port}/d`;
  }

  test.each([
    ["that is not answered when asked for TLS", null, "sslmode=prefer&connect_timeout=0"],
    ["that is not answered when logging in", null, "sslmode=disable&connect_timeout=0"],
    ["that stops talking after saying no to TLS", "N", "sslmode=prefer&connect_timeout=0"],
  ])("ends an attempt %s", async (_, says, parameters) => {
    const controller = new AbortController();
    const { signal } = controller;
    const opening = errorOf(async () =>
      openTarget(`${await silent(says)}?${parameters}`, { environment: {}, signal }),
    );
    setTimeout(() => controller.abort(), 50);
    expect((await opening).code).toBe("interrupted");
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("that was given before ends it too", async () => {
    const opening = errorOf(async () =>
      openTarget(await silent(null), { environment: {}, signal: AbortSignal.abort() }),
    );
    expect((await opening).code).toBe("interrupted");
  });

  test("is not listened to any more when the target is open", async () => {
    const controller = new AbortController();
    const opened = await openTarget(database.url, { environment: process.env, signal: controller.signal });
    afterwards(() => opened.close());
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    controller.abort();
    expect(await (await opened.open()).query("SELECT 1 AS one")).toEqual([{ one: "1" }]);
  });
});

describe("a lost connection", () => {
  test("makes the pending statement and every later one reject with target-lost", async () => {
    const lost = await session();
    const pending = errorOf(() => lost.query("SELECT pg_sleep(60)"));
    await database.query(`SELECT pg_terminate_backend(${lost.processId})`);
    expect((await pending).code).toBe("target-lost");
    const later = await errorOf(() => lost.query("SELECT 1"));
    expect(later.code).toBe("target-lost");
    expect(later.message).toContain("is lost");
    expect(later.hint).not.toBeNull();
    await lost.end();
  });

  test("does not take the process down while the session is idle", async () => {
    const lost = await session();
    const gone = new Promise((resolve) => lost.client.once("end", resolve));
    await database.query(`SELECT pg_terminate_backend(${lost.processId})`);
    await gone;
    expect((await errorOf(() => lost.query("SELECT 1"))).code).toBe("target-lost");
  });

  test("is noticed where the network breaks, not the server", async () => {
    const { url, cut } = await proxied();
    const lost = await session(url);
    const pending = errorOf(() => lost.query("SELECT pg_sleep(60)"));
    cut();
    expect((await pending).code).toBe("target-lost");
    await lost.end();
  });

  test("leaves the target usable", async () => {
    const opened = await target();
    const lost = await opened.open();
    await database.query(`SELECT pg_terminate_backend(${lost.processId})`);
    const next = await opened.open();
    expect(await next.query("SELECT 1 AS one")).toEqual([{ one: "1" }]);
    await opened.close();
  });
});

interface Wire {
  readonly url: string;
  readonly cut: () => void;
  /** Keeps back what is said to the server over the connections that are there, until the function that it gives is called. */
  readonly hold: () => () => void;
  /** When the server has hung up on some connection from now on. */
  readonly hungUp: () => Promise<unknown>;
}

/** A wire to the server of this run that can be cut, or slowed down. */
async function proxied(): Promise<Wire> {
  const to = new URL(inject("databaseUrl"));
  const pairs: (readonly [near: Socket, far: Socket])[] = [];
  const hangingUp = new EventEmitter();
  const proxy = createServer((near) => {
    const far = connectSocket(Number(to.port || "5432"), to.hostname);
    for (const socket of [near, far]) socket.on("error", () => undefined);
    near.pipe(far).pipe(near);
    far.once("end", () => hangingUp.emit("one"));
    pairs.push([near, far]);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  afterwards(() => proxy.close());
  const port = (proxy.address() as AddressInfo).port;
  const url = new URL(database.url);
  url.hostname = "127.0.0.1";
  url.port = port.toString();
  return {
    url: url.href,
    cut: () => {
      for (const [near, far] of pairs) {
        near.resetAndDestroy();
        far.destroy();
      }
    },
    hold: () => {
      const held = [...pairs];
      for (const [near, far] of held) near.unpipe(far);
      return () => {
        for (const [near, far] of held) near.pipe(far);
      };
    },
    hungUp: () => once(hangingUp, "one"),
  };
}

describe("a session", () => {
  test("throws a refused statement as the server sent it, and goes on", async () => {
    const opened = await session();
    await expect(opened.query("SELECT 1/0")).rejects.toMatchObject({ name: "error", code: "22012" });
    expect(await opened.query("SELECT 2 AS two")).toEqual([{ two: "2" }]);
  });

  test("cancels what it runs", async () => {
    const opened = await session();
    const pending = expect(opened.query("SELECT pg_sleep(60)")).rejects.toMatchObject({ code: "57014" });
    await opened.cancel();
    await pending;
    expect(await opened.query("SELECT 1 AS one")).toEqual([{ one: "1" }]);
  });

  test("cancels also where the role may open no other connection", async () => {
    const role = `limited_${randomBytes(6).toString("hex")}`;
    await onServer(`CREATE ROLE ${role} LOGIN PASSWORD 'x' CONNECTION LIMIT 1`);
    afterwards(() => onServer(`DROP ROLE ${role}`));
    const opened = await session(databaseUrl(database.name, `${role}:x`));
    const pending = expect(opened.query("SELECT pg_sleep(60)")).rejects.toMatchObject({ code: "57014" });
    await opened.cancel();
    await pending;
  });

  test("a cancel that comes late does not hit the next statement", async () => {
    const opened = await session();
    const cancelling = opened.cancel();
    // Long enough for the cancel to arrive, if the statement did not wait for it.
    expect(await opened.query("SELECT pg_sleep(0.5), 1 AS one")).toMatchObject([{ one: "1" }]);
    await cancelling;
  });

  test("cancels also what the server has not read yet", async () => {
    const { url, hold, hungUp } = await proxied();
    const opened = await session(url);
    const letGo = hold();
    const passedOn = hungUp();
    const pending = expect(opened.query("SELECT pg_sleep(20)")).rejects.toMatchObject({ code: "57014" });
    const cancelling = opened.cancel();
    await passedOn;
    letGo();
    await pending;
    await cancelling;
    expect(await opened.query("SELECT 1 AS one")).toEqual([{ one: "1" }]);
  });

  test("cancels without a word when there is no server any more", async () => {
    const { url, cut } = await proxied();
    const opened = await session(url);
    cut();
    await expect(opened.cancel()).resolves.toBeUndefined();
  });

  test("gives every value as text or null", async () => {
    const [row] = await (
      await session()
    ).query(
      `SELECT 9223372036854775807 AS big, 1.50::numeric AS exact, true AS yes, NULL::int AS nothing, '{1,2}'::int[] AS list,
        '\\x00ff'::bytea AS bytes, '[1]'::json AS json, 'infinity'::timestamptz AS never, 0.1::float8 + 0.2::float8 AS sum`,
    );
    expect(row).toEqual({
      big: "9223372036854775807",
      exact: "1.50",
      yes: "t",
      nothing: null,
      list: "{1,2}",
      bytes: "\\x00ff",
      json: "[1]",
      never: "infinity",
      sum: "0.30000000000000004",
    });
  });

  test("takes text, null and bytes as parameters", async () => {
    const rows = await (
      await session()
    ).query("SELECT $1::text AS a, $2::text AS b, $3::bytea AS c", ["ä'\\", null, Buffer.from([0, 255])]);
    expect(rows).toEqual([{ a: "ä'\\", b: null, c: "\\x00ff" }]);
  });

  test("knows its process", async () => {
    const opened = await session();
    expect(await opened.query("SELECT pg_backend_pid() AS pid")).toEqual([
      { pid: opened.processId.toString() },
    ]);
  });

  test("has the same settings, whatever the role has", async () => {
    const role = `sqlift_role_${randomBytes(5).toString("hex")}`;
    const odd: Record<string, string> = {
      timezone: "'Asia/Kolkata'",
      datestyle: "'SQL, DMY'",
      intervalstyle: "'postgres_verbose'",
      extra_float_digits: "-15",
      bytea_output: "'escape'",
      statement_timeout: "'1h'",
      lock_timeout: "'1h'",
      idle_in_transaction_session_timeout: "'1h'",
      idle_session_timeout: "'1h'",
      search_path: "public",
      standard_conforming_strings: "off",
      client_encoding: "'LATIN1'",
    };
    await onServer(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    afterwards(() => onServer(`DROP ROLE ${role}`));
    for (const [name, value] of Object.entries(odd))
      await onServer(`ALTER ROLE ${role} SET ${name} = ${value}`);
    const opened = await session(databaseUrl(database.name, `${role}:x`));
    const names = [...Object.keys(odd), "row_security", "application_name"].sort();
    const rows = await opened.query(
      `SELECT ${names.map((name) => `current_setting('${name}') AS ${name}`).join(", ")}`,
    );
    expect(rows[0]).toEqual({
      timezone: "UTC",
      datestyle: "ISO, YMD",
      intervalstyle: "iso_8601",
      extra_float_digits: "1",
      bytea_output: "hex",
      statement_timeout: "0",
      lock_timeout: "0",
      idle_in_transaction_session_timeout: "0",
      idle_session_timeout: "0",
      search_path: "pg_catalog",
      standard_conforming_strings: "on",
      client_encoding: "UTF8",
      row_security: "off",
      application_name: "sqlift",
    });
  });
});

describe("a target", () => {
  test("says where and what it is, without the password", async () => {
    const opened = await target(`${database.url}${database.url.includes("?") ? "&" : "?"}schema=shop`);
    expect(opened.place.embeddedDirectory).toBeNull();
    expect(opened.place.words).toMatch(new RegExp(`^postgres://[^:]+@.*/${database.name}`));
    expect(opened.place.words).not.toMatch(/\/\/[^/]*:[^/]*@/);
    expect(opened.schema).toBe("shop");
    const [row] = await (await opened.open()).query("SHOW server_version_num");
    expect(row).toEqual({ server_version_num: opened.version.toString() });
    expect(opened.place.serverVersion).toMatch(/^\d+(\.\d+|[a-z]+\d+)$/);
  });

  test("opens several sessions, and closes them all, twice without harm", async () => {
    const opened = await target();
    const sessions = await Promise.all([opened.open(), opened.open(), opened.open()]);
    expect(new Set(sessions.map((one) => one.processId)).size).toBe(3);
    await opened.close();
    await opened.close();
    for (const one of sessions) expect((await errorOf(() => one.query("SELECT 1"))).code).toBe("target-lost");
    await expect(opened.open()).rejects.toThrow("closed");
  });

  test("passes on what a person should know", async () => {
    const said: string[] = [];
    const opened = await openTarget(
      `${database.url}${database.url.includes("?") ? "&" : "?"}pgbouncer=true`,
      {
        environment: process.env,
        onSays: (message) => said.push(message),
      },
    );
    await opened.close();
    expect(said).toEqual(['The URL\'s parameter "pgbouncer" means nothing to sqlift and is ignored.']);
  });
});

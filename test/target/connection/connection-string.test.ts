import { describe, expect, test } from "vitest";
import { ToolError } from "../../../src/errors.js";
import { nearestParameter } from "../../../src/target/connection/connection-parameters.js";
import { parseTarget } from "../../../src/target/connection/connection-string.js";

const refused = (spec: string): ToolError => {
  try {
    parseTarget(spec);
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error(`${spec} was taken.`);
};

const given = (url: string): Record<string, string> => {
  const parsed = parseTarget(url);
  if (parsed.kind !== "server") throw new Error("Not a server.");
  return Object.fromEntries(parsed.given);
};

describe("what is no TARGET", () => {
  test.each([
    ["", /embedded: before the folder/],
    ["./chinook.pg", /embedded: before the folder/],
    ["host=localhost dbname=x password=geheim", /write them as a URL/],
    ["postgres:/me:geheim@h/d", /two slashes/],
    ["Postgres://me:geheim@h/d", /small letters/],
    ["postgres:me:geheim@h/d", /two slashes/],
    ["mysql://me:geheim@h/d", /PostgreSQL only/],
    ["embedded:", /embedded:\.\/NAME\.pg/],
  ])("%j is refused with the mend", (spec, hint) => {
    const error = refused(spec);
    expect(error.code).toBe("usage");
    expect(error.hint).toMatch(hint);
    expect(error.message + String(error.hint)).not.toContain("geheim");
  });

  test.each([
    "postgres://me:ge/heim@host/db",
    "postgres://me:ge@heim@host/db",
    "postgres://me:12/heim@host/db",
    "postgres://me:ge/h?ei=m@host/db",
    "postgres://me:geheim%zz@host/db",
    "postgres://me:geheim%00@host/db",
    "postgres://host:ge:heim/db",
    "postgres://me@host/db?ge&heim",
    "postgres://me@host/db?ge heim=1",
    "postgres://me@[::1/geheim",
    "postgres://me@host/geheim/heim",
  ])("%j is refused, and none of its pieces is repeated", (spec) => {
    const error = refused(spec);
    expect(error.code).toBe("usage");
    expect(error.message + String(error.hint)).not.toMatch(/geh|ge\b|heim|\b12\b/);
    expect(error.hint).not.toBeNull();
  });

  test.each([
    "postgres://a,b/db",
    "postgres://a:1,b:2/db",
    "postgres:///db?host=a,b",
    "postgres://h/db?port=1,2",
  ])("several hosts are refused: %s", (spec) => {
    expect(refused(spec).message).toMatch(/several hosts/);
  });
});

describe("parameters", () => {
  test.each([
    ["sslmod=require", '"sslmod"', '"sslmode"'],
    ["ssl-mode=require", '"ssl-mode"', '"sslmode"'],
    ["sslRootCert=x", '"sslRootCert"', '"sslrootcert"'],
    ["connectiontimeout=3", '"connectiontimeout"', '"connect_timeout"'],
    ["currentSchema=x", '"currentSchema"', "Leave it out"],
    ["toString=x", '"toString"', "Leave it out"],
  ])("the unknown %s is named, and the nearest known one", (parameter, name, nearest) => {
    const error = refused(`postgres://h/d?${parameter}`);
    expect(error.message).toContain(name);
    expect(error.hint).toContain(nearest);
  });

  test.each(["require_auth=scram-sha-256", "requirepeer=postgres", "gssencmode=require", "sslaccept=strict"])(
    "%s, which asks for safety that sqlift cannot give, is refused",
    (parameter) => {
      const error = refused(`postgres://h/d?${parameter}`);
      expect(error.message).toMatch(/not supported|supported only/);
      expect(error.hint).not.toBeNull();
    },
  );

  test("a standby is refused, the primary is not", () => {
    expect(refused("postgres://h/d?target_session_attrs=standby").hint).toMatch(/primary/);
    expect(given("postgres://h/d?target_session_attrs=read-write")).toEqual({ host: "h", dbname: "d" });
  });

  test("Prisma's parameters: schema is taken, those about its pool are ignored with a note", () => {
    const parsed = parseTarget(
      "postgresql://me@h/d?schema=shop&connection_limit=5&pgbouncer=true&pool_timeout=9",
    );
    if (parsed.kind !== "server") throw new Error("Not a server.");
    expect(parsed.given.get("schema")).toBe("shop");
    expect(parsed.given.has("pgbouncer")).toBe(false);
    expect(parsed.notes).toHaveLength(3);
    expect(parsed.notes[0]).toMatch(/"connection_limit".*ignored/);
  });

  test("ssl=true is libpq's other word for sslmode=require", () => {
    expect(given("postgres://h/d?ssl=true")).toMatchObject({ sslmode: "require" });
    expect(refused("postgres://h/d?ssl=1").hint).toMatch(/sslmode/);
  });

  test("a parameter overrides the place before it, and an empty one says nothing", () => {
    expect(given("postgres://a@h/d?host=i&user=b&port=&password=")).toEqual({
      host: "i",
      user: "b",
      dbname: "d",
    });
  });

  test("a name like none of the known has no nearest", () => {
    expect(nearestParameter("workaround")).toBeNull();
    expect(nearestParameter("hots")).toBe("host");
  });
});

describe("URLs, as libpq reads them", () => {
  test.each<[string, Record<string, string>]>([
    ["postgres://", {}],
    ["postgresql:///db", { dbname: "db" }],
    ["postgres://host", { host: "host" }],
    ["postgres://me@host/", { user: "me", host: "host" }],
    [
      "postgres://me:pw@host:5433/db",
      { user: "me", password: "pw", host: "host", port: "5433", dbname: "db" },
    ],
    [
      "postgres://m%40e:p%2Fw%3A%3F%25@h/d%20b",
      { user: "m@e", password: "p/w:?%", host: "h", dbname: "d b" },
    ],
    ["postgres://me:a?b#c+d@h/d", { user: "me", password: "a?b#c+d", host: "h", dbname: "d" }],
    ["postgres://me:a:b@h/d", { user: "me", password: "a:b", host: "h", dbname: "d" }],
    ["postgres://:pw@h/d", { password: "pw", host: "h", dbname: "d" }],
    ["postgres://[::1]:5433/d", { host: "::1", port: "5433", dbname: "d" }],
    ["postgres://[fe80::1%25eth0]/d", { host: "fe80::1%eth0", dbname: "d" }],
    ["postgres://%2Fvar%2Frun%2Fpostgresql/d", { host: "/var/run/postgresql", dbname: "d" }],
    [
      "postgres://me@/d?host=/var/run/postgresql&port=5433",
      {
        user: "me",
        host: "/var/run/postgresql",
        port: "5433",
        dbname: "d",
      },
    ],
    ["postgres://h/d%C3%A9j%C3%A0", { host: "h", dbname: "déjà" }],
  ])("%s", (url, expected) => {
    expect(given(url)).toEqual(expected);
  });

  test("embedded:DIR keeps the folder as it was written", () => {
    expect(parseTarget("embedded:./a b.pg")).toEqual({ kind: "embedded", directory: "./a b.pg" });
  });
});

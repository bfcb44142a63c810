/** The plan of the house, held against the source: who may import whom, and the habits that can be counted. */
import { readdirSync, readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join, posix, relative } from "node:path";
import { describe, expect, test } from "vitest";

/** Room -> rooms, packages (`npm:`) and builtins that it may import. ARCHITECTURE.md says why. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  model: [],
  errors: [],
  mapping: ["model", "errors", "npm:yaml", "npm:zod", "node:fs", "node:path", "node:crypto"],
  translate: ["model", "npm:sqlite3-parser"],
  transform: ["model", "node:buffer"],
  report: ["model"],
  source: [
    "model",
    "errors",
    "npm:better-sqlite3",
    "node:fs",
    "node:os",
    "node:path",
    "node:child_process",
    "node:stream",
    "node:v8",
  ],
  target: [
    "model",
    "errors",
    "npm:pg",
    "npm:pg-copy-streams",
    "node:fs",
    "node:net",
    "node:tls",
    "node:os",
    "node:path",
    "node:child_process",
    "node:crypto",
    "node:url",
    "node:events",
  ],
  export: ["source", "model", "errors", "node:fs"],
  import: ["target", "model", "errors", "npm:pg-copy-streams", "node:stream"],
  validate: ["source", "target", "model", "errors", "node:crypto", "node:fs", "node:path"],
  pipeline: [
    "export",
    "translate",
    "transform",
    "import",
    "validate",
    "source",
    "target",
    "model",
    "errors",
    "node:worker_threads",
    "node:os",
    "node:path",
  ],
  cli: [
    "pipeline",
    "mapping",
    "report",
    "model",
    "errors",
    "npm:@commander-js/extra-typings",
    "npm:picocolors",
    "npm:log-update",
    "node:fs",
    "node:path",
    "node:readline",
  ],
  index: ["pipeline", "mapping", "model", "errors"],
};

const source = join(import.meta.dirname, "..", "src");

interface SourceFile {
  readonly path: string;
  readonly room: string;
  readonly text: string;
}

const files: readonly SourceFile[] = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => ({
    path: name,
    room: roomOf(name),
    text: readFileSync(join(source, name), "utf8"),
  }));

function roomOf(path: string): string {
  return (path.split("/")[0] ?? "").replace(/\.ts$/, "");
}

const specifiers = /(?:^\s*(?:import|export)\b(?:[^"';]*?\bfrom)?\s*|\bimport\(\s*)"([^"]+)"/gm;

/** What a file imports: rooms by name, packages as npm:NAME, builtins as node:NAME without subpath. */
function importsOf(file: SourceFile): readonly string[] {
  return [...file.text.matchAll(specifiers)].map((match) => {
    const to = match[1] ?? "";
    if (to.startsWith("."))
      return roomOf(posix.normalize(posix.join(posix.dirname(file.path), to.replace(/\.js$/, ".ts"))));
    if (isBuiltin(to)) return to.split("/")[0] ?? to;
    return `npm:${to.startsWith("@") ? to.split("/").slice(0, 2).join("/") : (to.split("/")[0] ?? to)}`;
  });
}

describe("rooms", () => {
  test("every folder of src is a room of the table", () => {
    expect([...new Set(files.map((file) => file.room))].sort()).toEqual(Object.keys(mayImport).sort());
  });

  test.each(files.map((file) => [file.path, file] as const))(
    "%s imports only what its room may",
    (_, file) => {
      const allowed = new Set([file.room, ...(mayImport[file.room] ?? [])]);
      expect(importsOf(file).filter((each) => !allowed.has(each))).toEqual([]);
    },
  );

  test("the rooms of the pipeline import only those above them, and never the commands", () => {
    // ARCHITECTURE.md, "The rooms of src/".
    const inOrder = ["lanes", "reading", "planning", "proof", "steps", "run", "existing", "without-history"];
    const shared = ["open", "options", "cancelling", "pause"];
    const inner = files.filter(({ path }) => /^pipeline\/.+\//.test(path));
    expect([...new Set(inner.map(({ path }) => path.split("/")[1]))].sort()).toEqual([...inOrder].sort());
    const wrong = inner.flatMap(({ path, text }) => {
      const room = path.split("/")[1] ?? "";
      const allowed = new Set([...inOrder.slice(0, inOrder.indexOf(room) + 1), ...shared]);
      return [...text.matchAll(specifiers)].flatMap(([, to = ""]) => {
        const [top, part = ""] = posix.normalize(posix.join(posix.dirname(path), to)).split("/");
        return top !== "pipeline" || allowed.has(part.replace(/\.js$/, "")) ? [] : [`${path}: ${to}`];
      });
    });
    expect(wrong).toEqual([]);
  });

  test("no room is allowed a package or builtin that it does not need", () => {
    const unneeded = Object.entries(mayImport).flatMap(([room, allowed]) => {
      const used = new Set(files.filter((file) => file.room === room).flatMap(importsOf));
      return allowed
        .filter((each) => each.includes(":") && !used.has(each))
        .map((each) => `${room}: ${each}`);
    });
    expect(unneeded).toEqual([]);
  });

  test("the finder of imports sees all their forms", () => {
    const text = [
      'import a from "./a.js";',
      'import type { B } from "../model/b.js";',
      'export * from "pg";',
      'const c = await import("node:fs");',
      'import {\n  d,\n} from "@scope/d/deep";',
      'import "node:stream/promises";',
    ].join("\n");
    expect(importsOf({ path: "import/x.ts", room: "import", text })).toEqual([
      "import",
      "model",
      "npm:pg",
      "node:fs",
      "npm:@scope/d",
      "node:stream",
    ]);
  });

  test("no room is called utils, helpers, common or types", () => {
    expect(files.filter((file) => /(^|\/)(utils?|helpers?|common|types)(\/|\.ts$)/.test(file.path))).toEqual(
      [],
    );
  });
});

describe("habits", () => {
  /** Comments and strings do not count. */
  const code = (file: SourceFile): string =>
    file.text
      .replaceAll(/\/\*[\s\S]*?\*\//g, "")
      .replaceAll(/\/\/.*$/gm, "")
      .replaceAll(/`[^`]*`|"[^"\n]*"/g, '""');

  test("only the command line writes to the terminal", () => {
    expect(files.filter((file) => /\bconsole\s*\./.test(code(file))).map((file) => file.path)).toEqual([]);
  });

  test("only the command line and the embedded server know the process", () => {
    const others = files.filter((file) => file.room !== "cli" && !file.path.startsWith("target/embedded/"));
    expect(others.filter((file) => /\bprocess\s*\./.test(code(file))).map((file) => file.path)).toEqual([]);
  });

  test("no file is longer than 300 lines", () => {
    expect(files.filter((file) => file.text.split("\n").length > 301).map((file) => file.path)).toEqual([]);
  });

  /** Files of tests share a process, and a module is imported once in it: the hook would be that of the first file alone. */
  test("a module that tests share calls no hook when it is imported, but where each file has its own process", () => {
    const modules = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" }).filter((name) =>
      /^(?!target\/).*(?<!\.test)\.ts$/.test(name),
    );
    const hook = /^(before|after)(Each|All)\(/m;
    expect(
      modules.filter((name) => hook.test(readFileSync(join(import.meta.dirname, name), "utf8"))),
    ).toEqual([]);
  });

  test("names are kebab-case", () => {
    const odd = files.filter((file) => !/^[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(posix.basename(file.path)));
    expect(odd.map((file) => file.path)).toEqual([]);
  });

  test("the project names no folder of the machine it was written on", () => {
    const root = join(source, "..");
    const odd = files.filter((file) => file.text.includes(root)).map((file) => relative(root, file.path));
    expect(odd).toEqual([]);
  });
});

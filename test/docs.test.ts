/** The documents against the program: what exists is documented, and what is documented exists. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { buildProgram } from "../src/cli/program.js";
import { toolVersion } from "../src/model/version.js";

const root = join(import.meta.dirname, "..");
const read = (name: string): string => readFileSync(join(root, name), "utf8");
const readme = read("README.md");
const program = buildProgram(() => undefined);

describe("README", () => {
  test.each(program.commands.map((command) => [command.name(), command] as const))(
    "knows the command %s",
    (name, command) => {
      expect(readme).toMatch(new RegExp(`\\| \`sqlift ${name} `));
      for (const option of command.options) {
        if (option.long === "--help") continue;
        expect(readme, option.long ?? "").toMatch(new RegExp(`\\| \`${option.long ?? ""}[ \`]`));
      }
    },
  );

  test("names no option that does not exist", () => {
    const known = new Set(
      program.commands.flatMap((command) => command.options.map((option) => option.long)),
    );
    const named = [...readme.matchAll(/^\| `(--[a-z0-9-]+)/gm)].map((match) => match[1]);
    expect(named.filter((option) => !known.has(option))).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  });

  test("names the exit codes", () => {
    for (const code of [0, 1, 2, 3]) expect(readme).toMatch(new RegExp(`^\\| ${code} \\|`, "m"));
  });

  test("links to files that are there", () => {
    const links = [...readme.matchAll(/\]\(([^)#:]+)\)/g)].map((match) => match[1] ?? "");
    expect(links.filter((link) => !existsSync(join(root, link)))).toEqual([]);
    expect(links.length).toBeGreaterThan(5);
  });

  test("gives the command that the CI runs", () => {
    expect(readme).toMatch(/^npm ci && npm test$/m);
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    for (const [, script = ""] of readme.matchAll(/npm run ([a-z:]+)/g))
      expect(scripts).toHaveProperty(script);
  });
});

test("ARCHITECTURE names every room", () => {
  const architecture = read("ARCHITECTURE.md");
  const rooms = readdirSync(join(root, "src"));
  for (const room of rooms) {
    expect(architecture).toMatch(new RegExp(`^\\| \`${room}\` \\|`, "m"));
  }
});

test("the version is that of package.json", () => {
  expect((JSON.parse(read("package.json")) as { version: string }).version).toBe(toolVersion);
});

test("every help text fits a screen", () => {
  for (const command of program.commands)
    expect(command.helpInformation().split("\n").length).toBeLessThan(30);
});

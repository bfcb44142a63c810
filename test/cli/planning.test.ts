/** The options that say what is carried, as the run takes them. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { choicesOf, planningCommand } from "../../src/cli/planning.js";
import { builtInNames } from "../../src/mapping/built-in.js";

const folder = mkdtempSync(join(tmpdir(), "sqlift-planning-"));
afterAll(() => rmSync(folder, { recursive: true }));
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const first = file("first.yaml", "version: 1\nname: first\n");
const second = file("second.yaml", "version: 1\n");

const parsed = (...parameters: readonly string[]) =>
  choicesOf(
    planningCommand("plan")
      .exitOverride()
      .configureOutput({ writeErr: () => undefined })
      .parse(parameters, { from: "user" })
      .opts(),
  );

describe("refused", () => {
  test.each([
    ["a limit of rejects where none is kept apart", ["--max-rejects", "5"], "usage"],
    ["a limit of rejects that fail", ["--max-rejects", "5", "--on-reject", "fail"], "usage"],
    ["rows that are there, without --into-existing", ["--existing-rows", "update"], "usage"],
    ["a mapping that is not there", ["--mapping", "nonesuch"], "mapping-not-found"],
    ["a mapping that is wrong", ["--mapping", file("wrong.yaml", "foo: 1")], "mapping-invalid"],
  ])("%s", async (_, parameters, code) => {
    await expect(parsed(...parameters)).rejects.toMatchObject({ code });
  });

  test.each([
    ["no number", "many"],
    ["less than nothing", "-1"],
    ["part of a row", "1.5"],
    ["more than all", "101%"],
    ["no digits", "%"],
  ])("%s as a limit of rejects", (_, limit) => {
    expect(() => parsed("--on-reject", "quarantine", "--max-rejects", limit)).toThrow("is wanted");
  });

  test.each([
    ["--on-reject", "ignore"],
    ["--nul", "drop"],
    ["--invalid-utf8", "strip"],
    ["--existing-rows", "merge"],
  ])("%s %s", (option, word) => {
    expect(() => parsed(option, word)).toThrow("Allowed choices are");
  });
});

test("what becomes of rows that are there", async () => {
  expect(await parsed("--into-existing", "--existing-rows", "skip")).toMatchObject({
    intoExisting: true,
    existingRows: "skip",
  });
});

test("without options nothing is asked for, and built-in mappings may be recognised", async () => {
  const { builtIns, ...rest } = await parsed();
  expect(rest).toEqual({ mappings: [] });
  expect(builtIns?.map(({ name }) => name)).toEqual(builtInNames());
});

test("mappings are read in the order they are named", async () => {
  const { mappings } = await parsed("--mapping", second, "--mapping", first);
  expect(mappings?.map(({ name }) => name)).toEqual([second, "first"]);
});

test("none switches recognition off, not what is named", async () => {
  const { mappings, builtIns } = await parsed("--mapping", "none", "--mapping", first);
  expect(mappings?.map(({ name }) => name)).toEqual(["first"]);
  expect(builtIns).toEqual([]);
});

test("--nul and --invalid-utf8 are a mapping for all values, behind all others", async () => {
  const { mappings } = await parsed("--nul", "strip", "--mapping", first, "--invalid-utf8", "bytea");
  expect(mappings?.map(({ name, values }) => [name, values?.policy])).toEqual([
    ["first", undefined],
    ["--nul strip --invalid-utf8 bytea", { nul: "strip", invalidUtf8: "bytea" }],
  ]);
  expect((await parsed("--nul", "reject")).mappings?.[0]?.values?.policy).toEqual({ nul: "reject" });
});

test("patterns and limits go over as they are", async () => {
  expect(await parsed("--include", "a*", "--exclude", "b", "--include", "c")).toMatchObject({
    include: ["a*", "c"],
    exclude: ["b"],
  });
  expect(await parsed("--on-reject", "quarantine", "--max-rejects", "0.5%")).toMatchObject({
    onReject: "quarantine",
    maxRejects: { percent: 0.5 },
  });
  expect(await parsed("--on-reject", "quarantine", "--max-rejects", "0")).toMatchObject({
    maxRejects: { rows: 0 },
  });
});

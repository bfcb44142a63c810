/** What is carried at all: mappings, and the tables that --include and --exclude name. */
import { afterAll, describe, expect, test } from "vitest";
import { chooseFrom } from "../../../src/pipeline/planning/choices.js";
import type { RunOptions } from "../../../src/pipeline/open.js";
import { mappingOf, tableRule } from "../../translate/mapping-of.js";
import { openMemory, sourceOf } from "../../translate/plan-of.js";

const database = openMemory('CREATE TABLE users (a); CREATE TABLE user_log (a); CREATE TABLE "50% off" (a)');
const empty = openMemory("");
afterAll(() => {
  database.close();
  empty.close();
});
const chosen = (options: RunOptions): readonly string[] =>
  chooseFrom(sourceOf(database), options)
    .schema.tables.map(({ name }) => name)
    .sort();
const reasons = (options: RunOptions): readonly string[] =>
  chooseFrom(sourceOf(database), options).skipped.map(({ name, reason }) => `${name}: ${reason}`);

describe("refused", () => {
  test.each([
    [
      "an include that fits no table",
      { include: ["users", "logs"] },
      "--include logs: memory.db has no such table.",
    ],
    ["one that is near to a table", { include: ["user-log"] }, "--include user-log"],
    ["everything left out", { exclude: ["*"] }, "leave no table of memory.db"],
    [
      "everything left out, by both",
      { include: ["user*"], exclude: ["USER?", "*log"] },
      "leave no table of memory.db",
    ],
  ])("%s", (_, options, message) => {
    expect(() => chooseFrom(sourceOf(database), options)).toThrow(
      expect.objectContaining({ code: "usage", message: expect.stringContaining(message) as string }),
    );
  });

  test("with the name that is near", () => {
    expect(() => chooseFrom(sourceOf(database), { include: ["usres"] })).toThrow(
      expect.objectContaining({ hint: "Perhaps users is meant." }),
    );
  });
});

test("an exclude that fits nothing leaves nothing out, also of an empty file", () => {
  expect(chosen({ exclude: ["sessions"] })).toEqual(["50% off", "user_log", "users"]);
  expect(chooseFrom(sourceOf(empty), { exclude: ["*"] }).schema.tables).toEqual([]);
});

test("only what an include fits is carried, and of that nothing that an exclude fits", () => {
  expect(chosen({ include: ["USER*"] })).toEqual(["user_log", "users"]);
  expect(chosen({ include: ["user*", "50*"], exclude: ["*_log"] })).toEqual(["50% off", "users"]);
});

test("an include brings nothing back that a mapping skips", () => {
  const mappings = [mappingOf({ tables: [tableRule("*_log", { skip: true })] })];
  expect(chosen({ mappings, include: ["*"] })).toEqual(["50% off", "users"]);
});

test("the tables that are left out are listed, with the reason", () => {
  const mappings = [mappingOf({ because: "only noise", tables: [tableRule("*_log", { skip: true })] })];
  expect(reasons({ mappings, include: ["user*"], exclude: ["x", "user_?"] })).toEqual([
    "user_log: skipped by my.yaml:1: only noise",
    "50% off: left out: no --include fits it",
  ]);
  expect(reasons({ mappings, exclude: ["x", "user_*"] })).toEqual(["user_log: left out by --exclude user_*"]);
});

test("rules that fit nothing are found, also those of tables that are left out", () => {
  const mappings = [mappingOf({ tables: [tableRule("user", {}), tableRule("user_log", {})] })];
  const { findings } = chooseFrom(sourceOf(database), { mappings, exclude: ["user_log"] });
  expect(findings).toEqual([
    expect.objectContaining({ kind: "rule-unused", pattern: "user", nearest: "users" }),
  ]);
});

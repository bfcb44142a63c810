/** The sum over the objects of a file, by which the migrations of the corpus and of the fixtures are judged. */
import { expect, test } from "vitest";
import type { NotCarried } from "../../src/model/plan.js";
import { account } from "./account.js";
import type { SchemaObject } from "./source-objects.js";

const object = (type: SchemaObject["type"], name: string): SchemaObject => ({
  type,
  table: "t",
  name,
  details: "",
});
const source = [object("table", "t"), object("column", "a"), object("unique", "a"), object("check", "")];
const line: NotCarried = { type: "check", name: "t", table: "t", sql: "CHECK (a)", reason: "" };
const given = {
  source,
  target: source.slice(0, 3),
  notCarried: [line],
  findings: [],
  isText: () => true,
};

test("the account is even where each object is found or listed", () => {
  expect(account(given)).toEqual({ all: 4, found: 3, listed: 1, troubles: [] });
});

test.each([
  ["a line is missing", { notCarried: [] }, "neither found nor listed: check"],
  ["a thing is missing", { target: source.slice(0, 2) }, "neither found nor listed: unique"],
  ["a thing is listed though it is there", { target: source }, "both found and listed: check"],
  ["a line is there twice", { notCarried: [line, line] }, "listed for nothing: check"],
  ["a thing is too many", { target: [...source.slice(0, 3), object("trigger", "r")] }, "found for nothing"],
])("the account is not even where %s", (_, change, trouble) => {
  expect(account({ ...given, ...change }).troubles).toEqual([expect.stringContaining(trouble)]);
});

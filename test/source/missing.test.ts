import { expect, test } from "vitest";
import { nearNames } from "../../src/source/missing.js";

const there = ["chinook.db", "chinook.db-wal", "Northwind.sqlite", "notes.txt", "a.db", "b.db"];

test.each([
  ["chinok.db", ["chinook.db"]],
  ["chinook.sqlite", ["chinook.db"]],
  ["chinook", ["chinook.db"]],
  ["northwind.sqlite", ["Northwind.sqlite"]],
  ["nortwhind.sqlite", ["Northwind.sqlite"]],
  ["orders.db", []],
])("nearNames finds for %s %j", (wanted, found) => {
  expect(nearNames(wanted, there)).toEqual(found);
});

test("nearNames offers no side files, and at most three names", () => {
  expect(nearNames("chinook.db-wa", there)).toEqual(["chinook.db"]);
  expect(
    nearNames(
      "data5.sqlite",
      [1, 2, 3, 4].map((n) => `data${n}.sqlite`),
    ),
  ).toHaveLength(3);
});

/** Values that are carried and cannot be proven are told of beforehand. */
import { expect, test } from "vitest";
import type { ColumnProfile, TableProfile } from "../../../src/model/profile.js";
import { findingsOf, planOf } from "../plan-of.js";

/** What the plan says where the longest text and blob of the column are so long. */
const found = (text: number, blob: number, pragma = "") => {
  const lengthened = (column: ColumnProfile): ColumnProfile => ({
    ...column,
    texts: { ...column.texts, longestBytes: Math.max(column.texts.longestBytes, text) },
    blobs: { ...column.blobs, longestBytes: Math.max(column.blobs.longestBytes, blob) },
  });
  const changeProfile = (profile: TableProfile): TableProfile => ({
    ...profile,
    columns: profile.columns.map((column) => (column.column === "content" ? lengthened(column) : column)),
  });
  const content = `${pragma} CREATE TABLE file (id INTEGER PRIMARY KEY, content BLOB, note TEXT);
    INSERT INTO file VALUES (1, x'00', 'a');`;
  return findingsOf(planOf(content, [], { changeProfile }), "value-not-provable");
};

test("a value that the driver cannot hand over is named, with its column", () => {
  const at = { table: "file", column: "content" };
  expect(found(0, 536_870_889)).toEqual([{ kind: "value-not-provable", at, bytes: 536_870_889 }]);
  expect(found(600_000_000, 9)).toEqual([{ kind: "value-not-provable", at, bytes: 600_000_000 }]);
});

test("the longest that it hands over is none", () => {
  expect(found(536_870_888, 536_870_888)).toEqual([]);
});

test("of a UTF-16 file only blobs are: its texts are as long as they are stored, or could not even be planned", () => {
  const utf16 = "PRAGMA encoding = 'UTF-16le';";
  expect(found(600_000_000, 9, utf16)).toEqual([]);
  expect(found(9, 600_000_000, utf16)).toMatchObject([{ bytes: 600_000_000 }]);
});

import { expect, test } from "vitest";
import { accepts, encoded, one, textBytes } from "../values.js";

test("numbers have no bytes", () => {
  expect([0n, 12n, 0, 1.5].map((value) => accepts("bytea", null, value))).toEqual([
    false,
    false,
    false,
    false,
  ]);
});

test("blobs and texts arrive byte for byte, empty and invalid ones too", () => {
  expect(encoded("bytea", null, one(Buffer.alloc(0)), 0)?.toString("hex")).toBe("00000000");
  expect(encoded("bytea", null, one(Buffer.of(0, 0xff)), 0)?.toString("hex")).toBe("0000000200ff");
  expect(encoded("bytea", null, one(textBytes(0xff, 0)), 0)?.toString("hex")).toBe("00000002ff00");
  expect(encoded("bytea", null, one("\u00e9"), 0)?.toString("hex")).toBe("00000002c3a9");
});

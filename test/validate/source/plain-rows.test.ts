/**
 * Rows are read with TEXT as strings first. A string must say every byte of its TEXT, or the row must be left to the exact
 * reading: what both make of a row is the same, bit for bit. So is what records are made into, by the page reader.
 */
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import type { ColumnPolicy } from "../../../src/model/policy.js";
import { isUtf8 } from "../../../src/validate/canonical/utf8.js";
import { RowEncoder, type RowMisfit, type SelectedRow } from "../../../src/validate/source/row-encoder.js";
import { anyValue } from "../../transform/arbitraries.js";
import { arrayCells, cells, type Cell } from "../../transform/cells.js";
import { edgeValues } from "../../transform/edge-values.js";
import { batchOf, type Value } from "../../transform/values.js";
import { columnPlan } from "../room.js";

const database = new Database(":memory:");
const castToText = database.prepare<[Buffer], string>("SELECT CAST(? AS TEXT)").pluck();
const castThere = database.prepare<[Buffer], Buffer>("SELECT CAST(CAST(? AS TEXT) AS BLOB)").pluck();
afterAll(() => database.close());

/** The TEXT of these bytes as better-sqlite3 hands it over. */
const stringOf = (bytes: Buffer): string => castToText.get(bytes) ?? "";

const hasReplacement = (bytes: Buffer): boolean => bytes.includes("\ufffd", 0, "utf8");

describe("a TEXT's string without U+FFFD", () => {
  /** Plain exactly where the bytes are UTF-8 that holds no U+FFFD; then the string is the bytes. */
  const isFaithful = (bytes: Buffer): boolean => {
    const text = stringOf(bytes);
    if (text.includes("\ufffd")) {
      return !isUtf8(bytes) || hasReplacement(bytes);
    }
    return isUtf8(bytes) && bytes.equals(Buffer.from(text, "utf8"));
  };

  const expectFaithful = (bytes: Buffer): void => {
    if (!isFaithful(bytes)) expect(bytes.toString("hex")).toBe("said whole");
  };

  test("says its bytes, for all sequences of one and of two bytes", () => {
    for (let first = 0; first < 256; first += 1) {
      expectFaithful(Buffer.from([first]));
      for (let second = 0; second < 256; second += 1) expectFaithful(Buffer.from([first, second]));
    }
  });

  test("says its bytes, for sequences of three and four bytes at every edge", () => {
    const edges = [
      0x00, 0x61, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbd, 0xbf, 0xc0, 0xc2, 0xe0, 0xed, 0xef, 0xf4, 0xff,
    ];
    for (let first = 0xc0; first < 256; first += 1)
      for (const second of edges)
        for (const third of edges) {
          expectFaithful(Buffer.from([first, second, third]));
          for (const fourth of edges) expectFaithful(Buffer.from([first, second, third, fourth]));
        }
  });

  test("says its bytes, among others", () => {
    const part = fc.oneof(
      fc.string({ unit: "binary", maxLength: 40 }).map((text) => Buffer.from(text, "utf8")),
      fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
      fc.constantFrom("efbbbf", "00", "eda080", "edb080", "eda0bdedb880", "f09f9880", "c080", "e08080", "f0808080", "f4908080", "efbfbd", "efbfbe", "efbfbf", "c3", "e282", "f09f98").map((hex) => Buffer.from(hex, "hex")),
    ); // prettier-ignore
    const bytes = fc.array(part, { maxLength: 6 }).map((parts) => Buffer.concat(parts));
    fc.assert(
      fc.property(bytes, (sequence) => {
        expect(castThere.get(sequence)).toEqual(sequence);
        expectFaithful(sequence);
      }),
      { numRuns: Number(process.env["RUNS"] ?? 1500) },
    );
  });

  test.each([
    ["a byte order mark", "efbbbf61", true],
    ["a NUL in it", "610062", true],
    ["four bytes a character", "f09f9880", true],
    ["the last character", "f48fbfbf", true],
    ["a noncharacter", "efbfbf", true],
    ["U+FFFD itself", "61efbfbd", false],
    ["an overlong NUL", "c080", false],
    ["an overlong slash", "e080af", false],
    ["half a surrogate pair", "eda080", false],
    ["a surrogate pair of three bytes each", "eda0bdedb880", false],
    ["more than U+10FFFF", "f4908080", false],
    ["a character that is cut", "61e282", false],
    ["a byte that begins nothing", "6180", false],
  ])("%s", (_, hex, isPlain) => {
    const bytes = Buffer.from(hex, "hex");
    expect(stringOf(bytes).includes("\ufffd")).toBe(!isPlain);
    expectFaithful(bytes);
  });
});

describe("a row that the fast reading takes", () => {
  const policies: readonly ColumnPolicy[] = [
    {},
    { nul: "strip", invalidUtf8: "replace", empty: "null", outOfRange: "null", excess: "round", nullAs: "7" },
  ];

  /** Both readings of a row of one value; whether the fast one took it. */
  const expectAlike = ({ type, unit }: Cell, policy: ColumnPolicy, value: Value): boolean => {
    const column = { ...columnPlan("c", type, unit), policy };
    const encoder = (): RowEncoder => new RowEncoder([column], 1, "UTF-8", new Map());
    const isText =
      typeof value === "string" || (typeof value === "object" && value !== null && "text" in value);
    const bytes = typeof value === "string" ? Buffer.from(value) : isText ? value.text : value;
    const exact = encoder();
    const row: SelectedRow = [null, isText ? 1n : 0n, bytes];
    const misfit = exact.encode(row);
    for (const wideIntegers of [false, true]) {
      const recorded = encoder();
      const isWritten = recorded.encodeRecord(batchOf([[value]], { wideIntegers }), 0, [0]);
      const isSame = recorded.view().equals(exact.view()) && recorded.changes.size === exact.changes.size;
      if (isWritten !== (misfit === null) || (isWritten && !isSame))
        expect({ type, value, misfit, wideIntegers }).toBe("alike in a record");
    }
    const plain = encoder();
    const isTaken = plain.encodePlain([isText ? stringOf(bytes as Buffer) : bytes], true) === "row";
    const isAlike =
      misfit === null && plain.view().equals(exact.view()) && plain.changes.size === exact.changes.size;
    if (isTaken && !isAlike) expect({ type, value, misfit }).toBe("alike");
    // It is fast only if it takes what is plain.
    const isPlain = !isText || (isUtf8(bytes as Buffer) && !hasReplacement(bytes as Buffer));
    if (isTaken !== (isPlain && misfit === null)) expect({ type, value, misfit }).toBe("taken");
    if (typeof value === "bigint" || typeof value === "number")
      expectAlikeAsDouble(encoder(), exact, misfit, value);
    return isTaken;
  };

  /** The same of a number that comes as a double: a REAL that is no whole number is one for certain. */
  const expectAlikeAsDouble = (
    doubles: RowEncoder,
    exact: RowEncoder,
    misfit: RowMisfit | null,
    value: bigint | number,
  ): void => {
    const encoded = doubles.encodePlain([Number(value)], false);
    const isSame = doubles.view().equals(exact.view()) && doubles.changes.size === exact.changes.size;
    if (encoded === "row" && (misfit !== null || !isSame))
      expect({ value, misfit }).toBe("alike as a double");
    if (encoded === "inexact" && misfit === null) expect({ value }).toBe("taken as a double");
    if (!Number.isInteger(Number(value))) expect(encoded).not.toBe("ambiguous");
  };

  test.each([...cells, ...arrayCells])("is the same row, $name", (cell) => {
    for (const policy of policies) {
      const taken = edgeValues.filter((value) => expectAlike(cell, policy, value));
      expect(taken.length).toBeGreaterThan(1);
      fc.assert(
        fc.property(anyValue, (value) => void expectAlike(cell, policy, value)),
        { numRuns: Number(process.env["RUNS"] ?? 20) },
      );
    }
  });
});

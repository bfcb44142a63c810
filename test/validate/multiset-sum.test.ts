import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { digestText, MultisetSum, sameDigest } from "../../src/validate/multiset-sum.js";

const sumOf = (...rows: string[]) => {
  const sum = new MultisetSum();
  rows.forEach((row) => {
    sum.add(Buffer.from(row));
  });
  return sum.total();
};

const lanesOf = (row: string): readonly [bigint, bigint] => {
  const digest = createHash("sha256").update(row).digest();
  return [digest.readBigInt64BE(0), digest.readBigInt64BE(8)];
};

describe("sameDigest", () => {
  const digest = { rows: 2n, lane0: 5n, lane1: -7n, unhashed: 0n };

  test.each([{ rows: 3n }, { lane0: 4n }, { lane1: 7n }, { unhashed: 1n }])(
    "is false where %o differs",
    (change) => {
      expect(sameDigest(digest, { ...digest, ...change })).toBe(false);
    },
  );

  test("is true where all agree", () => {
    expect(sameDigest(digest, { ...digest })).toBe(true);
  });
});

describe("a sum of rows", () => {
  test("of none is zero", () => {
    expect(sumOf()).toEqual({ rows: 0n, lane0: 0n, lane1: 0n, unhashed: 0n });
  });

  test("adds the first two lanes of SHA-256, as signed integers", () => {
    const rows = Array.from({ length: 100 }, (_, index) => `row ${index}`);
    const lanes = rows.map(lanesOf);
    expect(sumOf(...rows)).toEqual({
      rows: 100n,
      lane0: lanes.reduce((sum, [lane]) => sum + lane, 0n),
      lane1: lanes.reduce((sum, [, lane]) => sum + lane, 0n),
      unhashed: 0n,
    });
  });

  test("does not depend on the order, and sees what is there twice", () => {
    expect(sumOf("a", "b", "c")).toEqual(sumOf("c", "a", "b"));
    expect(sumOf("a", "a", "b")).not.toEqual(sumOf("c", "c", "b"));
  });

  test("stays exact where a double could not add the lanes up", () => {
    // A row whose low half of the first lane is odd and large: 2^21 of them are beyond 2^53.
    const large = (row: string): boolean => {
      const low = BigInt.asUintN(32, lanesOf(row)[0]);
      return low % 2n === 1n && low > 0xff00_0000n;
    };
    const row = Array.from({ length: 10_000 }, (_, index) => `row ${index}`).find(large) ?? "";
    const rows = 2 ** 21 + 2 ** 14;
    const sum = new MultisetSum();
    const bytes = Buffer.from(row);
    for (let added = 0; added < rows; added += 1) {
      sum.add(bytes);
    }
    const [lane0, lane1] = lanesOf(row);
    expect(large(row)).toBe(true);
    expect(sum.total()).toEqual({
      rows: BigInt(rows),
      lane0: lane0 * BigInt(rows),
      lane1: lane1 * BigInt(rows),
      unhashed: 0n,
    });
  });
});

describe("digestText", () => {
  test("there is none where a row was not hashed", () => {
    expect(digestText({ rows: 255n, lane0: -1n, lane1: 16n, unhashed: 1n })).toBeNull();
  });

  test("has 64 digits: the count, and each sum in two's complement", () => {
    expect(digestText({ rows: 255n, lane0: -1n, lane1: 16n, unhashed: 0n })).toBe(
      `${"00".repeat(7)}ff${"ff".repeat(12)}${"00".repeat(11)}10`,
    );
  });
});

import fc from "fast-check";
import { expect, test } from "vitest";
import { Varint } from "../../src/export/varint.js";

/** As the file format describes it (sqlite.org/fileformat2.html#varint), with BigInts. */
function encode(value: bigint): Buffer {
  let rest = BigInt.asUintN(64, value);
  if (rest >= 2n ** 56n) {
    const bytes = [Number(rest & 0xffn)];
    rest >>= 8n;
    for (let at = 0; at < 8; at += 1, rest >>= 7n) bytes.unshift(Number(rest & 0x7fn) | 0x80);
    return Buffer.from(bytes);
  }
  const bytes = [Number(rest & 0x7fn)];
  for (rest >>= 7n; rest > 0n; rest >>= 7n) bytes.unshift(Number(rest & 0x7fn) | 0x80);
  return Buffer.from(bytes);
}

const read = (bytes: Buffer, at: number): { value: bigint; unsigned32: number; end: number } => {
  const varint = new Varint();
  // What was read before must not show.
  varint.read(Buffer.alloc(9, 0xff), 0);
  const end = varint.read(bytes, at);
  const value = (BigInt(varint.high) << 32n) | BigInt(varint.low >>> 0);
  return { value, unsigned32: varint.unsigned32, end };
};

test("every 64-bit integer is read as it was written, wherever it stands", () => {
  const integers = fc
    .tuple(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), fc.integer({ min: 0, max: 63 }))
    .map(([value, shift]) => value >> BigInt(shift));
  fc.assert(
    fc.property(integers, fc.integer({ min: 0, max: 3 }), (value, before) => {
      const bytes = encode(value);
      const found = read(Buffer.concat([Buffer.alloc(before, 0xff), bytes, Buffer.alloc(1, 0xff)]), before);
      expect(found).toEqual({
        value,
        end: before + bytes.length,
        unsigned32: value >= 0n && value < 2n ** 32n ? Number(value) : 2 ** 32 - 1,
      });
    }),
  );
});

test.each([
  127n,
  128n,
  16383n,
  16384n,
  2n ** 21n,
  2n ** 28n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 56n - 1n,
  2n ** 56n,
  -1n,
])("%i, at the edge of a length", (value) => {
  expect(read(encode(value), 0).value).toBe(value);
});

test("longer than need be is read all the same, as SQLite does", () => {
  expect(read(Buffer.from("808005", "hex"), 0)).toEqual({ value: 5n, unsigned32: 5, end: 3 });
  expect(read(Buffer.from("80808005", "hex"), 0)).toEqual({ value: 5n, unsigned32: 5, end: 4 });
  expect(read(Buffer.from("808080808080808005", "hex"), 0)).toEqual({ value: 5n, unsigned32: 5, end: 9 });
});

test("a payload's length in nine bytes is none: SQLite reads its last byte in two ways", () => {
  const varint = new Varint();
  expect([varint.readLength(Buffer.from("80808080808080809e", "hex"), 0), varint.unsigned32]).toEqual([
    9,
    2 ** 32 - 1,
  ]);
  expect([varint.readLength(Buffer.from("808080808080801e", "hex"), 0), varint.unsigned32]).toEqual([8, 30]);
});

test("past the end of the bytes there are zeros", () => {
  expect(read(Buffer.from("81", "hex"), 0).value).toBe(128n);
  expect(read(Buffer.alloc(0), 7).value).toBe(0n);
});

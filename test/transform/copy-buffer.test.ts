import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CopyBuffer } from "../../src/transform/copy-buffer.js";

const written = (out: CopyBuffer): Buffer => out.bytes.subarray(0, out.position);

describe("CopyBuffer", () => {
  test("keeps what was written when it grows", () => {
    const out = new CopyBuffer(4);
    out.int32(0x01020304);
    out.asciiField("abc");
    out.nullField();
    out.bytesField(Buffer.from("xyz"), 1, 3);
    expect(written(out).toString("hex")).toBe("0102030400000003616263ffffffff00000002797a");
  });

  test("writes numbers of int64 as it writes bigints", () => {
    const whole = fc.oneof(
      fc.maxSafeInteger(),
      fc.constantFrom(0, -0, -1, 2 ** 32, -(2 ** 32), 2 ** 31, -(2 ** 31), -(2 ** 63), 2 ** 63 - 1024),
    );
    fc.assert(
      fc.property(whole, (value) => {
        const out = new CopyBuffer(1);
        out.int64Field(value);
        const expected = Buffer.alloc(12);
        expected.writeInt32BE(8);
        expected.writeBigInt64BE(BigInt(value), 4);
        expect(written(out).equals(expected)).toBe(true);
      }),
    );
    const out = new CopyBuffer(1);
    out.int64Field(-(2n ** 63n) + 1n);
    expect(written(out).toString("hex")).toBe("000000088000000000000001");
  });

  test("never writes again where it has handed bytes over", () => {
    const out = new CopyBuffer(16);
    out.asciiField("first");
    const first = out.take();
    out.asciiField("other");
    const second = out.take();
    expect(first.toString("latin1", 4)).toBe("first");
    expect(second.toString("latin1", 4)).toBe("other");
    expect(out.take()).toHaveLength(0);
  });

  test("returns to its first size after a large value", () => {
    const out = new CopyBuffer(16);
    out.bytesField(Buffer.alloc(10_000), 0, 10_000);
    expect(out.take()).toHaveLength(10_004);
    expect(out.bytes).toHaveLength(16);
  });
});

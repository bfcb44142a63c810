import fc from "fast-check";
import { expect, test } from "vitest";
import type { PgTypeName } from "../../../src/model/postgres.js";
import { amendingEncoder } from "../../../src/transform/amend/amend.js";
import { CopyBuffer } from "../../../src/transform/copy-buffer.js";
import { explainMisfit } from "../../../src/transform/explain/explain.js";
import { columnPlan, encoded, one, type Value } from "../values.js";

type Spelling = "hex" | "base64";

const columnOf = (decode: Spelling, type: PgTypeName) => ({ ...columnPlan("c", type), decode });

/** The field without its length, or null where it is refused. */
function decoded(decode: Spelling, value: Value, type: PgTypeName = "bytea"): Buffer | null {
  const out = new CopyBuffer(1);
  if (!amendingEncoder(columnOf(decode, type), null)(one(value), 0, out)) {
    expect(out.position).toBe(0);
    return null;
  }
  expect(out.bytes.readInt32BE(0)).toBe(out.position - 4);
  return Buffer.from(out.bytes.subarray(4, out.position));
}

test.each<readonly [Spelling, string]>([
  ["hex", "0"],
  ["hex", "0g"],
  ["hex", "00 11"],
  ["hex", " 00"],
  ["hex", "00\n"],
  ["hex", "0x0"],
  ["hex", "\\X00"],
  ["hex", "x'00'"],
  ["hex", "0x0x00"],
  ["hex", "\\x\\x"],
  ["hex", "\0\0"],
  ["base64", "A"],
  ["base64", "AAAAA"],
  ["base64", "QQ="],
  ["base64", "QQ==="],
  ["base64", "QQ======"],
  ["base64", "QUI=="],
  ["base64", "QUJD="],
  ["base64", "QUJD===="],
  ["base64", "="],
  ["base64", "=="],
  ["base64", "===="],
  ["base64", "Q=Q="],
  ["base64", "QQ==QQ=="],
  ["base64", "QU JD"],
  ["base64", "QUJD\n"],
  ["base64", "QU.D"],
  // Bits that belong to no byte.
  ["base64", "QR=="],
  ["base64", "QUJ="],
])("as %s %j is nothing", (decode, text) => {
  expect(decoded(decode, text)).toBe(null);
  const { code, reason } = explainMisfit(columnOf(decode, "bytea"), one(text), 0);
  expect([code, reason]).toEqual([
    "syntax",
    decode === "hex" ? "it is not pairs of hexadecimal digits" : "it is not base64",
  ]);
});

test.each<readonly [Spelling, string, string]>([
  ["hex", "", ""],
  ["hex", "\\x", ""],
  ["hex", "0x", ""],
  ["hex", "0X0aFf", "0aff"],
  ["hex", "\\x0AfF", "0aff"],
  ["hex", "0a0b", "0a0b"],
  ["base64", "", ""],
  ["base64", "QQ==", "41"],
  ["base64", "QQ", "41"],
  ["base64", "QUI", "4142"],
  ["base64", "+/-_", "fbffbf"],
])("as %s %j is %j", (decode, text, hex) => {
  expect(decoded(decode, text)?.toString("hex")).toBe(hex);
});

test("any bytes come back from every spelling of theirs", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.boolean(), (array, upper) => {
      const bytes = Buffer.from(array);
      const hex = upper ? bytes.toString("hex").toUpperCase() : bytes.toString("hex");
      for (const prefix of ["", "0x", "\\x"]) expect(decoded("hex", prefix + hex)?.equals(bytes)).toBe(true);
      const base64 = bytes.toString("base64");
      for (const text of [base64, base64.replaceAll("=", ""), bytes.toString("base64url")])
        expect(decoded("base64", text)?.equals(bytes)).toBe(true);
    }),
  );
});

test("of a uuid there are 16 bytes", () => {
  const digits = "00112233445566778899aabbccddeeff";
  expect(decoded("hex", digits, "uuid")?.toString("hex")).toBe(digits);
  expect(decoded("base64", Buffer.from(digits, "hex").toString("base64url"), "uuid")?.toString("hex")).toBe(
    digits,
  );
  expect(decoded("hex", "0011", "uuid")).toBe(null);
  expect(explainMisfit(columnOf("hex", "uuid"), one("0011"), 0)).toEqual({
    code: "syntax",
    reason: "its hexadecimal digits spell 2 bytes, which have no equal in uuid",
  });
});

test("other storage classes go as they ever do", () => {
  const blob = Buffer.from("4142");
  expect(decoded("hex", blob)?.equals(blob)).toBe(true);
  expect(decoded("hex", 12n)).toBe(null);
  expect(explainMisfit(columnOf("hex", "bytea"), one(12n), 0).code).toBe("storage-class");
  const uuid = Buffer.alloc(16, 7);
  expect(decoded("base64", uuid, "uuid")).toEqual(encoded("uuid", null, one(uuid), 0)?.subarray(4));
});

/** Digests that certificates out there hold: where one of these changes, so must the version of the canonical form. */
import { expect, test } from "vitest";
import { canonicalField } from "../../../src/validate/canonical/column-form.js";
import { RowBytes } from "../../../src/validate/canonical/row-bytes.js";
import { canonicalForm } from "../../../src/validate/canonical/version.js";
import { digestText, MultisetSum } from "../../../src/validate/multiset-sum.js";
import { testedType, vectors, type TestedName } from "../../../src/validate/self-test/vectors.js";

/** Values of the self-test, fixed here: it may gain others. */
const fixed: Readonly<Partial<Record<TestedName, readonly (string | bigint | number | Buffer | null)[]>>> = {
  boolean: [null, 1n, 0n],
  smallint: [null, 0n, -32768n],
  integer: [null, 2147483647n],
  bigint: [null, 9223372036854775807n, -9223372036854775808n],
  real: [null, 1.5, -0.0],
  "double precision": [null, 0.1, -0.0, 5e-324],
  numeric: [null, "1.50", 12n, "-123456789012345678901234567890.0001"],
  text: [null, "", " a  ", "é e\u0301 😀", "x".repeat(2_000_000)],
  "character varying": [null, "a "],
  character: [null, "ab"],
  bytea: [null, Buffer.from([]), Buffer.from([0, 255])],
  uuid: [null, "{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}"],
  json: [null, '{"b": 1,  "a":2}'],
  jsonb: [null, '{"b": 1.0,  "a":2, "aa": [null, "\\u00e9"]}'],
  date: [null, "2000-02-29"],
  "time without time zone": [null, "23:59:59.999999"],
  "timestamp without time zone": [null, "2026-11-22 00:15:00.5"],
  "timestamp with time zone": [null, "2026-11-22 00:15:00.5+01:00", 1_600_000_000_000_000n],
  inet: [null, "10.0.0.1/8", "::1"],
  cidr: [null, "10.0.0.0/8"],
  macaddr: [null, "08:00:2b:01:02:03"],
  array: [null, '["a", null, "b"]'],
};

const digestOf = (name: TestedName): string => {
  const field = canonicalField({ type: testedType(name), unit: "microseconds" });
  const row = new RowBytes(1);
  const sum = new MultisetSum();
  for (const value of fixed[name] ?? []) {
    row.clear();
    const isText = typeof value === "string";
    const misfit =
      value === null
        ? row.writeNull(field.oid)
        : field.write(isText ? Buffer.from(value, "utf8") : value, isText, row);
    expect(misfit).toBeNull();
    sum.add(row.view());
  }
  return digestText(sum.total()) ?? "";
};

test("the canonical form of every type is that of its version", () => {
  const names = Object.keys(vectors) as TestedName[];
  expect(names.filter((name) => fixed[name] === undefined)).toEqual([]);
  const digests = Object.fromEntries(names.map((name) => [name, digestOf(name)]));
  expect({ canonicalForm, digests }).toMatchInlineSnapshot(`
    {
      "canonicalForm": 1,
      "digests": {
        "array": "0000000000000002ffffffffb9180f170b6bd538000000001df31659c02baf8e",
        "bigint": "0000000000000003000000000a7ad5c91e1f1ca400000000f904d5efd14e6550",
        "boolean": "0000000000000003000000006de16bee12542cbfffffffffd3f11063c9e94feb",
        "bytea": "0000000000000003ffffffffe1ee664dd760b37000000000fe28d18ae0f636b7",
        "character": "0000000000000002000000003d1b2c3d0817da33ffffffffe3b174e50cc5353c",
        "character varying": "0000000000000002000000003a2d31d8afcbbeba00000000c18398c5320d8c28",
        "cidr": "00000000000000020000000045269a9a75515d1fffffffff8deb35f6fc442b20",
        "date": "0000000000000002000000001aba92c9bca3acbe000000001b6128ce89146eef",
        "double precision": "0000000000000004ffffffff8c30ca297888f86a000000010c98711a7634a480",
        "inet": "000000000000000300000001112b4400a2acc924ffffffffb90b4276e717cd57",
        "integer": "0000000000000002000000008faa1625907587d9fffffffff636a05db8ee7d16",
        "json": "0000000000000002ffffffff8e1ff89c55190dbd00000000a38c574c1c16b29d",
        "jsonb": "0000000000000002000000002f73f11d2012715e0000000016364cdc5c0c775b",
        "macaddr": "000000000000000200000000946ace59a708781f00000000064cd9d012c58789",
        "numeric": "0000000000000004ffffffffab9ddf6fceb1ff3bffffffff8677119e8a23a37f",
        "real": "0000000000000003000000006a03bae42aeb2797ffffffff97e86aeaff6cbbb8",
        "smallint": "0000000000000003fffffffffdce9718df3cc2ba00000000ff303cd8320f1d85",
        "text": "0000000000000005ffffffffd24c1dddcff9cdbc0000000132989f07a59cf76d",
        "time without time zone": "000000000000000200000000612da273702a9f8a00000000100f296d330e3e7a",
        "timestamp with time zone": "0000000000000003000000007cd51d75d255a006ffffffff6060c240ba04abc5",
        "timestamp without time zone": "0000000000000002000000003726dc40610a577f0000000014ff88b11069d1d9",
        "uuid": "0000000000000002000000000501f3fc9aa43fe9ffffffffffa5e634696ff03f",
      },
    }
  `);
});

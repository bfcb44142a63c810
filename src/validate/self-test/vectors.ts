/**
 * Values on the edges of each type: as PostgreSQL reads them (`target`) and as SQLite would hold them (`source`).
 * A string in `source` is TEXT.
 */
import { arrayType, pgType, type PgType, type PgTypeName } from "../../model/postgres.js";
import { longValueBytes } from "../canonical/row-bytes.js";

/** A type that is tested, by name. Enums and citext are text in all that is tested, an array's elements are tested by themselves. */
export type TestedName = PgTypeName | "array";

export const testedType = (name: TestedName): PgType => {
  switch (name) {
    case "array":
      return arrayType(pgType("text"));
    case "character":
      return pgType("character", 5);
    default:
      return pgType(name);
  }
};

export const testedNames = (type: PgType): readonly TestedName[] => {
  switch (type.name) {
    case "enum":
    case "citext":
      return ["text"];
    case "array":
      return ["array", ...testedNames(type.element)];
    case "other":
      return [];
    default:
      return [type.name];
  }
};

export interface Vector {
  readonly target: string | null;
  readonly source: string | bigint | number | Buffer | null;
}

const vector = (target: string | null, source: Vector["source"] = target): Vector => ({ target, source });

/** One byte short of being replaced by its hash, and one byte beyond. */
const longTexts = ["a".repeat(longValueBytes), "é".repeat(longValueBytes / 2) + "!"];

const texts: readonly Vector[] = [
  vector(null),
  vector(""),
  vector(" a  "),
  vector("é e\u0301 😀 \u0001\t\r\n\\'\""),
  vector("12", 12n),
  ...longTexts.map((text) => vector(text)),
];

export const vectors: Readonly<Record<TestedName, readonly Vector[]>> = {
  boolean: [vector(null), vector("t", 1n), vector("f", 0n)],
  smallint: [vector(null), vector("0", 0n), vector("32767", 32767n), vector("-32768", -32768n)],
  integer: [
    vector(null),
    vector("0", 0n),
    vector("2147483647", 2147483647n),
    vector("-2147483648", -2147483648n),
  ],
  bigint: [
    vector(null),
    vector("0", 0n),
    vector("-1", -1n),
    vector("9223372036854775807", 9223372036854775807n),
    vector("-9223372036854775808", -9223372036854775808n),
  ],
  real: [
    vector(null),
    vector("0", 0),
    vector("-0", -0),
    vector("1e-45", 2 ** -149),
    vector("0.1", Math.fround(0.1)),
    vector("16777216", 16777216n),
    vector("-3.4028235e38", -(2 ** 128 - 2 ** 104)),
    vector("Infinity", Infinity),
    vector("-Infinity", -Infinity),
  ],
  "double precision": [
    vector(null),
    vector("0", 0),
    vector("-0", -0),
    vector("5e-324", 5e-324),
    vector("1e23", 1e23),
    vector("0.30000000000000004", 0.30000000000000004),
    vector("-1.7976931348623157e308", -Number.MAX_VALUE),
    vector("Infinity", Infinity),
    vector("-Infinity", -Infinity),
  ],
  numeric: [
    vector(null),
    vector("0.00", 0n),
    vector("-120.500", "-120.5"),
    vector("0.000000000000000000000000001", 1e-27),
    vector("99999999999999999999999999999999999999.99"),
    vector("100000000000000000000000", 1e23),
    vector("-Infinity", -Infinity),
  ],
  text: texts,
  "character varying": texts,
  character: [vector(null), vector(""), vector("é b"), vector("12", 12n), vector("   😀")],
  bytea: [
    vector(null),
    vector("", Buffer.alloc(0)),
    vector("\\x00ff5c78", Buffer.from("00ff5c78", "hex")),
    ...longTexts.map((text) => vector(`\\x${Buffer.from(text).toString("hex")}`, Buffer.from(text))),
  ],
  uuid: [
    vector(null),
    vector("{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11}"),
    vector("00000000-0000-0000-0000-0000000000ff", Buffer.from(`${"00".repeat(15)}ff`, "hex")),
  ],
  json: [
    vector(null),
    vector(' {"bb":1,"a":1e2,"a":"\\u0000\\ud800"}\n'),
    vector("12", 12n),
    vector("1e-7", 1e-7),
    vector(JSON.stringify("é".repeat(longValueBytes / 2))),
  ],
  jsonb: [
    vector(null),
    vector("null"),
    vector('{"bb":1,"a":1e2,"é":-0.0,"a":[1.10, 1.0e-3,{}, [],true]}'),
    vector('"\\u00e9\\ud83d\\ude00\\u0001\\b\\/\\"\\\\ \u007f"'),
    vector("12345678901234567890.123456789012345678901234567890"),
    vector(JSON.stringify("a".repeat(longValueBytes))),
  ],
  date: [
    vector(null),
    vector("4714-11-24 BC", "-4713-11-24"),
    vector("0001-01-01"),
    vector("1999-12-31"),
    vector("2000-02-29"),
    vector("294276-12-31"),
  ],
  "time without time zone": [vector(null), vector("00:00:00"), vector("23:59:59.999999")],
  "timestamp without time zone": [
    vector(null),
    vector("4714-11-24 00:00:00 BC", "-4713-11-24"),
    vector("1969-12-31 23:59:59.999999", -1n),
    vector("2000-01-01 00:00:00", "2000-01-01T00:00:00Z"),
    vector("294276-12-31 23:59:59.999999", "294276-12-31T23:59:59.999999"),
  ],
  "timestamp with time zone": [
    vector(null),
    vector("4714-11-24 00:00:00+00 BC", "-4713-11-24"),
    vector("0001-01-01 00:00:00+00", "0001-01-01"),
    vector("1969-12-31 23:59:59.999999+00", -1n),
    vector("2000-01-01 00:00:00+00", "2000-01-01T01:00:00+01:00"),
    vector("9999-12-31 23:59:59.999999+00", "9999-12-31 23:59:59.999999Z"),
    vector("294276-12-31 23:59:59.999999+00", "294276-12-31T23:59:59.999999"),
  ],
  inet: [
    vector(null),
    vector("192.168.1.5", "192.168.1.5/32"),
    vector("10.0.0.0/8"),
    vector("::ffff:1.2.3.4/120"),
    vector("fe80::1", "FE80:0:0::0001"),
  ],
  cidr: [vector(null), vector("192.168.1.0/24"), vector("0.0.0.0/0"), vector("2001:db8::/32")],
  macaddr: [
    vector(null),
    vector("08:00:2b:01:02:03", "0800.2B01.0203"),
    vector("ff:ff:ff:ff:ff:ff", "ffffff-ffffff"),
  ],
  array: [
    vector(null),
    vector("{}", "[]"),
    vector("{NULL}", "[null]"),
    vector('{NULL,"","NULL","\\"\\\\{,}",12}', '[null, "", "NULL", "\\"\\\\{,}", 12]'),
    vector('{"",NULL}', '["", null]'),
    vector(`{${longTexts[1]},b}`, JSON.stringify([longTexts[1], "b"])),
  ],
};

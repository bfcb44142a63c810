/**
 * Values on the edges of each type: as PostgreSQL reads them (`target`) and as SQLite would hold them (`source`).
 * A string in `source` is TEXT.
 */
import type { ComparedName } from "./compared-type.js";
import { longValueBytes } from "./row-bytes.js";

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

export const vectors: Readonly<Record<ComparedName, readonly Vector[]>> = {
  boolean: [vector(null), vector("t", 1n), vector("f", 0n)],
  bigint: [
    vector(null),
    vector("0", 0n),
    vector("-1", -1n),
    vector("9223372036854775807", 9223372036854775807n),
    vector("-9223372036854775808", -9223372036854775808n),
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
    vector("-120.500", "-1.205e2"),
    vector("0.000000000000000000000000001", 1e-27),
    vector("99999999999999999999999999999999999999.99"),
    vector("100000000000000000000000", 1e23),
    vector("-Infinity", -Infinity),
  ],
  text: texts,
  "character varying": texts,
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
  "timestamp with time zone": [
    vector(null),
    vector("4714-11-24 00:00:00+00 BC", "-4713-11-24"),
    vector("0001-01-01 00:00:00+00", "0001-01-01"),
    vector("1969-12-31 23:59:59.999999+00", -1n),
    vector("2000-01-01 00:00:00+00", "2000-01-01T01:00:00+01:00"),
    vector("9999-12-31 23:59:59.999999+00", "9999-12-31 23:59:59.999999Z"),
    vector("294276-12-31 23:59:59.999999+00", "294276-12-31T23:59:59.999999"),
  ],
};

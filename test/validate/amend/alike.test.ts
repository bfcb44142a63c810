/**
 * Policies, decoding and stand-ins for NULL in the loader and in the validator: each has its own code, and for every value both
 * must make the same of it, by the same policies, or both reject it.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ColumnPlan } from "../../../src/model/plan.js";
import type { ColumnPolicy, PolicyName } from "../../../src/model/policy.js";
import { pgType, typeWords, type PgType, type TimeUnit } from "../../../src/model/postgres.js";
import { amendingEncoder } from "../../../src/transform/amend/amend.js";
import { CopyBuffer } from "../../../src/transform/copy-buffer.js";
import { PolicyCounts } from "../../../src/transform/encode/policy-counts.js";
import { plannedField } from "../../../src/validate/amend/amend.js";
import { longValueBytes, RowBytes } from "../../../src/validate/canonical/row-bytes.js";
import { anyValue } from "../../transform/arbitraries.js";
import { arrayCells, cells, type Cell } from "../../transform/cells.js";
import { edgeValues } from "../../transform/edge-values.js";
import { columnPlan, one, textBytes, type Value } from "../../transform/values.js";

const all: ColumnPolicy = {
  nul: "replace",
  invalidUtf8: "replace",
  outOfRange: "null",
  empty: "null",
  excess: "round",
  trueWords: ["yes", "É", "t", "1.5"],
  falseWords: ["No", "yes", ""],
};

const policies: readonly ColumnPolicy[] = [
  all,
  { ...all, excess: "truncate", nul: "strip" },
  { nul: "strip" },
  { nul: "replace", excess: "truncate" },
  { invalidUtf8: "replace" },
  { empty: "null", nullAs: "7" },
  { ...all, nullAs: " " },
  { outOfRange: "null", nullAs: "2020-02-30" },
  { excess: "round", nullAs: "2020-01-01 00:00:00.9999995" },
];

const nano: Cell = { name: "nanoseconds", type: pgType("timestamp with time zone", 4), unit: "nanoseconds" };

const columns: readonly ColumnPlan[] = [...cells, nano, ...arrayCells.slice(0, 8)].flatMap(
  ({ type, unit }, at) =>
    policies.map((policy, index): ColumnPlan => ({
      ...column(type, unit),
      policy,
      notNull: (at + index) % 4 === 0,
    })),
);

const decoding = (["hex", "base64"] as const).flatMap((decode) =>
  [pgType("bytea"), pgType("uuid")].map((type): ColumnPlan => ({
    ...column(type, null),
    decode,
    policy: { empty: "null", nul: "strip" },
  })),
);

function column(type: PgType, unit: TimeUnit | null): ColumnPlan {
  return columnPlan("c", type, unit);
}

const bytes = fc.array(
  fc.constantFrom(
    0,
    0,
    0x20,
    0x30,
    0x31,
    0x61,
    0x80,
    0xbf,
    0xc3,
    0xa9,
    0xe2,
    0x82,
    0xac,
    0xed,
    0xa0,
    0xf0,
    0x9f,
    0x98,
    0xff,
  ),
  { maxLength: 8 },
);
const two = fc.oneof(
  fc.constantFrom("00", "01", "02", "12", "13", "23", "24", "29", "30", "59", "60"),
  fc.nat(99).map((n) => String(n).padStart(2, "0")),
);
const fraction = fc.oneof(
  fc.constant(""),
  fc.stringMatching(/^\.[0-9]{1,8}$/),
  fc.stringMatching(/^\.[0459]{5,10}$/),
);
const clock = fc.tuple(two, two, two, fraction).map(([h, m, s, f]) => `${h}:${m}:${s}${f}`);
const year = fc.constantFrom(
  "2020",
  "1999",
  "0000",
  "-0044",
  "+2000",
  "02020",
  "294276",
  "294277",
  "-4713",
  "-4714",
  "99999999",
  "9999999999",
  "12",
);
const instant = fc
  .tuple(
    year,
    two,
    two,
    fc.constantFrom("", " ", "T", "t"),
    fc.oneof(fc.constant(""), clock),
    fc.constantFrom("", "", "Z", "+01:00", "+16:00", "-15:59:59", " UTC", "x"),
  )
  .map(([y, m, d, separator, time, zone]) => `${y}-${m}-${d}${separator}${time}${zone}`);
const soon = fc
  .tuple(
    fc.constantFrom("2020-01-31", "1999-12-31", "294276-12-31", "-4713-11-24"),
    fc.constantFrom("00:00:00", "23:59:59", "12:34:56"),
    fraction,
  )
  .map(([day, time, digits]) => `${day} ${time}${digits}`);
const decimal = fc.stringMatching(/^-?(0|[1-9]\d{0,8})\.[0-9459]{0,6}$/);
const value: fc.Arbitrary<Value> = fc.oneof(
  anyValue,
  bytes.map((list): Value => textBytes(...list)),
  bytes.map((list): Value => Buffer.from(list)),
  instant,
  soon,
  clock,
  soon.map((text) => text.slice(-15)),
  decimal,
  fc.double({ noNaN: true, min: -1e4, max: 1e4 }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom("YES", "yes ", "É", "é", "no", "", " ", "\t\n\v\f\r ", "\u00a0", "ye\0s", "\0", "1.5"),
  fc.stringMatching(/^(\\x|0x|0X|)[0-9a-fA-F]{0,33}$/),
  fc.stringMatching(/^[A-Za-z0-9+/_-]{0,25}={0,3}$/),
  fc.uint8Array({ maxLength: 20 }).map((array) => Buffer.from(array).toString("base64")),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((array) => Buffer.from(array).toString("base64url")),
);

interface Made {
  /** Null where the value is rejected. */
  readonly field: string | null;
  readonly changes: readonly PolicyName[];
}

describe("what the loader makes of a value is what the validator makes of it", () => {
  const named = [...columns, ...decoding].map((plan) => ({
    name: `${typeWords(plan.type)} ${plan.unit ?? ""} ${plan.decode ?? ""} ${JSON.stringify(plan.policy)}`,
    plan,
  }));
  test.each(named)("$name", ({ plan }) => {
    const load = loader(plan);
    const prove = validator(plan);
    const check = (given: Value): void => {
      const [loaded, proven] = [load(given), prove(given)];
      if (JSON.stringify(loaded) !== JSON.stringify(proven))
        expect({ given, proven }).toEqual({ given, proven: loaded });
    };
    for (const edge of plan.policy.excess === "round" ? edgeValues : [null]) check(edge);
    fc.assert(fc.property(value, check), { numRuns: 100 });
  });
});

const loader = (plan: ColumnPlan) => {
  const counts = new PolicyCounts([]);
  const encode = amendingEncoder(plan, counts);
  const known = new Map<PolicyName, number>();
  /** Those that count more than they did. */
  const changed = (): PolicyName[] => {
    const more = counts.changes().filter(({ policy, values }) => values > (known.get(policy) ?? 0));
    for (const { policy, values } of more) known.set(policy, values);
    return more.map(({ policy }) => policy).sort();
  };
  return (given: Value): Made => {
    const out = new CopyBuffer(64);
    if (given === null && plan.policy.nullAs === undefined) out.nullField();
    else if (!encode(one(given), 0, out)) {
      counts.drop();
      return { field: null, changes: [] };
    }
    counts.keep();
    return { field: comparable(plan, out.bytes.subarray(0, out.position)), changes: changed() };
  };
};

const validator = (plan: ColumnPlan) => {
  const field = plannedField(plan);
  const row = new RowBytes(1);
  return (given: Value): Made => {
    row.clear();
    const changes: PolicyName[] = [];
    const isText =
      typeof given === "string" || (typeof given === "object" && given !== null && !Buffer.isBuffer(given));
    const source = typeof given === "string" ? Buffer.from(given, "utf8") : isText ? given.text : given;
    if (field.write(source, isText, row, changes) !== null) return { field: null, changes: [] };
    return { field: comparable(plan, row.view().subarray(8)), changes: changes.sort() };
  };
};

/** Both write the length and then the value, but in some types not in the same form: then only NULL is told from a value. */
const comparable = ({ type }: ColumnPlan, field: Buffer): string =>
  field.readInt32BE(0) === -1 || (sameForm.has(type.name) && field.length <= longValueBytes)
    ? field.toString("hex")
    : "a value";

const sameForm: ReadonlySet<PgType["name"]> = new Set([
  "boolean",
  "bigint",
  "real",
  "double precision",
  "text",
  "character varying",
  "character",
  "citext",
  "enum",
  "bytea",
  "uuid",
  "json",
  "inet",
  "cidr",
  "macaddr",
  "date",
  "time without time zone",
  "timestamp without time zone",
  "timestamp with time zone",
]);

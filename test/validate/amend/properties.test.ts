/** What policies make of values, against what PostgreSQL itself makes of them where it can be asked. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ColumnPolicy } from "../../../src/model/policy.js";
import { pgType, typeSql, type PgType } from "../../../src/model/postgres.js";
import { plannedField } from "../../../src/validate/amend/amend.js";
import { RowBytes } from "../../../src/validate/canonical/row-bytes.js";
import { canonicalRowsSql } from "../../../src/validate/target/canonical-sql.js";
import { refusalsAsNull } from "../agreement.js";
import { columnPlan, makeTarget, type TestTarget } from "../room.js";

let target: TestTarget;

beforeAll(async () => {
  target = await makeTarget();
  for (const sql of refusalsAsNull) await target.query(sql);
});

afterAll(() => target.remove());

type Given = string | number | bigint | Buffer;

/** What `expression` of the text `a` is for each value, against what the policy makes of it; NULL where it is rejected. */
const expectAgreement = async <T extends Given>(
  type: PgType,
  policy: ColumnPolicy,
  expression: string,
  values: fc.Arbitrary<T>,
  written: (value: T) => string = String,
): Promise<void> => {
  const field = plannedField({ ...columnPlan("c", type), policy });
  const row = new RowBytes(1);
  const own = (value: T): string => {
    row.clear();
    const isText = typeof value === "string";
    if (field.write(isText ? Buffer.from(value, "utf8") : value, isText, row, []) !== null)
      row.writeNull(field.oid);
    return row.view().toString("hex");
  };
  await fc.assert(
    fc.asyncProperty(fc.array(values, { minLength: 50, maxLength: 150 }), async (batch) => {
      const relation = `(SELECT ${expression} AS c FROM unnest($1::text[]) WITH ORDINALITY AS u(a, n) ORDER BY n)`;
      const rows = await target.query(
        `SELECT encode(bytes, 'hex') AS bytes FROM (${canonicalRowsSql(relation, [{ name: "c", type }])}) AS r`,
        [`{${batch.map((value) => `"${written(value).replace(/["\\]/g, "\\$&")}"`).join(",")}}`],
      );
      const wrong = batch.flatMap((value, at) =>
        rows[at]?.["bytes"] === own(value) ? [] : [{ value, own: own(value), server: rows[at]?.["bytes"] }],
      );
      expect(wrong).toEqual([]);
    }),
    { numRuns: 8 },
  );
};

const decimal = fc.oneof(
  fc.stringMatching(/^(0|-?[1-9]\d{0,7})\.\d{0,8}[1-9]$/),
  fc.stringMatching(/^-?[1-9]\d{0,3}\.[0459]{1,4}[1-9]$/),
  fc.stringMatching(/^-?999\.99[0-9]{1,3}$/).filter((text) => !text.endsWith(".")),
);
const double = fc
  .oneof(
    fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
    fc.integer({ min: -1e6, max: 1e6 }).map((value) => value / 1000),
  )
  .filter((value) => !Object.is(value, -0));

describe("excess", () => {
  test.each([
    [5, 2],
    [8, 0],
    [12, 5],
    [3, 3],
  ])("rounds to numeric(%d,%d) as PostgreSQL's cast does", async (p, s) => {
    const type = pgType("numeric", p, s);
    await target.query(`CREATE OR REPLACE FUNCTION public.try_cast(a text) RETURNS numeric LANGUAGE plpgsql AS
      $$ BEGIN RETURN a::numeric::${typeSql(type)}; EXCEPTION WHEN numeric_value_out_of_range THEN RETURN NULL; END $$`);
    await expectAgreement(type, { excess: "round" }, "public.try_cast(a)", decimal);
    await expectAgreement(type, { excess: "round" }, "public.try_cast(a)", double);
  });

  test("cuts to numeric(5,2) as trunc() does", async () => {
    const cut = "CASE WHEN abs(trunc(a::numeric, 2)) < 1000 THEN trunc(a::numeric, 2) END";
    await expectAgreement(pgType("numeric", 5, 2), { excess: "truncate" }, cut, decimal);
    await expectAgreement(pgType("numeric", 5, 2), { excess: "truncate" }, cut, double);
  });

  test("gives the nearest real, and none where PostgreSQL refuses", async () => {
    await target.query(`CREATE OR REPLACE FUNCTION public.nearest(a text) RETURNS real LANGUAGE plpgsql AS
      $$ BEGIN RETURN a::float8::real; EXCEPTION WHEN numeric_value_out_of_range THEN RETURN NULL; END $$`);
    const numbers = fc.oneof(
      fc.double({ noNaN: true }),
      fc.double({ noNaN: true, min: -1e40, max: 1e40 }),
      fc.constantFrom(
        2 ** 128,
        2 ** -149,
        2 ** -150,
        2 ** -151,
        3.4028235677973366e38,
        16777217,
        Infinity,
        -Infinity,
        -0,
      ),
    );
    const written = (value: number): string => (Object.is(value, -0) ? "-0" : String(value));
    await expectAgreement(pgType("real"), { excess: "round" }, "public.nearest(a)", numbers, written);
  });

  test("gives the real nearest to an integer, rounded once", () =>
    expectAgreement(
      pgType("real"),
      { excess: "truncate" },
      "a::bigint::real",
      fc.oneof(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        // About halves between two reals, where a double in between would round to even first.
        fc
          .tuple(
            fc.bigInt({ min: 2n ** 23n, max: 2n ** 24n - 1n }),
            fc.integer({ min: 30, max: 39 }),
            fc.constantFrom(-1n, 0n, 1n),
          )
          .map(([mantissa, shift, off]) => (2n * mantissa + 1n) * (1n << BigInt(shift - 1)) + off)
          .filter((value) => value < 2n ** 63n),
      ),
    ));

  const moment = fc
    .tuple(
      fc.integer({ min: -9e12, max: 9e12 }),
      fc.oneof(
        fc.constantFrom("500000", "499999", "999999", "000500", "999500", "000000"),
        fc.stringMatching(/^\d{6}$/),
      ),
    )
    .map(([ms, fraction]) => `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")}.${fraction}`);

  test.each([0, 1, 3, 5, 6])("rounds to timestamp(%d) as PostgreSQL's cast does", (p) =>
    expectAgreement(
      pgType("timestamp without time zone", p),
      { excess: "round" },
      `a::timestamp::timestamp(${p})`,
      moment.filter((text) => !text.startsWith("-")),
    ),
  );

  test("cuts to timestamptz(3) as date_trunc() does", () =>
    expectAgreement(
      pgType("timestamp with time zone", 3),
      { excess: "truncate" },
      "date_trunc('milliseconds', a::timestamptz)",
      moment.filter((text) => !text.startsWith("-")),
    ));

  test("rounds to time(2) as PostgreSQL's cast does, but not to 24:00", () =>
    expectAgreement(
      pgType("time without time zone", 2),
      { excess: "round" },
      "CASE WHEN a::time::time(2) < '24:00' THEN a::time::time(2) END",
      fc.oneof(
        moment.map((text) => text.slice(-15)),
        fc.constantFrom("23:59:59.995", "23:59:59.994999"),
      ),
    ));

  const words = fc
    .array(fc.constantFrom("a", "B", " ", "é", "😀", "e\u0301", "\t", "'"), { maxLength: 9 })
    .map((parts) => parts.join(""));

  test.each(["round", "truncate"] as const)(
    "cuts to varchar(4) and char(4) as PostgreSQL's casts do (%s)",
    async (excess) => {
      await expectAgreement(pgType("character varying", 4), { excess }, "a::varchar(4)", words);
      await expectAgreement(pgType("character", 4), { excess }, "a::char(4)", words);
    },
  );
});

describe("digits finer than a microsecond are rounded once", () => {
  const made = (text: string, excess: "round" | "truncate", p: number): bigint => {
    const row = new RowBytes(1);
    const column = { ...columnPlan("c", pgType("timestamp with time zone", p)), policy: { excess } };
    expect(plannedField(column).write(Buffer.from(text), true, row, [])).toBeNull();
    return row.view().readBigInt64BE(12);
  };

  test.each([
    ["2000-01-01 00:00:00.0000005", 6, 1n, 0n],
    ["2000-01-01 00:00:00.00000049", 6, 0n, 0n],
    ["1999-12-31 23:59:59.9999995", 6, -1n, -1n],
    ["1999-12-31 23:59:59.99999951", 6, 0n, -1n],
    ["1999-12-31 23:59:59.5", 0, -1_000_000n, -1_000_000n],
    ["2000-01-01 00:00:00.4999999", 0, 0n, 0n],
    ["2000-01-01 00:00:00.50000000001", 0, 1_000_000n, 0n],
  ] as const)("%s to %d digits", (text, p, rounded, cut) => {
    expect([made(text, "round", p), made(text, "truncate", p)]).toEqual([rounded, cut]);
  });
});

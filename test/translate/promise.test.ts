/** What a plan promises, the encoders keep: a column without a value that blocks takes all of its values. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { introspect } from "../../src/export/introspect.js";
import { readRecords, recordColumns } from "../../src/export/sqlite-records.js";
import { typeWords } from "../../src/model/postgres.js";
import { describeValue } from "../../src/transform/explain/describe.js";
import { encodeRecords } from "../../src/transform/encode/encode.js";
import { findingsOf, openMemory, planOfDatabase, sourceOf } from "./plan-of.js";
import { types, valueArbitrary } from "./random-words.js";

const declared = fc.constantFrom(
  ...types,
  ..."DATE,DATETIME,TIME,BOOLEAN,JSON,UUID,DECIMAL(5;2),REAL,NUMERIC,VARCHAR(3),BLOB,INTEGER,"
    .split(",")
    .map((type) => type.replace(";", ",")),
);

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;

const instant = fc.integer({ min: -3_000_000_000, max: 8_000_000_000 });

/** Values of one kind, as a column mostly holds them, and now and then another. */
const kinds: readonly fc.Arbitrary<string>[] = [
  valueArbitrary,
  fc.integer({ min: 0, max: 1 }).map(String),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.tuple(instant, fc.constantFrom(1, 1e3, 1e6)).map(([seconds, unit]) => String(seconds * unit)),
  fc.tuple(instant, fc.nat(999_999)).map(([seconds, fraction]) => `${seconds}.${fraction}`),
  instant.map((seconds) => `${seconds}000000001`),
  fc.integer({ min: 0, max: 90_000 }).map((days) => String(days * 86_400)),
  fc.integer({ min: 2_400_000, max: 2_530_000 }).map((days) => `${days}.5`),
  fc
    .date({ min: new Date("-009999-01-01"), max: new Date("+020000-01-01"), noInvalidDate: true })
    .map((date) => text(date.toISOString())),
  fc
    .date({ min: new Date("0001-01-01"), max: new Date("9999-12-31"), noInvalidDate: true })
    .map((date) => text(date.toISOString().slice(0, 10))),
  fc
    .tuple(fc.integer({ min: 0, max: 25 }), fc.integer({ min: 0, max: 61 }))
    .map(([hour, minute]) => text(`${String(hour).padStart(2, "0")}:${String(minute).padStart(2, "0")}`)),
  fc.uuid().map(text),
  fc.json().map(text),
  fc
    .string({ maxLength: 5 })
    .filter((value) => !value.includes("\0"))
    .map(text),
  fc
    .integer({ min: -99_999_999, max: 99_999_999 })
    .chain((value) => fc.nat(5).map((scale) => text((value / 10 ** scale).toFixed(scale)))),
  fc.uint8Array({ minLength: 16, maxLength: 16 }).map((bytes) => `x'${Buffer.from(bytes).toString("hex")}'`),
  fc.constantFrom("'t'", "'F'", "'true'", "0.0", "1.0", "x'00'", "x'01'", "0", "NULL"),
];

const column = fc.constantFrom(...kinds).chain((kind) =>
  fc.record({
    declared,
    values: fc.array(
      fc.oneof(
        { arbitrary: kind, weight: 15 },
        { arbitrary: fc.constantFrom(...kinds).chain((other) => other), weight: 1 },
      ),
      {
        minLength: 1,
        maxLength: 6,
      },
    ),
  }),
);

test("every value is taken by the type that its column gets, unless it blocks", () => {
  fc.assert(
    fc.property(fc.array(column, { minLength: 12, maxLength: 12 }), (columns) => {
      const memory = openMemory((database) => {
        for (const [index, { declared: type, values }] of columns.entries()) {
          database.exec(`CREATE TABLE t${index} (c ${type})`);
          for (const value of values) database.exec(`INSERT INTO t${index} VALUES (${value})`);
        }
      });
      const plan = planOfDatabase(memory);
      const source = sourceOf(memory);
      const blocked = new Set(findingsOf(plan, "value-misfit").map(({ at }) => at.table));
      const broken = introspect(source).tables.flatMap((sqlite, index) => {
        const table = plan.tables[index]!;
        if (blocked.has(table.source)) return [];
        const misfits: string[] = [];
        const records = readRecords(source, sqlite, "UTF-8");
        const chunks = encodeRecords(table, recordColumns(sqlite), records, {
          onMisfit: ({ batch, at }) => misfits.push(describeValue(batch, at)),
          profiled: false,
        });
        for (const chunk of chunks) expect(chunk.length).toBeGreaterThan(0);
        const [only] = table.columns;
        return misfits.length === 0 || only === undefined
          ? []
          : [
              {
                declared: only.declaredType,
                type: typeWords(only.type),
                unit: only.unit,
                values: columns[index]?.values,
                misfits,
              },
            ];
      });
      memory.close();
      expect(broken).toEqual([]);
    }),
    { numRuns: Number(process.env["RUNS"] ?? 120) },
  );
});

/**
 * Rows of random classes, declared at random and ruled at random: each is loaded or rejected, each rejected one is kept whole,
 * the plan has named the very rows, and the proof agrees. `RUNS=500 SEED=7 npx vitest run test/end-to-end/rejects-random.test.ts`
 * tries more and others.
 */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ColumnRule, PolicyRule } from "../../src/model/mapping.js";
import { isInstant, pgType, type PgType, type TimeUnit } from "../../src/model/postgres.js";
import { migrate } from "../../src/pipeline/migrate.js";
import { databaseForAll } from "../database.js";
import { makeSqlite } from "../fixture.js";
import { saying } from "../translate/mapping-of.js";
import { edges } from "./edge-values.js";
import { keptRows, rowsInFile } from "./kept-rows.js";

const database = databaseForAll();

const declared = fc.constantFrom(
  ...["", "INTEGER", "REAL", "NUMERIC", "TEXT", "BLOB", "VARCHAR(3)", "DECIMAL(4,1)", "BOOLEAN", "DATE"],
  ...["DATETIME", "TIME", "JSON", "UUID"],
);

const types: readonly PgType[] = [
  pgType("boolean"),
  pgType("smallint"),
  pgType("integer"),
  pgType("bigint"),
  pgType("real"),
  pgType("double precision"),
  pgType("numeric"),
  pgType("numeric", 4, 1),
  pgType("text"),
  pgType("character varying", 3),
  pgType("character", 2),
  pgType("bytea"),
  pgType("uuid"),
  pgType("json"),
  pgType("jsonb"),
  pgType("date"),
  pgType("time without time zone"),
  pgType("timestamp without time zone", 3),
  pgType("timestamp with time zone"),
];

const policy: fc.Arbitrary<PolicyRule> = fc.record(
  {
    nul: fc.constantFrom("strip", "replace"),
    invalidUtf8: fc.constant("replace"),
    outOfRange: fc.constant("null"),
    empty: fc.constant("null"),
    excess: fc.constantFrom("round", "truncate"),
    trueWords: fc.constant(["yes", "x"]),
    falseWords: fc.constant(["no"]),
    nullAs: fc.constantFrom("0", "x", ""),
  },
  { requiredKeys: [] },
);

/** Numbers have a unit wherever a rule makes a time: without one the plan would block. */
const rule: fc.Arbitrary<Partial<ColumnRule>> = fc
  .tuple(
    fc.constantFrom(...types),
    fc.constantFrom<TimeUnit>("seconds", "milliseconds", "microseconds", "nanoseconds", "julian", "webkit"),
    fc.constantFrom("hex", "base64", null, null, null),
    fc.oneof(fc.constant({}), policy),
  )
  .map(([type, unit, decode, rules]) => ({
    type,
    unit: isInstant(type) ? unit : null,
    decode: type.name === "bytea" ? decode : null,
    policy: rules,
  }));

const value = fc.oneof(
  fc.constantFrom(...edges),
  fc.integer({ min: -40_000, max: 2_000_000_000 }).map(String),
  fc.constantFrom("1", "0", "2.5", "12345.67", "1700000000000", "2460000.5", "NULL"),
  fc.constantFrom("'x'", "'12'", "'1.5'", "'yes'", "'t'", "'abcd  '", "'00ff'", "'AAE='", "'{\"a\": [1]}'"),
  fc.constantFrom("'2024-02-29'", "'2024-02-30'", "'2024-02-29 12:00:00.1234567'", "'25:00'", "'12:30'"),
  fc.constantFrom("'123e4567-e89b-12d3-a456-426614174000'", "randomblob(16)", "x'01'", "'\"\\u0000\"'"),
);

const table = fc
  .array(fc.record({ declared, notNull: fc.boolean(), rule: fc.option(rule) }), {
    minLength: 1,
    maxLength: 4,
  })
  .chain((columns) =>
    fc.record({
      columns: fc.constant(columns),
      withoutRowid: fc.boolean(),
      rows: fc.array(fc.tuple(...columns.map(() => value)), { maxLength: 25 }),
    }),
  );

const { RUNS: runs = "10", SEED: seed } = process.env;

test(
  "every row is loaded or rejected, as the plan says",
  { timeout: 60_000 + Number(runs) * 5_000 },
  async () => {
    let number = 0;
    await fc.assert(
      fc.asyncProperty(table, async ({ columns, withoutRowid, rows }) => {
        number += 1;
        const names = columns.map((_, at) => `c${at}`);
        const definitions = columns.map(
          (column, at) => `c${at} ${column.declared}${column.notNull ? " NOT NULL" : ""}`,
        );
        const inserts = rows.map((row, at) => `INSERT OR IGNORE INTO t VALUES (${[at, ...row].join(", ")});`);
        const file = makeSqlite(
          "random",
          `CREATE TABLE t (k INTEGER NOT NULL${withoutRowid ? "" : " UNIQUE"}, ${definitions.join(", ")}${
            withoutRowid ? ", PRIMARY KEY (k)) WITHOUT ROWID" : ")"
          }; ${inserts.join("\n")}`,
        );
        const says = columns.flatMap((column, at) =>
          column.rule === null ? [] : [[`t.c${at}`, column.rule]],
        );
        try {
          const outcome = await migrate(file.path, database.url, {
            environment: process.env,
            schema: `s${number}`,
            onReject: "quarantine",
            jobs: 1,
            mappings: [saying(Object.fromEntries(says) as Record<string, Partial<ColumnRule>>)],
          });
          // The validator says why it does not agree.
          expect(
            outcome.verdicts.filter(({ verdict }) => verdict === "different" || verdict === "unproven"),
          ).toEqual([]);
          expect(outcome.status).toBe("migrated");
          const inFile = rowsInFile(file.path, "t");
          const kept = await keptRows(database, outcome.run!, "t");
          const [loaded] = outcome.tables;
          const [planned] = outcome.plan.tables;

          const [there] = await database.query(`SELECT count(*) AS n FROM s${number}.t`);
          expect(Number(there?.["n"]) + kept.length).toBe(inFile.length);
          expect(loaded).toMatchObject({ copied: Number(there?.["n"]), rejected: kept.length });

          const byKey = new Map(inFile.map((row) => [row["k"], row]));
          for (const { row } of kept) expect(row).toEqual(byKey.get(row["k"]));
          const left = await database.query(`SELECT k FROM s${number}.t`);
          const keptKeys = kept.map(({ row }) => row["k"]?.replace("integer:", ""));
          expect(left.filter(({ k }) => keptKeys.includes(k ?? ""))).toEqual([]);

          expect(planned?.rejects.map(({ column, code }) => `${column} ${code}`).sort()).toEqual(
            kept.map(({ why }) => why).sort(),
          );
          expect(
            planned?.rejects.map(({ value: { at } }) => at.rowid ?? JSON.stringify(at.key)).sort(),
          ).toEqual(kept.map(({ place }) => place).sort());
          expect(outcome.verdicts.map(({ verdict }) => verdict)).toEqual([
            kept.length + (planned?.changes.length ?? 0) === 0 ? "identical" : "identical-under-policy",
          ]);
          expect(names).toEqual(planned?.columns.slice(1).map(({ source }) => source));
        } finally {
          file.remove();
        }
      }),
      { numRuns: Number(runs), ...(seed === undefined ? {} : { seed: Number(seed) }) },
    );
  },
);

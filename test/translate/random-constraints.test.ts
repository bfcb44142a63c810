/**
 * Random CHECKs and indexes: what is carried takes and refuses the same rows on both engines, one after the other. Of errors
 * PostgreSQL may have those of numbers too large alone, where SQLite goes on with a double.
 *
 * RUNS and SEED try more of them: `npm run fuzz:constraints`.
 */
import Database from "better-sqlite3";
import fc from "fast-check";
import { expect, test } from "vitest";
import { BothEngines } from "./both-engines.js";
import { tableOf } from "./plan-of.js";
import { alikeColumns, constraintArbitrary, tableSql, type RandomConstraint } from "./random-constraints.js";
import type { TestColumn } from "./sql/two-engines.js";

const runs = Number(process.env["RUNS"] ?? 24);
const seed = Number(process.env["SEED"] ?? 1);
/** Tables of one migration. */
const perFile = 60;
const rowsPerTable = 16;
/** Of the rows that are there before the migration, in tables with an index. */
const before = 6;

interface RandomTable extends RandomConstraint {
  readonly name: string;
}

/** All rows, and what each table has of them: a CHECK is not kept by those that are there already. */
function fileSql(columns: readonly TestColumn[], tables: readonly RandomTable[]): string {
  const rows = Array.from(
    { length: rowsPerTable },
    (_, row) => `(${[row + 1, ...columns.map(({ values }) => values[row]!)].join(", ")})`,
  );
  return [
    tableSql("v", columns),
    `INSERT INTO v VALUES ${rows.join(", ")}`,
    "PRAGMA ignore_check_constraints = ON",
    ...tables.flatMap(({ name, sql, kind }) => [
      sql.replaceAll("$t", name),
      `INSERT OR IGNORE INTO ${name} SELECT * FROM v${kind === "check" ? "" : ` WHERE id <= ${before}`}`,
    ]),
  ].join(";\n");
}

/** Those that SQLite takes, with these rows. */
function taken(columns: readonly TestColumn[], constraints: readonly RandomConstraint[]): RandomTable[] {
  return constraints
    .map((constraint, at) => ({ ...constraint, name: `t${at}` }))
    .filter((table) => {
      const database = new Database(":memory:");
      try {
        database.exec(fileSql(columns, [table]));
        return true;
      } catch {
        return false;
      } finally {
        database.close();
      }
    });
}

const isOverflow = (words: string): boolean => /out of range|overflow/.test(words);

/** Null: not carried, and said so. What PostgreSQL refused was carried until then. */
function carriedAs({ outcome }: BothEngines, { name, kind }: RandomTable): string | null {
  const { checks, indexes } = tableOf(outcome.plan, name);
  const refused = outcome.findings.find(
    (finding) =>
      (finding.kind === "piece-refused" || finding.kind === "key-not-made") && finding.at.table === name,
  );
  if (refused !== undefined && "message" in refused) return `refused: ${refused.message}`;
  const made = kind === "check" ? checks : indexes;
  return made.length === 0 ? null : JSON.stringify(made);
}

/** Fewer values may make another type of a column. */
const isOfTypes = ({ outcome: { plan } }: BothEngines, a: string, b: string): boolean => {
  const [one, other] = [a, b].map((name) =>
    tableOf(plan, name).columns.map(({ type, unit, declaredType }) => [type, unit, declaredType]),
  );
  return JSON.stringify(one) === JSON.stringify(other);
};

interface Tally {
  carried: number;
  rows: number;
  refused: number;
}

/** In words; null: none. */
async function differenceOf(
  engines: BothEngines,
  table: RandomTable,
  columns: readonly TestColumn[],
  tally: Tally,
): Promise<string | null> {
  const made = carriedAs(engines, table);
  if (made === null || !isOfTypes(engines, "v", table.name)) return null;
  const words = `${table.text}\n  ${made}`;
  if (made.startsWith("refused")) return isOverflow(made) ? null : words;
  tally.carried += 1;
  for (let id = 1; id <= rowsPerTable; id += 1) {
    const { sqlite, postgres } = await engines.copyRow("v", table.name, id, rowsPerTable);
    if (sqlite.startsWith("error") || isOverflow(postgres)) return null;
    tally.rows += 1;
    if (sqlite !== "taken") tally.refused += 1;
    if (sqlite !== postgres) {
      const row = columns.map(({ name, values }) => `${name} ${values[id - 1]!}`).join(", ");
      return `${words}\n  row ${id} (${row}): SQLite ${sqlite}, PostgreSQL ${postgres}`;
    }
  }
  return null;
}

test(`${runs} random CHECKs and indexes take and refuse the same rows on both engines, or are listed`, async () => {
  const tally: Tally = { carried: 0, rows: 0, refused: 0 };
  const differences: string[] = [];
  for (let file = 0; file * perFile < runs; file += 1) {
    const options = { seed: seed * 7919 + file };
    const [columns] = fc.sample(alikeColumns(rowsPerTable), { ...options, numRuns: 1 });
    const constraints = fc.sample(constraintArbitrary(columns!), {
      ...options,
      numRuns: Math.min(perFile, runs - file * perFile),
    });
    const tables = taken(columns!, constraints);
    const engines = await BothEngines.migrate(fileSql(columns!, tables));
    try {
      for (const table of tables) {
        const difference = await differenceOf(engines, table, columns!, tally);
        if (difference !== null) differences.push(difference);
      }
    } finally {
      await engines.end();
    }
  }
  if (process.env["RUNS"] !== undefined)
    // eslint-disable-next-line no-console -- a long run says what it did
    console.log(
      `seed ${seed}: ${runs} CHECKs and indexes, ${tally.carried} carried, ${tally.rows} rows, ${tally.refused} refused`,
    );
  expect(differences.slice(0, 20), `SEED=${seed} RUNS=${runs}`).toEqual([]);
  expect(tally.refused).toBeGreaterThan(0);
}, 3_600_000);

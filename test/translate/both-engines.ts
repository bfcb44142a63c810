/** Tables in SQLite, really migrated to PostgreSQL; then the same rows are put into both, and each says what it does. */
import Database from "better-sqlite3";
import pg from "pg";
import { quote } from "../../src/model/identifier.js";
import type { Mapping } from "../../src/model/mapping.js";
import { copiedColumns, type ColumnPlan } from "../../src/model/plan.js";
import { migrate } from "../../src/pipeline/migrate.js";
import type { MigrationOutcome } from "../../src/model/outcome.js";
import { createDatabase, type TestDatabase } from "../database.js";
import { makeSqlite, type SqliteFile } from "../fixture.js";
import { tableOf } from "./plan-of.js";

/** A number with a point is a REAL. */
export type Value = number | bigint | string | null | Uint8Array;
/** A value for every column that is not generated. */
export type Row = readonly Value[];

/** What an engine does with a row. */
export type Answer = "taken" | "check" | "unique" | "not null" | `error: ${string}`;

export class BothEngines {
  readonly outcome: MigrationOutcome;
  readonly target: TestDatabase;
  readonly #file: SqliteFile;
  readonly #source: Database.Database;

  private constructor(file: SqliteFile, target: TestDatabase, outcome: MigrationOutcome) {
    this.outcome = outcome;
    this.target = target;
    this.#file = file;
    this.#source = new Database(file.path).defaultSafeIntegers(true);
  }

  static async migrate(sql: string, mappings: readonly Mapping[] = []): Promise<BothEngines> {
    const file = makeSqlite("both", sql);
    const target = await createDatabase();
    const outcome = await migrate(file.path, target.url, { mappings, environment: process.env });
    if (outcome.status !== "migrated")
      throw new Error(`The migration is ${outcome.status}: ${JSON.stringify(outcome.findings)}`);
    return new BothEngines(file, target, outcome);
  }

  async end(): Promise<void> {
    this.#source.close();
    this.#file.remove();
    await this.target.drop();
  }

  /** Puts the row into both; what is taken stays. */
  async insert(table: string, row: Row): Promise<{ readonly sqlite: Answer; readonly postgres: Answer }> {
    const plan = tableOf(this.outcome.plan, table);
    const columns = copiedColumns(plan);
    const into = (name: string, names: readonly string[], values: readonly string[]): string =>
      `INSERT INTO ${quote(name)} (${names.map(quote).join(", ")}) VALUES (${values.join(", ")})`;
    const sqlite = into(
      table,
      columns.map(({ source }) => source),
      row.map(sqliteLiteral),
    );
    const postgres = into(
      plan.target,
      columns.map(({ target }) => target),
      row.map((value, index) => postgresLiteral(value, columns[index]!)),
    );
    return { sqlite: this.#ask(sqlite), postgres: await this.#askTarget(postgres) };
  }

  /**
   * Puts a row of one table into another of the same columns, on either side with the values that it has there; what is taken
   * stays.
   *
   * @param id of the row; the one that is put in has `distance` more
   */
  async copyRow(
    from: string,
    into: string,
    id: number,
    distance: number,
  ): Promise<{ readonly sqlite: Answer; readonly postgres: Answer }> {
    const [given, plan] = [tableOf(this.outcome.plan, from), tableOf(this.outcome.plan, into)];
    const insert = (of: "source" | "target"): string => {
      const values = copiedColumns(plan).map((column) =>
        column[of] === "id" ? `"id" + ${distance}` : quote(column[of]),
      );
      return `INSERT INTO ${quote(plan[of])} SELECT ${values.join(", ")} FROM ${quote(given[of])} WHERE "id" = ${id}`;
    };
    return { sqlite: this.#ask(insert("source")), postgres: await this.#askTarget(insert("target")) };
  }

  /** An expression in every row of both, in the order of `by`; all as PostgreSQL's text. */
  async values(
    table: string,
    sourceSql: string,
    targetSql: string,
    by = "rowid",
    targetBy = "1",
  ): Promise<{ readonly sqlite: readonly (string | null)[]; readonly postgres: readonly (string | null)[] }> {
    const plan = tableOf(this.outcome.plan, table);
    const sqlite = this.#source
      .prepare<[], string | null>(`SELECT CAST(${sourceSql} AS TEXT) FROM ${quote(table)} ORDER BY ${by}`)
      .pluck()
      .all();
    const postgres = await this.target.query(
      `SELECT (${targetSql})::text AS value FROM ${quote(plan.target)} ORDER BY ${targetBy}`,
    );
    return { sqlite, postgres: postgres.map(({ value }) => value ?? null) };
  }

  /** What SQLite answers to a query, as texts. */
  sourceRows(sql: string): readonly Readonly<Record<string, string | null>>[] {
    const rows = this.#source
      .prepare<[], Readonly<Record<string, string | number | bigint | null>>>(sql)
      .all();
    return rows.map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)]),
      ),
    );
  }

  #ask(sql: string): Answer {
    try {
      this.#source.exec(sql);
      return "taken";
    } catch (error) {
      const { code = "", message } = error as { code?: string; message: string };
      const kinds: Readonly<Record<string, Answer>> = {
        SQLITE_CONSTRAINT_CHECK: "check",
        SQLITE_CONSTRAINT_UNIQUE: "unique",
        SQLITE_CONSTRAINT_PRIMARYKEY: "unique",
        SQLITE_CONSTRAINT_NOTNULL: "not null",
      };
      return kinds[code] ?? `error: ${message}`;
    }
  }

  async #askTarget(sql: string): Promise<Answer> {
    try {
      await this.target.query(sql);
      return "taken";
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      const kinds: Readonly<Record<string, Answer>> = { 23514: "check", 23505: "unique", 23502: "not null" };
      return kinds[error.code ?? ""] ?? `error: ${error.message}`;
    }
  }
}

function sqliteLiteral(value: Value): string {
  if (value === null) return "NULL";
  if (typeof value === "string") return `'${value.replaceAll("'", "''")}'`;
  return value instanceof Uint8Array ? `x'${Buffer.from(value).toString("hex")}'` : String(value);
}

/** In quotes PostgreSQL takes it for the column's type: 1 is a boolean there, too. */
function postgresLiteral(value: Value, { unit, type }: ColumnPlan): string {
  if (value === null) return "NULL";
  if (value instanceof Uint8Array) return `'\\x${Buffer.from(value).toString("hex")}'`;
  if (unit !== null && typeof value !== "string" && type.name.startsWith("timestamp")) {
    const perSecond = { seconds: 1, milliseconds: 1000, microseconds: 1_000_000 }[unit as "seconds"];
    return `to_timestamp(${value} / ${perSecond}.0)`;
  }
  return `'${String(value).replaceAll("'", "''")}'`;
}

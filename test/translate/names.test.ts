import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { maximumNameBytes, quote } from "../../src/model/identifier.js";
import type { Plan } from "../../src/model/plan.js";
import { createTableSql } from "../../src/translate/statements/ddl.js";
import { sameName } from "../../src/model/identifier.js";
import { columnNames as namesOf, NameBook, nameChange, wish } from "../../src/translate/names.js";
import { databaseForAll } from "../database.js";
import { finishStatements } from "./finish-statements.js";
import { findingsOf, openMemory, planOf, planOfDatabase, tableOf } from "./plan-of.js";

const kept = (name: string) => wish(name, "keep");
const columnNames = (names: readonly string[]) => namesOf(names.map(kept));

const long = (length: number, character = "a"): string => character.repeat(length);

describe("NameBook", () => {
  test("keeps what fits and is free", () => {
    const book = new NameBook();
    const names = ["a", "A", "select", 'we"ird', " ", "日本", long(63), "a\nb", "🚀"];
    expect(names.map((name) => book.take(name))).toEqual(names);
  });

  test("cuts at 63 bytes, between characters", () => {
    expect(new NameBook().take(long(64))).toBe(long(63));
    expect(new NameBook().take(`${long(62)}é`)).toBe(long(62));
    expect(new NameBook().take(`${long(61)}é`)).toBe(`${long(61)}é`);
    expect(new NameBook().take(long(22, "日"))).toBe(long(21, "日"));
    expect(new NameBook().take(`${long(60)}🚀`)).toBe(long(60));
    expect(new NameBook().take(long(16, "🚀"))).toBe(long(15, "🚀"));
  });

  test("counts where a cut name is taken", () => {
    const book = new NameBook();
    expect([long(64), long(65), long(66)].map((name) => book.take(name))).toEqual([
      long(63),
      `${long(61)}_2`,
      `${long(61)}_3`,
    ]);
  });

  test("counts past names that look counted", () => {
    const book = new NameBook(["a", "a_2", "a_3"]);
    expect(book.take("a")).toBe("a_4");
  });

  test("gives two thousand equal names two thousand names", () => {
    const book = new NameBook();
    const names = Array.from({ length: 2_000 }, () => book.take(long(70, "é")));
    expect(new Set(names).size).toBe(2_000);
    expect(names.every((name) => Buffer.byteLength(name) <= maximumNameBytes)).toBe(true);
  });

  test("keeps an ending whole", () => {
    const book = new NameBook();
    expect(book.take("t", "_pkey")).toBe("t_pkey");
    expect(book.take("t", "_pkey")).toBe("t_pkey_2");
    expect(book.take(long(63), "_pkey")).toBe(`${long(58)}_pkey`);
    expect(book.take(long(62), "_pkey")).toBe(`${long(56)}_pkey_2`);
  });

  test("gives the empty name another", () => {
    expect(new NameBook().take("")).toBe("_");
    expect(new NameBook().takeAll(["", "_"].map(kept))).toEqual(["__2", "_"]);
  });

  test("lets names that can stay go first", () => {
    expect(new NameBook().takeAll([long(64), long(63)].map(kept))).toEqual([`${long(61)}_2`, long(63)]);
    expect(new NameBook().takeAll([long(64), long(65), `${long(61)}_2`].map(kept))).toEqual([
      long(63),
      `${long(61)}_3`,
      `${long(61)}_2`,
    ]);
  });
});

describe("columnNames", () => {
  test("renames what every table of PostgreSQL has", () => {
    expect(columnNames(["xmin", "ctid", "tableoid", "cmin", "cmax", "xmax"])).toEqual([
      "xmin_",
      "ctid_",
      "tableoid_",
      "cmin_",
      "cmax_",
      "xmax_",
    ]);
  });

  test("keeps what is no system column, or not any more", () => {
    const names = ["oid", "XMIN", "Ctid", "rowid", "xmin2", "_rowid_"];
    expect(columnNames(names)).toEqual(names);
  });

  test("does not take the name of another column", () => {
    expect(columnNames(["xmin", "xmin_"])).toEqual(["xmin__2", "xmin_"]);
    expect(columnNames(["xmin", "", "_", "xmin_", "a"])).toEqual(["xmin__2", "__2", "_", "xmin_", "a"]);
  });
});

describe("sameName", () => {
  test("folds ASCII letters only, as SQLite does", () => {
    expect(sameName("Abc", "aBC")).toBe(true);
    expect(sameName("É", "é")).toBe(false);
    expect(sameName("İ", "i")).toBe(false);
    expect(sameName("\u212a", "k")).toBe(false); // the Kelvin sign
    expect(sameName("a", "b")).toBe(false);
  });
});

describe("nameChange", () => {
  test.each([
    ["table", "a", "a", []],
    ["table", "", "_", ["empty"]],
    ["table", long(64), long(63), ["too-long"]],
    ["index", "i", "i_2", ["collision"]],
    ["column", "xmin", "xmin_", ["system-column"]],
    ["table", "xmin", "xmin_2", ["collision"]],
  ] as const)("of a %s from %j to %j: %j", (what, from, to, why) => {
    expect(
      nameChange("t", what, kept(from), to).map((each) =>
        each.kind === "name-changed" ? each.why : each.kind,
      ),
    ).toEqual(why);
  });
});

/** Every name that the plan gives in the schema. */
const relationsOf = (plan: Plan): readonly string[] =>
  plan.tables.flatMap((table) => [
    table.target,
    ...(table.primaryKey === null ? [] : [table.primaryKey.name]),
    ...table.uniques.map((key) => key.name),
    ...table.indexes.map((index) => index.name),
    ...table.columns.flatMap(({ identity }) => (identity === null ? [] : [identity.sequence])),
  ]);

const constraintsOf = (plan: Plan): readonly (readonly string[])[] =>
  plan.tables.map((table) => [
    ...(table.primaryKey === null ? [] : [table.primaryKey.name]),
    ...table.uniques.map((key) => key.name),
    ...table.foreignKeys.map((key) => key.name),
  ]);

describe("the names of a plan", () => {
  test("are people's own before ours", () => {
    const plan = planOf(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, a UNIQUE, b);
       CREATE TABLE u (id INTEGER PRIMARY KEY);
       CREATE INDEX t_pkey ON u (id); CREATE INDEX t_id_seq ON t (b); CREATE INDEX t_a_key ON u (id);
       CREATE TABLE u_pkey (id INTEGER)`,
    );
    expect(tableOf(plan, "t")).toMatchObject({
      primaryKey: { name: "t_pkey_2" },
      uniques: [{ name: "t_a_key_2" }],
      indexes: [{ name: "t_id_seq" }],
      columns: [{ identity: { sequence: "t_id_seq_2" } }, {}, {}],
    });
    expect(tableOf(plan, "u")).toMatchObject({
      target: "u",
      primaryKey: { name: "u_pkey_2" },
      indexes: [{ name: "t_pkey" }, { name: "t_a_key" }],
    });
    expect(findingsOf(plan, "name-changed")).toEqual([]);
  });

  test("change only where they must, and that is said", () => {
    const plan = planOf(
      `CREATE TABLE "${long(64)}" ("${long(65, "b")}", "${long(63, "b")}", xmin, "" INTEGER);
       CREATE TABLE "${long(63)}" (x); CREATE TABLE "" (y);
       CREATE INDEX "${long(64, "i")}" ON "" (y); CREATE INDEX "${long(63, "i")}" ON "" (y)`,
    );
    expect(
      findingsOf(plan, "name-changed").map(({ at, what, from, to, why }) => [at.table, what, from, to, why]),
    ).toEqual([
      [long(64), "table", long(64), `${long(61)}_2`, "too-long"],
      [long(64), "column", long(65, "b"), `${long(61, "b")}_2`, "too-long"],
      [long(64), "column", "xmin", "xmin_", "system-column"],
      [long(64), "column", "", "_", "empty"],
      ["", "table", "", "_", "empty"],
      ["", "index", long(64, "i"), `${long(61, "i")}_2`, "too-long"],
    ]);
  });

  test("of foreign keys keep clear of the table's other constraints", () => {
    const name = long(63);
    const plan = planOf(
      `CREATE TABLE "${name}" (id INTEGER PRIMARY KEY, a UNIQUE, b UNIQUE,
        c REFERENCES "${name}", d REFERENCES "${name}", e REFERENCES "${name}")`,
    );
    const [constraints = []] = constraintsOf(plan);
    expect(constraints).toHaveLength(6);
    expect(new Set(constraints).size).toBe(6);
  });
});

describe("random names", () => {
  const database = databaseForAll();

  /** Names that meet: long ones with one beginning, ours, reserved words, and anything. */
  const name = fc.oneof(
    fc.constantFrom(
      "",
      "a",
      "b",
      "xmin",
      "xmin_",
      "ctid",
      "a_pkey",
      "a_b_key",
      "a_a_seq",
      "a_b_fkey",
      "select",
      "user",
      "_",
      "_2",
      "a_2",
      "oid",
    ),
    fc
      .tuple(
        fc.constantFrom(long(60), long(30, "é"), long(15, "🚀"), long(57)),
        fc.string({ unit: fc.constantFrom("a", "_", "2", "é", "🚀"), maxLength: 6 }),
      )
      .map(([head, tail]) => head + tail),
    fc
      .tuple(fc.constantFrom(long(63), long(70)), fc.constantFrom("", "_pkey", "_2", "_b_fkey"))
      .map(([head, tail]) => head + tail),
    fc.string({ unit: "binary", maxLength: 30 }).filter((text) => !text.includes("\0")),
  );
  const lower = (text: string): string => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  const names = (least: number, most: number) =>
    fc.uniqueArray(name, { minLength: least, maxLength: most, selector: lower });

  /** Tables and indexes share their names in SQLite too. */
  const schema = fc.record({
    relations: names(2, 12),
    columns: fc.array(names(2, 5), { minLength: 12, maxLength: 12 }),
  });

  const sqlOf = ({
    relations,
    columns,
  }: {
    relations: readonly string[];
    columns: readonly (readonly string[])[];
  }): string => {
    const tables = relations.slice(0, Math.ceil(relations.length / 2));
    const indexes = relations.slice(tables.length);
    const statements = tables.map((table, index) => {
      const [first = "", second = "", ...more] = columns[index]!;
      const parent = `REFERENCES ${quote(table)} (${quote(first)})`;
      const rest = more.map((column) => `, ${quote(column)} INTEGER ${parent}`).join("");
      return `CREATE TABLE ${quote(table)} (${quote(first)} INTEGER PRIMARY KEY, ${quote(second)} INTEGER UNIQUE ${parent}${rest})`;
    });
    const made = indexes.map((index, at) => {
      const table = at % tables.length;
      return `CREATE INDEX ${quote(index)} ON ${quote(tables[table]!)} (${quote(columns[table]![0]!)})`;
    });
    return [...statements, ...made].join(";");
  };

  const isUsable = (sql: string): boolean => {
    try {
      openMemory(sql).close();
      return true;
    } catch {
      // sqlite_ is SQLite's own.
      return false;
    }
  };

  test("stay where they can, are all different, fit, and PostgreSQL takes them as they are", async () => {
    await fc.assert(
      fc.asyncProperty(schema.map(sqlOf).filter(isUsable), async (sql) => {
        const memory = openMemory(sql);
        const plan = planOfDatabase(memory);
        memory.close();
        const columns = plan.tables.map((table) => table.columns.map((column) => column.target));
        for (const space of [relationsOf(plan), ...constraintsOf(plan), ...columns]) {
          expect(new Set(space).size).toBe(space.length);
          for (const each of space) {
            expect(Buffer.byteLength(each)).toBeLessThanOrEqual(maximumNameBytes);
            expect(Buffer.from(each).toString()).toBe(each);
            expect(each).not.toBe("");
          }
        }
        for (const { what, from, why } of findingsOf(plan, "name-changed")) {
          const fits = from !== "" && Buffer.byteLength(from) <= maximumNameBytes;
          expect([what, fits && why !== "system-column"]).toEqual([what, false]);
        }
        await runAndReadBack(plan);
      }),
      { numRuns: 25 },
    );
  });

  /** Makes everything and compares PostgreSQL's own names with the plan's. */
  const runAndReadBack = async (plan: Plan): Promise<void> => {
    await database.query("DROP SCHEMA IF EXISTS names CASCADE");
    await database.query("CREATE SCHEMA names");
    for (const table of plan.tables) await database.query(createTableSql("names", table));
    for (const sql of finishStatements("names", plan)) await database.query(sql);
    const rows = await database.query(
      "SELECT relname AS name FROM pg_class WHERE relnamespace = 'names'::regnamespace AND relkind IN ('r', 'i', 'S')",
    );
    expect(rows.map((row) => row["name"]).sort()).toEqual([...relationsOf(plan)].sort());
    const keys = await database.query(
      "SELECT conname AS name FROM pg_constraint WHERE connamespace = 'names'::regnamespace AND contype IN ('p', 'u', 'f')",
    );
    expect(keys.map((row) => row["name"]).sort()).toEqual([...constraintsOf(plan).flat()].sort());
  };
});

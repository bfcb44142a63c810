/**
 * fixtures/orm-NAME/target.sql: the schema that Prisma, Django and Rails make on PostgreSQL of the models whose SQLite file stands
 * beside it. It takes the rows, put there by hand, and goes on numbering; validate finds them identical.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { builtInMappings } from "../../src/mapping/built-in.js";
import { parseMapping } from "../../src/mapping/read.js";
import { validate } from "../../src/pipeline/validate.js";
import { databaseForAll, databaseForEach, type TestDatabase } from "../database.js";
import { fixturesFolder, fixtureSql, makeSqlite, type SqliteFile } from "../fixture.js";
import { loadByHand } from "./load.js";
import { columnOf, runSqlFile, valueOf, withSourceFile } from "./system.js";

const sqlOf = (name: string, file: string): string => readFileSync(join(fixturesFolder, name, file), "utf8");

interface Case {
  readonly name: string;
  /** Tables whose rows in the target are its own. */
  readonly ownRows: readonly string[];
  readonly exceptColumns: readonly string[];
  readonly mapping: string;
  /** What has to be changed in the schema before it takes the rows. */
  readonly mend: { readonly because: string; readonly sql: string } | null;
  readonly nextSteps: (database: TestDatabase) => Promise<void>;
}

const prisma: Case = {
  name: "orm-prisma",
  ownRows: ["_prisma_migrations"],
  exceptColumns: [],
  mapping: "tables: {}",
  mend: null,
  nextSteps: async (database) => {
    expect(await columnOf(database, `SELECT role::text FROM "User" ORDER BY id`)).toEqual([
      "ADMIN",
      "USER",
      "USER",
      "USER",
      "USER",
    ]);
    expect(await valueOf(database, `SELECT id FROM "User" WHERE email = 'ALICE@prisma.io'`)).toBe("1");
    expect(
      await valueOf(
        database,
        `INSERT INTO "User" (email, "updatedAt") VALUES ('new@prisma.io', now()) RETURNING id`,
      ),
    ).toBe("6");
    await expect(database.query(`DELETE FROM "User" WHERE id = 1`)).rejects.toThrow("Profile_userId_fkey");
  },
};

const django: Case = {
  name: "orm-django",
  ownRows: [],
  // A number of microseconds there, an interval here.
  exceptColumns: ["shop_order.spent"],
  mapping:
    "tables: { shop_order: { columns: { spent: { skip: true }, data: { convert: json }, extra: { convert: json } } } }",
  mend: {
    because: 'value "4294967295" is out of range for type integer',
    sql: "ALTER TABLE shop_order ALTER COLUMN stock TYPE bigint",
  },
  nextSteps: async (database) => {
    expect(await valueOf(database, "INSERT INTO auth_group (name) VALUES ('New') RETURNING id")).toBe("2");
    // Django adds both and lets COMMIT check.
    await database.query("BEGIN");
    await database.query("INSERT INTO shop_team (name, captain_id) VALUES ('Greens', 4)");
    await database.query("INSERT INTO shop_player (name, team_id) VALUES ('Bo', 3)");
    await database.query("COMMIT");
    await database.query("BEGIN");
    await database.query("DELETE FROM shop_team WHERE id = 3");
    await expect(database.query("COMMIT")).rejects.toThrow("shop_player_team_id_1b2a3948_fk_shop_team_id");
  },
};

const rails: Case = {
  name: "orm-rails",
  ownRows: [],
  exceptColumns: [],
  // Times of day have a date before them in SQLite, which PostgreSQL's cast drops and validate does not know of.
  mapping: `tables:
  visits: { columns: { tags: { type: "text[]" }, ip: { type: inet } } }
  products: { columns: { opens_at: { skip: true }, closes_at: { skip: true } } }`,
  mend: null,
  nextSteps: async (database) => {
    expect(
      await columnOf(database, "SELECT id FROM visits WHERE tags @> ARRAY['with, comma']::varchar[]"),
    ).toEqual(["1"]);
    expect(await valueOf(database, "SELECT state::text FROM visits WHERE email = 'ADA@example.org'")).toBe(
      "seen",
    );
    expect(
      await valueOf(
        database,
        "INSERT INTO visits (email, created_at) VALUES ('x@example.org', now()) RETURNING id || ' ' || state::text",
      ),
    ).toBe("8 new");
    expect(await valueOf(database, "INSERT INTO notes (title) VALUES ('new') RETURNING id")).toBe("3");
    expect(await columnOf(database, "SELECT opens_at FROM products ORDER BY id")).toEqual([
      "08:30:00",
      "23:59:59",
    ]);
    expect(await valueOf(database, "INSERT INTO tokens DEFAULT VALUES RETURNING length(id::text)")).toBe(
      "36",
    );
  },
};

describe.each([prisma, django, rails].map((each) => [each.name, each] as const))(
  "%s",
  (name, { ownRows, exceptColumns, mapping, mend, nextSteps }) => {
    let source: SqliteFile;
    beforeAll(() => {
      source = makeSqlite(name, fixtureSql(name));
    });
    afterAll(() => source.remove());

    const database = databaseForAll();
    const load = (): Promise<void> =>
      withSourceFile(source.path, (file) => loadByHand(database, file, { except: ownRows, exceptColumns }));

    test("its schema is made, statement by statement", () => runSqlFile(database, sqlOf(name, "target.sql")));

    if (mend !== null)
      test("it refuses a value that SQLite took, until a column is mended", async () => {
        await expect(load()).rejects.toThrow(mend.because);
        await database.query(mend.sql);
      });

    test("it takes every row, and validate finds them identical", async () => {
      await load();
      const { verdicts } = await validate(source.path, database.url, {
        mappings: [parseMapping(`version: 1\n${mapping}`, "own.yaml")],
        builtIns: builtInMappings(),
        exclude: ownRows,
        environment: process.env,
      });
      expect(verdicts.filter(({ verdict, asked }) => verdict !== "identical" && !asked)).toEqual([]);
    });

    test("the application goes on", () => nextSteps(database));
  },
);

describe.each(["orm-django", "orm-rails"])("%s", (name) => {
  const database = databaseForEach();
  test("its own rows go into its own schema", async () => {
    await runSqlFile(database, sqlOf(name, "target.sql"));
    await runSqlFile(database, sqlOf(name, "seeded.sql"));
  });
});

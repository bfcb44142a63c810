/**
 * fixtures/orm-NAME/target.sql: the schema that Prisma, Django and Rails make on PostgreSQL of the models whose SQLite file stands
 * beside it. The rows move into it, as its owner and as a superuser; nothing of it is different afterwards, and the application goes on.
 */
import { randomBytes } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrationExitCode } from "../../src/cli/exit-code.js";
import { builtInMappings } from "../../src/mapping/built-in.js";
import { migrate, type MigrateOptions } from "../../src/pipeline/migrate.js";
import { undo } from "../../src/pipeline/undo.js";
import { catalogLines } from "../catalogs.js";
import { databaseForAll, databaseForEach, databaseUrl, onServer, type TestDatabase } from "../database.js";
import { fixturesFolder, fixtureSql, makeSqlite, type SqliteFile } from "../fixture.js";
import { columnOf, differing, runSqlFile, valueOf } from "./system.js";

const sqlOf = (name: string, file: string): string => readFileSync(join(fixturesFolder, name, file), "utf8");

interface Case {
  readonly name: string;
  /** How it ends as the schema is; `kind table.column`. */
  readonly blockedBy: readonly string[];
  /** What has to be done so that the schema takes the rows, and to have it as the application wants it. */
  readonly scripts: { readonly before: string; readonly after: string } | null;
  readonly nextSteps: (database: TestDatabase) => Promise<void>;
}

const prisma: Case = {
  name: "orm-prisma",
  blockedBy: [],
  scripts: null,
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
  // A number of microseconds there, an interval here; a number that only SQLite took.
  blockedBy: ["target-unsuited shop_order", "value-misfit shop_order.stock"],
  scripts: {
    before: `ALTER TABLE shop_order ALTER COLUMN stock TYPE bigint, ALTER COLUMN spent TYPE bigint USING NULL;`,
    after: `ALTER TABLE shop_order ALTER COLUMN spent TYPE interval USING spent * interval '1 microsecond';`,
  },
  nextSteps: async (database) => {
    expect(
      await columnOf(database, "SELECT extract(epoch FROM spent)::text FROM shop_order ORDER BY spent"),
    ).toEqual(["-0.000001", "90061.000001", null]);
    expect(await valueOf(database, "SELECT data->>'b' FROM shop_order WHERE slug = 'first-order'")).toBe(
      "😀",
    );
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
  // Rails writes a time of day behind a date into SQLite.
  blockedBy: ["value-misfit products.opens_at"],
  scripts: {
    before: `ALTER TABLE products ALTER COLUMN opens_at TYPE timestamp(6) USING NULL, ALTER COLUMN closes_at TYPE timestamp(6) USING NULL;`,
    after: `ALTER TABLE products ALTER COLUMN opens_at TYPE time, ALTER COLUMN closes_at TYPE time(6);`,
  },
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
  (name, { blockedBy, scripts, nextSteps }) => {
    let source: SqliteFile;
    let folder: string;
    let steps: MigrateOptions = {};
    beforeAll(() => {
      source = makeSqlite(name, fixtureSql(name));
      folder = mkdtempSync(join(tmpdir(), "sqlift-test-"));
      if (scripts === null) return;
      const [before, after] = (["before", "after"] as const).map((phase) => {
        const path = join(folder, `${phase}.sql`);
        writeFileSync(path, scripts[phase]);
        return [path];
      });
      steps = { before, after };
    });
    afterAll(() => {
      source.remove();
      rmSync(folder, { recursive: true });
    });

    describe.each(["a superuser", "the owner"])("as %s", (who) => {
      const database = databaseForAll();
      const owner = `sqlift_owner_${randomBytes(4).toString("hex")}`;
      let url: string;
      let catalogs: readonly string[];
      beforeAll(async () => {
        url = database.url;
        if (who === "the owner") {
          await onServer(`CREATE ROLE ${owner} LOGIN PASSWORD 'x'`);
          await onServer(`ALTER DATABASE ${database.name} OWNER TO ${owner}`);
          url = databaseUrl(database.name, `${owner}:x`);
          await database.query(`GRANT CREATE ON SCHEMA public TO ${owner}; SET ROLE ${owner}`);
        }
        await runSqlFile(database, sqlOf(name, "target.sql"));
        catalogs = await catalogLines(database);
      });
      afterAll(async () => {
        await database.drop();
        await onServer(`DROP ROLE IF EXISTS ${owner}`);
      });

      const move = (options: MigrateOptions = {}) =>
        migrate(source.path, url, {
          builtIns: builtInMappings(),
          intoExisting: true,
          environment: process.env,
          ...options,
        });

      const movesIn = async (): Promise<void> => {
        const outcome = await move(steps);
        expect(outcome.findings.filter(({ kind }) => kind !== "mapping-recognised")).toEqual([]);
        expect(outcome.verdicts.filter(({ verdict }) => verdict !== "identical")).toEqual([]);
        expect(migrationExitCode(outcome, false)).toBe(0);
        expect(outcome.plan.existing?.quiet).toBe(who === "the owner" ? "set-aside" : "replica");
      };

      if (blockedBy.length > 0)
        test("what its columns do not take is told, and nothing is written", async () => {
          const { status, findings } = await move();
          expect(status).toBe("blocked");
          expect(
            findings
              .filter(({ kind }) => kind !== "mapping-recognised")
              .map(({ kind, at }) => `${kind} ${at.table ?? ""}${"column" in at ? `.${at.column}` : ""}`),
          ).toEqual(blockedBy);
          expect(differing(await catalogLines(database), catalogs)).toEqual([]);
        });

      if (scripts === null)
        test("moves in, and goes again by undo", async () => {
          await movesIn();
          expect(differing(await catalogLines(database), catalogs)).toEqual([]);
          expect(await undo(url, null, { environment: process.env })).toMatchObject({ status: "undone" });
          expect(differing(await catalogLines(database), catalogs)).toEqual([]);
        });

      test("moves in, identical, and the schema is as it was", async () => {
        if (scripts !== null) {
          await database.query("BEGIN");
          for (const sql of Object.values(scripts)) await database.query(sql);
          catalogs = await catalogLines(database);
          await database.query("ROLLBACK");
        }
        await movesIn();
        expect(differing(await catalogLines(database), catalogs)).toEqual([]);
      });

      test("the application goes on", () => nextSteps(database));
    });
  },
);

describe.each(["orm-django", "orm-rails"])("%s", (name) => {
  const database = databaseForEach();
  test("its own rows go into its own schema", async () => {
    await runSqlFile(database, sqlOf(name, "target.sql"));
    await runSqlFile(database, sqlOf(name, "seeded.sql"));
  });
});

/** Names that people gave to constraints, asked of PostgreSQL's own catalogs after a migration. */
import { expect, test } from "vitest";
import type { Mapping } from "../../src/model/mapping.js";
import { migrate } from "../../src/pipeline/migrate.js";
import { createDatabase } from "../database.js";
import { makeSqlite } from "../fixture.js";
import { mappingOf } from "../translate/mapping-of.js";

/** Names of the constraints and unique indexes there: kind, table, name, columns, in no order of ours. */
async function namesAfter(sql: string, mappings: readonly Mapping[] = []) {
  const postgres = await createDatabase();
  const source = makeSqlite("names", sql);
  try {
    const outcome = await migrate(source.path, postgres.url, { mappings, environment: process.env });
    expect(outcome.status).toBe("migrated");
    expect(outcome.notCarried).toEqual([]);
    const rows = await postgres.query(
      `SELECT conrelid::regclass::text || ' ' || contype::text || ' ' || conname || ' ' || coalesce(string_agg(attname, ',' ORDER BY at), '') AS line
         FROM pg_constraint LEFT JOIN LATERAL unnest(conkey) WITH ORDINALITY AS k (num, at) ON true
              LEFT JOIN pg_attribute ON attrelid = conrelid AND attnum = num
        WHERE connamespace = 'public'::regnamespace AND contype <> 'n' GROUP BY conrelid, contype, conname
       UNION ALL
       SELECT indrelid::regclass::text || ' i ' || indexrelid::regclass::text || ' ' || pg_get_expr(indexprs, indrelid)
         FROM pg_index WHERE indexprs IS NOT NULL AND indrelid::regclass::text IN (SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace)`,
    );
    const changes = outcome.findings.flatMap((finding) =>
      finding.kind === "name-changed" ? [`${finding.what} ${finding.from} -> ${finding.to}`] : [],
    );
    return { lines: rows.map((row) => row["line"]).sort(), changes };
  } finally {
    source.remove();
    await postgres.drop();
  }
}

test("names of keys, unique constraints, foreign keys and checks stay", async () => {
  const { lines, changes } = await namesAfter(
    `CREATE TABLE team (id INTEGER CONSTRAINT pk_team PRIMARY KEY, name TEXT NOT NULL CONSTRAINT uq_name UNIQUE);
     CREATE TABLE person (a TEXT NOT NULL, b TEXT NOT NULL CONSTRAINT "b is a Name" REFERENCES team (name), c TEXT, d TEXT COLLATE NOCASE,
       CONSTRAINT [PK Person] PRIMARY KEY (b, a), CONSTRAINT 'uq c' UNIQUE ("c"), CONSTRAINT uq_d UNIQUE (d), UNIQUE (a),
       CONSTRAINT uq_cd UNIQUE (c, d COLLATE BINARY), CONSTRAINT fk_c FOREIGN KEY (c) REFERENCES team (name), CONSTRAINT is_c CHECK (c <> ''))
       WITHOUT ROWID;
     INSERT INTO team VALUES (1, 'x'); INSERT INTO person VALUES ('a', 'x', 'x', 'D');`,
  );
  expect(changes).toEqual([]);
  expect(lines).toEqual([
    "person c is_c c",
    "person f b is a Name b",
    "person f fk_c c",
    'person i uq_d lower((d COLLATE "C"))',
    "person p PK Person b,a",
    "person u person_a_key a",
    "person u uq c c",
    "person u uq_cd c,d",
    "team p pk_team id",
    "team u uq_name name",
  ]);
});

test("names that cannot be are changed, and each change is listed", async () => {
  const long = "é".repeat(40);
  const { lines, changes } = await namesAfter(
    `CREATE TABLE t (a INTEGER, b INTEGER, CONSTRAINT u UNIQUE (a), CONSTRAINT t UNIQUE (b), CONSTRAINT ${long} UNIQUE (a, b));
     CREATE TABLE s (a INTEGER, b INTEGER, CONSTRAINT u UNIQUE (a), CONSTRAINT u CHECK (a > 0), CONSTRAINT x FOREIGN KEY (a) REFERENCES t (a),
       CONSTRAINT x FOREIGN KEY (b) REFERENCES t (b), CONSTRAINT "" FOREIGN KEY (b) REFERENCES t (a));`,
  );
  expect(changes).toEqual([
    "constraint t -> t_2",
    `constraint ${long} -> ${"é".repeat(31)}`,
    "constraint u -> u_2",
    "constraint x -> x_2",
    "constraint  -> _",
  ]);
  expect(lines).toEqual([
    "s c u a",
    "s f _ b",
    "s f x a",
    "s f x_2 b",
    "s u u_2 a",
    "t u t_2 b",
    "t u u a",
    `t u ${"é".repeat(31)} a,b`,
  ]);
});

test("names that we make give way to those that people gave", async () => {
  const { lines, changes } = await namesAfter(
    `CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT UNIQUE, c TEXT REFERENCES t (b), d TEXT REFERENCES t (b), CONSTRAINT t_c_fkey CHECK (c <> 'x'));
     CREATE TABLE s (a TEXT CONSTRAINT t_pkey UNIQUE, b TEXT CONSTRAINT t_b_key UNIQUE, CHECK (a <> ''), CONSTRAINT s_check FOREIGN KEY (a) REFERENCES t (b))`,
  );
  expect(changes).toEqual([]);
  expect(lines).toEqual([
    "s c s_check_2 a",
    "s f s_check a",
    "s u t_b_key b",
    "s u t_pkey a",
    "t c t_c_fkey c",
    "t f t_c_fkey_2 c",
    "t f t_d_fkey d",
    "t p t_pkey_2 a",
    "t u t_b_key_2 b",
  ]);
});

test("names that PostgreSQL gives to NOT NULL give way, too", async () => {
  const { lines } = await namesAfter(
    `CREATE TABLE t (a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER NOT NULL, d INTEGER NOT NULL, CONSTRAINT t_a_not_null UNIQUE (a),
       CONSTRAINT t_b_not_null CHECK (b > 0), CONSTRAINT t_c_not_null FOREIGN KEY (c) REFERENCES t (a))`,
  );
  expect(lines).toEqual(["t c t_b_not_null b", "t f t_c_not_null c", "t u t_a_not_null a"]);
});

test("names are spelled in the style that a mapping asks for", async () => {
  const { lines, changes } = await namesAfter(
    `CREATE TABLE Team (TeamId INTEGER CONSTRAINT PK_Team PRIMARY KEY, Name TEXT CONSTRAINT UQTeamName UNIQUE);
     CREATE TABLE uq_team_name (Name TEXT, CONSTRAINT "FK Name" FOREIGN KEY (Name) REFERENCES Team (Name))`,
    [mappingOf({ names: "snake" })],
  );
  // The table has this name by itself.
  expect(changes).toEqual(["constraint UQTeamName -> uq_team_name_2"]);
  expect(lines).toEqual([
    "team p pk_team team_id",
    "team u uq_team_name_2 name",
    "uq_team_name f fk_name name",
  ]);
});

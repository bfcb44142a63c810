/** Columns that compare without case by themselves, in a server: what they are made of, and that SQLite and PostgreSQL say the same of them. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import type { Mapping } from "../../../src/model/mapping.js";
import { migrate } from "../../../src/pipeline/migrate.js";
import { createDatabase, databaseForEach, databaseUrl, onServer, type TestDatabase } from "../../database.js";
import { makeSqlite } from "../../fixture.js";
import { BothEngines, type Row } from "../../translate/both-engines.js";
import { mappingOf, rule } from "../../translate/mapping-of.js";
import { tableOf } from "../../translate/plan-of.js";

const by = (nocase: "index" | "citext" | "icu"): Mapping => mappingOf({ values: rule("*", { nocase }) });

const kinds = ["citext", "icu"] as const;

describe("in the target", () => {
  const database = databaseForEach();
  const sql = "CREATE TABLE t (c TEXT COLLATE NOCASE UNIQUE); INSERT INTO t VALUES ('Bob')";
  const run = async (as: "citext" | "icu", schema = "public", from = sql) => {
    const file = makeSqlite("caseless", from);
    try {
      return await migrate(file.path, database.url, { mappings: [by(as)], schema, environment: process.env });
    } finally {
      file.remove();
    }
  };
  const found = async (name: string, schema = "public"): Promise<number> =>
    (await database.query(`SELECT 1 FROM ${schema}.${name} WHERE c = 'bOB'`)).length;

  test("the extension is used where it is, and the tables need it on the search path", async () => {
    await database.query(`CREATE SCHEMA "Other one"; CREATE EXTENSION citext WITH SCHEMA "Other one"`);
    const outcome = await run("citext");
    expect([outcome.status, outcome.verdicts.map(({ verdict }) => verdict)]).toEqual([
      "migrated",
      ["identical"],
    ]);
    await database.query(`SET search_path TO public, "Other one"`);
    expect(await found("t")).toBe(1);
  });

  test("the extension stays where a run is refused, and serves the next", async () => {
    const taken = `${sql}; CREATE TABLE u (c TEXT COLLATE NOCASE)`;
    await database.query("CREATE TABLE u (c INT)");
    expect((await run("citext", "public", taken)).status).toBe("blocked");
    expect((await run("citext", "one")).status).toBe("migrated");
    expect((await run("citext", "two")).status).toBe("migrated");
    expect(await found("t", "two")).toBe(1);
  });

  test("the collation goes with the tables, and is used again where it is", async () => {
    expect((await run("icu", "one")).status).toBe("migrated");
    const again = await run("icu", "one", sql.replaceAll(" t ", " u "));
    expect([again.status, again.verdicts.map(({ verdict }) => verdict)]).toEqual(["migrated", ["identical"]]);
    expect([await found("t", "one"), await found("u", "one")]).toEqual([1, 1]);
    const rows = await database.query(
      "SELECT collnamespace::regnamespace::text AS schema FROM pg_collation WHERE collname = 'nocase'",
    );
    expect(rows).toEqual([{ schema: "one" }]);
  });

  test("a collation of that name and another kind is in the way", async () => {
    await database.query(`CREATE COLLATION nocase FROM "C"`);
    const outcome = await run("icu");
    expect(outcome.status).toBe("blocked");
    expect(outcome.findings).toContainEqual(
      expect.objectContaining({ kind: "name-taken", name: "nocase", what: "collation" }),
    );
  });

  test("without the schema that it would go into, the extension is asked for", async () => {
    await database.query("DROP SCHEMA public; CREATE SCHEMA mine");
    const outcome = await run("citext", "mine");
    expect([outcome.status, outcome.findings.map(({ kind }) => kind)]).toEqual([
      "blocked",
      ["nocase-unavailable"],
    ]);
    await database.query("CREATE EXTENSION citext WITH SCHEMA mine");
    expect((await run("citext", "mine")).status).toBe("migrated");
  });

  test("a role that may make schemas may install it, as it is trusted", async () => {
    const role = `${database.name}_role`;
    await database.query(
      `CREATE ROLE ${role} LOGIN PASSWORD 'p'; GRANT CREATE ON DATABASE ${database.name} TO ${role}`,
    );
    const file = makeSqlite("caseless", sql);
    try {
      const url = databaseUrl(database.name, `${role}:p`);
      const options = { mappings: [by("citext")], schema: "own", environment: process.env };
      expect((await migrate(file.path, url, options)).status).toBe("migrated");
    } finally {
      file.remove();
      await database.query(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`);
    }
  });

  test("a database whose locale has another small letter for I is refused citext", async ({ skip }) => {
    skip(inject("serverMajor") < 15, "a database has a locale of ICU from PostgreSQL 15 on");
    const [row] = await database.query("SELECT 'x' COLLATE \"tr-x-icu\" AS x");
    expect(row).toEqual({ x: "x" });
    const name = `${database.name}_tr`;
    await onServer(
      `CREATE DATABASE ${name} ENCODING 'UTF8' TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'tr' LC_COLLATE 'C' LC_CTYPE 'C'`,
    );
    const file = makeSqlite("caseless", sql);
    try {
      const outcome = await migrate(file.path, databaseUrl(name), {
        mappings: [by("citext")],
        environment: process.env,
      });
      const finding = outcome.findings.find(({ kind }) => kind === "nocase-unavailable");
      // citext asks lower() by the database's own locale, which is that of libc before PostgreSQL 17.
      if (finding === undefined)
        expect(outcome.verdicts.map(({ verdict }) => verdict)).toEqual(["identical"]);
      else
        expect([outcome.status, finding]).toEqual([
          "blocked",
          expect.objectContaining({ wanted: "citext", sql: null }),
        ]);
    } finally {
      file.remove();
      await onServer(`DROP DATABASE ${name} WITH (FORCE)`);
    }
  });
});

describe.each(kinds)("both engines agree under %s", (as) => {
  let both: BothEngines;
  beforeAll(async () => {
    both = await BothEngines.migrate(
      `CREATE TABLE t (id INTEGER PRIMARY KEY, c TEXT COLLATE NOCASE, d TEXT COLLATE NOCASE UNIQUE, e TEXT, CHECK (c <> 'ADMIN'), CHECK (d COLLATE BINARY <> 'x'));
       CREATE INDEX t_c ON t (c); CREATE INDEX t_b ON t (c COLLATE BINARY); CREATE UNIQUE INDEX t_p ON t (c, e) WHERE c > 'm';
       CREATE TABLE k (c TEXT COLLATE NOCASE REFERENCES t (d));
       CREATE VIEW same AS SELECT id FROM t WHERE c = 'BOB' OR c = 'É';
       CREATE VIEW bytes AS SELECT id FROM t WHERE c = 'BOB' COLLATE BINARY OR c COLLATE BINARY = 'É';
       CREATE VIEW listed AS SELECT id FROM t WHERE c IN ('bOb', 'É') AND c NOT IN ('x');
       CREATE VIEW between_ AS SELECT id FROM t WHERE c BETWEEN 'B' AND 'c';
       CREATE VIEW sorted AS SELECT id FROM t ORDER BY c, id;
       CREATE VIEW joined AS SELECT a.id AS id FROM t a JOIN t b USING (c) WHERE a.id < b.id;
       CREATE TABLE w (id INTEGER PRIMARY KEY, l TEXT COLLATE NOCASE);
       INSERT INTO w (l) VALUES ('Bob'), ('bob'), ('É'), ('cab');
       CREATE VIEW likes AS SELECT id FROM w WHERE l LIKE 'B%' OR l LIKE 'é' OR l GLOB 'c*';
       CREATE VIEW least_ AS SELECT min(c COLLATE BINARY) AS low, max(c COLLATE BINARY) AS high, count(DISTINCT c COLLATE BINARY) AS n FROM t;
       CREATE VIEW texts AS SELECT id, c || '!' AS a, length(c) AS b, upper(c) AS u, substr(c, 1, 2) AS s, replace(c, 'b', '_') AS r, instr(c, 'b') AS i FROM t;
       CREATE VIEW cases AS SELECT id, CASE c WHEN 'bob' THEN 1 ELSE 0 END AS a, c = d AS b, nullif(c, 'BOB') AS n FROM t;
       CREATE VIEW over_view AS SELECT s.id FROM (SELECT id, c FROM t) AS s WHERE s.c = 'bOb';
       CREATE VIEW grouped AS SELECT count(*) AS n FROM t GROUP BY c ORDER BY n;
       CREATE TRIGGER t_note AFTER INSERT ON k WHEN NEW.c = 'BOB' BEGIN UPDATE t SET e = NEW.c WHERE d = NEW.c; END;
       INSERT INTO t (c, d) VALUES ('Bob', 'bob'), ('bob', 'B'), ('É', 'q'), ('é', 'r'), ('BOB!', 's'), ('', 't'), (NULL, NULL), ('cab', 'C'), ('C', 'w');
       INSERT INTO k VALUES ('BOB')`,
      [by(as)],
    );
  });
  afterAll(async () => {
    await both.end();
  });

  test("on every view, each carried", async () => {
    const { views, notCarried } = both.outcome.plan;
    expect(notCarried).toEqual([]);
    for (const view of views) {
      const columns = view.columns.map((name) => `"${name}"`);
      const list = columns.join(", ");
      const sqlite = both.sourceRows(`SELECT ${list} FROM "${view.source}"`);
      const postgres = await both.target.query(
        `SELECT ${columns.map((name) => `(${name})::text AS ${name}`).join(", ")} FROM "${view.target}"`,
      );
      const words = (rows: readonly Readonly<Record<string, string | null>>[]): readonly string[] =>
        rows.map((row) => JSON.stringify(Object.values(row).map(said)));
      const inOrder = view.source === "sorted";
      const order = (all: readonly string[]) => (inOrder ? all : [...all].sort());
      expect([view.source, order(words(postgres))]).toEqual([view.source, order(words(sqlite))]);
    }
    expect(views.length).toBe(12);
  });

  test("on rows put in", async () => {
    const rows: readonly Row[] = [
      [101, "aDMIN", "n1", null],
      [102, "Ñ", "n1", null],
      [103, "y", "N1", null],
      [104, "y", "x", null],
      [105, "y", "X", "p"],
      [106, "Y", "n2", "p"],
      [107, "Y", "n3", "P"],
    ];
    for (const row of rows) {
      const answers = await both.insert("t", row);
      expect([row, answers.postgres]).toEqual([row, answers.sqlite]);
    }
    // The trigger looks for its row as SQLite does.
    expect(await both.insert("k", ["boB"])).toEqual({ sqlite: "taken", postgres: "taken" });
    const { sqlite, postgres } = await both.values("t", "e", "e", "id", "id");
    expect(postgres).toEqual(sqlite);
    expect(sqlite[0]).toBe("boB");
  });

  test("on what is plain: keys and indexes are on the column, and = finds without case", async () => {
    const { uniques, indexes } = tableOf(both.outcome.plan, "t");
    expect(uniques.map(({ columns }) => columns)).toEqual([["d"]]);
    expect(indexes.map(({ terms }) => terms.map(({ column }) => column))).toEqual([
      ["c"],
      [null],
      ["c", "e"],
    ]);
    expect(tableOf(both.outcome.plan, "k").foreignKeys).toMatchObject([
      { columns: ["c"], parentColumns: ["d"], orphans: 0 },
    ]);
    expect(await both.target.query("SELECT id FROM t WHERE c = 'bOB' AND id < 100 ORDER BY id")).toEqual([
      { id: "1" },
      { id: "2" },
    ]);
  });
});

/** As SQLite's numbers and truth values and PostgreSQL's texts have it alike. */
const said = (value: string | null): string | null =>
  value === "true" ? "1" : value === "false" ? "0" : value;

describe("what NOCASE takes for equal is equal in the target", () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
    await database.query(
      "CREATE EXTENSION citext; CREATE COLLATION n (provider = icu, locale = 'und-u-ks-level2', deterministic = false)",
    );
  });
  afterAll(async () => {
    await database.drop();
  });

  test("for random words", async () => {
    const letters = fc.constantFrom(...Array.from("abkiszABKISZ 1_éÉßſıİςΣǅǆﬁ\u0301\u0307\u212a"));
    const words = fc.tuple(fc.string({ unit: letters, maxLength: 6 }), fc.infiniteStream(fc.boolean()));
    const pairs = fc.sample(words, 300).map(([word, flips]) => [
      word,
      Array.from(word, (letter) => {
        const flipped = flips.next().value === true && /[A-Za-z]/.test(letter);
        return flipped ? (letter < "a" ? letter.toLowerCase() : letter.toUpperCase()) : letter;
      }).join(""),
    ]);
    const rows = await database.query(
      `SELECT a, b FROM jsonb_to_recordset($1::jsonb) AS w (a text, b text)
        WHERE a::citext <> b::citext OR a COLLATE n <> b COLLATE n`,
      [JSON.stringify(pairs.map(([a, b]) => ({ a, b })))],
    );
    expect(rows).toEqual([]);
  });
});

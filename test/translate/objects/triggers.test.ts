/** Triggers: the same statements after a real migration leave the same rows in both engines. */
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { migrate } from "../../../src/pipeline/migrate.js";
import { createDatabase, type TestDatabase } from "../../database.js";
import { makeSqlite } from "../../fixture.js";
import { planOf } from "../plan-of.js";

const reasonOf = (sql: string, name = "g"): string =>
  planOf(sql).notCarried.find((line) => line.type === "trigger" && line.name === name)?.reason ?? "carried";

const t = "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, s TEXT, changed TEXT);";
const log = "CREATE TABLE log (id INTEGER PRIMARY KEY, what TEXT, n INT);";
const on = (body: string, head = "AFTER INSERT ON t"): string =>
  `${t}${log}CREATE TRIGGER g ${head} BEGIN ${body} END;`;

const refused: readonly (readonly [string, RegExp])[] = [
  [
    `CREATE TABLE t (id INTEGER PRIMARY KEY, up INT REFERENCES t ON DELETE CASCADE);
     CREATE TRIGGER g AFTER DELETE ON t BEGIN DELETE FROM t WHERE up IS NULL; END;`,
    /fires it again/,
  ],
  [on("INSERT OR REPLACE INTO log VALUES (1, 'x', 2);"), /OR REPLACE/],
  [on("INSERT INTO log VALUES (1, 'x');"), /2 values for 3 columns/],
  [on("UPDATE log SET nope = 1;"), /log\.nope/],
  [on("UPDATE log SET what = soundex(what);"), /soundex/],
  [on("UPDATE log SET n = NEW.s;"), /a text for a column of type bigint/],
  [on("SELECT RAISE(FAIL, 'x');"), /RAISE\(FAIL\)/],
  [on("SELECT RAISE(IGNORE);"), /RAISE\(IGNORE\) after/],
  [on("SELECT 1 + RAISE(ABORT, 'x');"), /RAISE within an expression/],
  [on("INSERT INTO log (n) VALUES (changes());"), /changes/],
  [on("SELECT load_extension(NEW.s);"), /load_extension/],
  [on("UPDATE log SET n = 1 FROM t;"), /UPDATE \.\.\. FROM/],
  [on("DELETE FROM log;", "AFTER INSERT ON t WHEN NEW.s"), /a text as a condition/],
  [
    `${t}CREATE VIRTUAL TABLE f USING fts5(s, content='t', content_rowid='id'); CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO f (rowid, s) VALUES (NEW.id, NEW.s); END;`,
    /full-text index f/,
  ],
  [
    `${t}CREATE VIEW v AS SELECT * FROM t; CREATE TRIGGER g INSTEAD OF UPDATE OF a ON v BEGIN DELETE FROM t; END;`,
    /INSTEAD OF UPDATE OF/,
  ],
  [
    `${t}${log}CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO log (n) VALUES (1); END;
     CREATE TRIGGER h AFTER INSERT ON log BEGIN INSERT INTO t (a) VALUES (1); END;`,
    /fires it again/,
  ],
  [
    `${t}CREATE TRIGGER g AFTER UPDATE ON t BEGIN UPDATE t SET changed = 'x' WHERE id = NEW.id; END;
     CREATE TRIGGER h AFTER UPDATE OF changed ON t BEGIN DELETE FROM t WHERE a = 0; END;`,
    /another trigger hears of that/,
  ],
];

test.each(refused)("is listed: %s", (sql, reason) => {
  expect(reasonOf(sql)).toMatch(reason);
});

/** Schema and first rows; then statements, each of which may fail on both sides alike. */
interface Case {
  readonly name: string;
  readonly schema: string;
  readonly statements: readonly string[];
}

const cases: readonly Case[] = [
  {
    name: "counters",
    schema: `CREATE TABLE chat (id INTEGER PRIMARY KEY, messages INT NOT NULL DEFAULT 0, last TEXT);
      CREATE TABLE message (id INTEGER PRIMARY KEY, chat_id INT, body TEXT);
      INSERT INTO chat VALUES (1, 0, NULL), (2, 0, NULL);
      CREATE TRIGGER message_ai AFTER INSERT ON message BEGIN
        UPDATE chat SET messages = messages + 1, last = NEW.body WHERE id = NEW.chat_id;
      END;
      CREATE TRIGGER message_ad AFTER DELETE ON message BEGIN
        UPDATE chat SET messages = messages - 1 WHERE chat.id = OLD.chat_id;
      END;
      CREATE TRIGGER message_au AFTER UPDATE OF chat_id ON message WHEN OLD.chat_id IS NOT NEW.chat_id BEGIN
        UPDATE chat SET messages = messages - 1 WHERE id = OLD.chat_id;
        UPDATE chat SET messages = messages + 1 WHERE id = NEW.chat_id;
      END;`,
    statements: [
      "INSERT INTO message (id, chat_id, body) VALUES (1, 1, 'hi'), (2, 1, 'there'), (3, 2, 'you'), (4, NULL, 'x')",
      "UPDATE message SET chat_id = 2 WHERE id = 1",
      "UPDATE message SET body = 'changed'",
      "DELETE FROM message WHERE id = 3",
    ],
  },
  {
    name: "guards",
    schema: `CREATE TABLE account (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, balance INT, closed BOOLEAN DEFAULT 0);
      CREATE TABLE rule (least INT);
      INSERT INTO rule VALUES (-100);
      INSERT INTO account VALUES (1, 'Ann', 10, 0), (2, 'Bob', 20, 1);
      CREATE TRIGGER no_negative BEFORE UPDATE ON account WHEN NEW.balance < 0 BEGIN SELECT RAISE(ABORT, 'it''s negative'); END;
      CREATE TRIGGER no_closed BEFORE UPDATE ON account BEGIN
        SELECT CASE WHEN OLD.closed THEN RAISE(ABORT, 'closed') WHEN NEW.name = 'admin' THEN RAISE(ABORT, 'name') END;
      END;
      CREATE TRIGGER no_rule BEFORE INSERT ON account BEGIN
        SELECT RAISE(ROLLBACK, 'too low') FROM rule WHERE NEW.balance < least;
        SELECT RAISE(ABORT, 'taken') WHERE EXISTS (SELECT 1 FROM account WHERE name = NEW.name);
      END;
      CREATE TRIGGER keep_one BEFORE DELETE ON account WHEN OLD.id = 1 BEGIN SELECT RAISE(IGNORE); END;`,
    statements: [
      "UPDATE account SET balance = -1 WHERE id = 1",
      "UPDATE account SET balance = 5 WHERE id = 1",
      "UPDATE account SET balance = 5 WHERE id = 2",
      "UPDATE account SET name = 'ADMIN' WHERE id = 1",
      "INSERT INTO account (id, name, balance) VALUES (3, 'Eve', -200)",
      "INSERT INTO account (id, name, balance) VALUES (3, 'ANN', 1)",
      "INSERT INTO account (id, name, balance) VALUES (3, 'Eve', 1)",
      "DELETE FROM account",
    ],
  },
  {
    name: "own row",
    schema: `CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT, size INT, times INT DEFAULT 0, state TEXT);
      CREATE TRIGGER note_ai AFTER INSERT ON note BEGIN UPDATE note SET size = length(NEW.body) WHERE id = NEW.id; END;
      CREATE TRIGGER note_au AFTER UPDATE OF body ON note FOR EACH ROW WHEN NEW.body <> OLD.body BEGIN
        UPDATE note SET times = times + 1 WHERE rowid = NEW.rowid;
        UPDATE note SET state = 'long' WHERE note.id = NEW.id AND length(body) > 3;
      END;`,
    statements: [
      "INSERT INTO note (id, body) VALUES (1, 'a'), (2, 'bcd')",
      "UPDATE note SET body = 'new'",
      "UPDATE note SET body = 'newer' WHERE id = 2",
      "UPDATE note SET state = 'x' WHERE id = 1",
    ],
  },
  {
    name: "logs and upserts",
    schema: `CREATE TABLE item (code TEXT PRIMARY KEY, price REAL, ok BOOLEAN DEFAULT 1) WITHOUT ROWID;
      CREATE TABLE seen (code TEXT PRIMARY KEY, n INT DEFAULT 1);
      CREATE TABLE history (id INTEGER PRIMARY KEY AUTOINCREMENT, code TEXT, old REAL, new REAL, what TEXT);
      INSERT INTO item VALUES ('first', 1.5, 1);
      CREATE TRIGGER item_log AFTER UPDATE ON item BEGIN
        INSERT INTO history VALUES (NULL, NEW.code, OLD.price, NEW.price, CASE WHEN NEW.ok THEN 'on' ELSE 'off' END);
      END;
      CREATE TRIGGER item_new AFTER INSERT ON item BEGIN
        INSERT INTO seen (code) VALUES (NEW.code) ON CONFLICT (code) DO UPDATE SET n = n + 1 WHERE excluded.code <> 'skip';
        INSERT OR IGNORE INTO seen (code, n) VALUES (NEW.code, 100);
        INSERT INTO history (code, what) SELECT code, 'new' FROM item WHERE code = NEW.code;
      END;
      CREATE TRIGGER item_gone BEFORE DELETE ON item BEGIN
        DELETE FROM seen WHERE code IN (SELECT code FROM item WHERE code = OLD.code);
        SELECT 1;
      END;`,
    statements: [
      "INSERT INTO item (code, price) VALUES ('a', 1), ('b', 2.5)",
      "UPDATE item SET price = price * 2 WHERE code = 'b'",
      "UPDATE item SET ok = false WHERE code = 'a'",
      "DELETE FROM item WHERE code = 'a'",
      "INSERT INTO item (code, price) VALUES ('b2', NULL)",
      "INSERT INTO item (code, price) VALUES ('a', 9)",
    ],
  },
  {
    name: "those that SQLite fires once",
    schema: `CREATE TABLE answer (user INT, value TEXT);
      CREATE TABLE step (id INTEGER PRIMARY KEY, n INT, total INT);
      INSERT INTO step VALUES (1, 1, 0), (2, 2, 0);
      CREATE TRIGGER check_answer AFTER INSERT ON answer WHEN new.user == 1 BEGIN
        DELETE FROM answer;
        INSERT INTO answer VALUES (0, CASE WHEN hex(new.value) == '4A6F' THEN 'Congrats, it is!' ELSE 'No' END);
      END;
      CREATE TRIGGER step_au AFTER UPDATE ON step BEGIN UPDATE step SET total = total + 1; END;`,
    statements: [
      "INSERT INTO answer VALUES (1, 'Jo')",
      "INSERT INTO answer VALUES (1, 'Al')",
      "INSERT INTO answer VALUES (2, 'Al')",
      "UPDATE step SET n = 5 WHERE id = 1",
    ],
  },
  {
    name: "instead of",
    schema: `CREATE TABLE person (id INTEGER PRIMARY KEY, first TEXT, last TEXT);
      INSERT INTO person VALUES (1, 'Ada', 'Lovelace');
      CREATE VIEW named AS SELECT id, first || ' ' || last AS name, last FROM person;
      CREATE TRIGGER named_i INSTEAD OF INSERT ON named BEGIN
        INSERT INTO person (first, last) VALUES (substr(NEW.name, 1, instr(NEW.name, ' ') - 1), NEW.last);
      END;
      CREATE TRIGGER named_d INSTEAD OF DELETE ON named WHEN OLD.id > 1 BEGIN DELETE FROM person WHERE id = OLD.id; END;
      CREATE TRIGGER named_u INSTEAD OF UPDATE ON named BEGIN UPDATE person SET last = NEW.last WHERE id = OLD.id; END;`,
    statements: [
      "INSERT INTO named (name, last) VALUES ('Alan Turing', 'Turing')",
      "UPDATE named SET last = 'X'",
      "DELETE FROM named",
    ],
  },
];

describe.each(cases)("$name", ({ schema, statements }) => {
  let target: TestDatabase;
  let source: Database.Database;
  let tables: readonly string[];

  beforeAll(async () => {
    target = await createDatabase();
    const file = makeSqlite("triggers", schema);
    const outcome = await migrate(file.path, target.url, {});
    file.remove();
    expect(outcome.notCarried.filter(({ type }) => type === "trigger")).toEqual([]);
    expect(outcome.findings.filter(({ kind }) => kind === "piece-refused")).toEqual([]);
    expect(outcome.status).toBe("migrated");
    tables = outcome.plan.tables.map((table) => table.source);
    source = new Database(":memory:");
    source.exec(schema);
  });
  afterAll(async () => {
    source.close();
    await target.drop();
  });

  test("does the same", async () => {
    for (const statement of statements) {
      const here = attempt(() => source.exec(statement));
      const there = await target.query(statement).then(
        () => null,
        (error: unknown) => messageOf(error),
      );
      expect(there, statement).toBe(here);
      for (const table of tables) {
        const rows = (await target.query(`SELECT to_jsonb(t) AS row FROM "${table}" AS t`)).map(({ row }) =>
          JSON.stringify(Object.values(JSON.parse(row ?? "{}") as object).map(plain)),
        );
        const own = source
          .prepare<[], Record<string, unknown>>(`SELECT ${columnsOf(source, table)} FROM "${table}"`)
          .all()
          .map((each) => JSON.stringify(Object.values(each).map(plain)));
        expect(rows.toSorted(), `${table} after ${statement}`).toEqual(own.toSorted());
      }
    }
  });
});

/** As jsonb orders them: the shorter names first. */
const columnsOf = (database: Database.Database, table: string): string =>
  database
    .prepare<[string], string>("SELECT name FROM pragma_table_info(?)")
    .pluck()
    .all(table)
    .toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .join(", ");

const plain = (value: unknown): unknown => (typeof value === "boolean" ? Number(value) : value);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function attempt(work: () => unknown): string | null {
  try {
    work();
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Tables as applications have them, with foreign keys and triggers of every kind. Each trigger raises when it is called, unless a test writes
 * something itself, with `silently`.
 */
import { inject } from "vitest";
import type { TestDatabase } from "../../database.js";
import { recordLoadSql } from "../../../src/target/history/loads.js";
import type { Session } from "../../../src/target/session.js";

/** Columns of ON DELETE SET NULL can be named from PostgreSQL 15 on. */
const setNull = (column: string): string =>
  inject("serverMajor") < 15 ? "SET NULL" : `SET NULL (${column})`;

const tables = (): string => `
  CREATE FUNCTION app.loud() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN
    IF current_setting('test.writes', true) = 'yes' THEN RETURN coalesce(NEW, OLD); END IF;
    RAISE EXCEPTION 'trigger % of % fired', TG_NAME, TG_TABLE_NAME; END$$;
  CREATE TABLE app.team (id int PRIMARY KEY, "the name" text UNIQUE, lead int);
  CREATE TABLE app.person (
    id int PRIMARY KEY, team int CONSTRAINT "person's team" REFERENCES app.team, boss int REFERENCES app.person ON DELETE SET NULL,
    country char(2) REFERENCES other.country ON UPDATE CASCADE, team_name text REFERENCES app.team ("the name") DEFERRABLE);
  COMMENT ON CONSTRAINT "person's team" ON app.person IS 'where ''they'' are';
  ALTER TABLE app.team ADD FOREIGN KEY (lead) REFERENCES app.person ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED;
  CREATE TABLE app.pair (a int, b int, PRIMARY KEY (a, b));
  CREATE TABLE app.twice (
    x int, y int, z int,
    CONSTRAINT both_full FOREIGN KEY (x, y) REFERENCES app.pair MATCH FULL,
    CONSTRAINT some_null FOREIGN KEY (x, z) REFERENCES app.pair (a, b) ON DELETE ${setNull("z")});
  ALTER TABLE app.twice ADD CONSTRAINT never_proven FOREIGN KEY (z) REFERENCES app.team NOT VALID;
  CREATE TABLE app.event (id int, day date, person int REFERENCES app.person, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
  CREATE TABLE app.event_old PARTITION OF app.event FOR VALUES FROM (MINVALUE) TO ('2020-01-01');
  CREATE TABLE app.event_new PARTITION OF app.event FOR VALUES FROM ('2020-01-01') TO (MAXVALUE);
  CREATE TABLE app.seen (id int, day date, FOREIGN KEY (id, day) REFERENCES app.event);
  CREATE TRIGGER ordinary BEFORE INSERT OR UPDATE ON app.person FOR EACH ROW EXECUTE FUNCTION app.loud();
  CREATE TRIGGER off BEFORE INSERT ON app.person FOR EACH ROW EXECUTE FUNCTION app.loud();
  CREATE TRIGGER of_replicas BEFORE INSERT ON app.person FOR EACH ROW EXECUTE FUNCTION app.loud();
  CREATE TRIGGER always AFTER INSERT ON app.pair FOR EACH ROW EXECUTE FUNCTION app.loud();
  CREATE TRIGGER "Statement" AFTER INSERT OR DELETE ON app.twice FOR EACH STATEMENT EXECUTE FUNCTION app.loud();
  CREATE TRIGGER gone AFTER DELETE ON app.team FOR EACH ROW EXECUTE FUNCTION app.loud();
  CREATE CONSTRAINT TRIGGER late AFTER INSERT ON app.team DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION app.loud();
  CREATE TRIGGER of_all AFTER INSERT ON app.event FOR EACH ROW EXECUTE FUNCTION app.loud();
  CREATE TRIGGER of_one BEFORE INSERT ON app.event_new FOR EACH ROW EXECUTE FUNCTION app.loud();
  ALTER TABLE app.person DISABLE TRIGGER off; ALTER TABLE app.person ENABLE REPLICA TRIGGER of_replicas;
  ALTER TABLE app.pair ENABLE ALWAYS TRIGGER always; ALTER TABLE ONLY app.event_old DISABLE TRIGGER of_all;
  CREATE VIEW app.teams AS SELECT id, "the name", lead FROM app.team GROUP BY id;`;

export const applicationTables = ["event", "pair", "person", "seen", "team", "twice"];

/** Makes them in schema `app`, for a role that is made too: its name comes back. `removeOwner` has to follow. */
export async function makeApplication(database: TestDatabase): Promise<string> {
  const owner = `${database.name}_owner`;
  await database.query(
    `CREATE ROLE ${owner} LOGIN PASSWORD 'secret'; GRANT CREATE ON DATABASE ${database.name} TO ${owner};
     CREATE SCHEMA app AUTHORIZATION ${owner};
     CREATE SCHEMA other; CREATE TABLE other.country (code char(2) PRIMARY KEY); INSERT INTO other.country VALUES ('ch'), ('fr');
     GRANT USAGE ON SCHEMA other TO ${owner}; GRANT SELECT, REFERENCES ON other.country TO ${owner};
     SET ROLE ${owner}; ${tables()}; RESET ROLE`,
  );
  return owner;
}

/** For the beginning of a transaction of a superuser: nothing is checked, and nothing fires. */
export const silently: readonly string[] = [
  "SET LOCAL session_replication_role = replica",
  "SET LOCAL test.writes = 'yes'",
];

export const removeOwner = (database: TestDatabase, owner: string): Promise<unknown> =>
  database.query(`DROP OWNED BY ${owner} CASCADE; DROP ROLE ${owner}`);

/** Rows that break nothing. */
const rows: Readonly<Record<string, readonly string[]>> = {
  seen: ["1, '2019-01-01'", "NULL, '1900-01-01'"],
  event: ["1, '2019-01-01', 1", "2, '2021-01-01', 2"],
  twice: ["1, 2, 3", "NULL, NULL, 7", "1, 2, NULL"],
  pair: ["1, 2", "1, 3"],
  person: ["1, 1, 2, 'ch', 'b''s'", "2, 2, 1, NULL, NULL"],
  team: ["1, 'a', 2", "2, 'b''s', 1"],
};

/**
 * As a run does it: each table in a transaction of its own, with its book; children first, where no other order is given.
 *
 * @param begin statements of each transaction
 */
export async function loadRun(
  session: Session,
  run: number,
  { tables = Object.keys(rows), begin = [] }: { tables?: readonly string[]; begin?: readonly string[] } = {},
): Promise<void> {
  for (const table of tables) {
    const values = rows[table]!;
    const insert = `INSERT INTO app.${table} VALUES ${values.map((each) => `(${each})`).join(", ")}`;
    const book = recordLoadSql({ run, table, slice: 0 }, values.length);
    await session.query(["BEGIN", ...begin, insert, book, "COMMIT"].join("; "));
  }
}

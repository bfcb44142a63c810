import { describe, expect, test } from "vitest";
import { splitStatements } from "../../../src/target/script/statements.js";
import { transactionOf } from "../../../src/target/script/transaction.js";
import { databaseForAll } from "../../database.js";

const of = (text: string) => transactionOf(splitStatements("x.sql", text));

test.each([
  "CREATE TABLE t (); INSERT INTO t DEFAULT VALUES",
  "SAVEPOINT a; ROLLBACK TO a; ROLLBACK WORK TO SAVEPOINT a; RELEASE a",
  "CREATE INDEX i ON t (concurrently); SELECT 'VACUUM'; COMMENT ON TABLE t IS 'COMMIT'",
  "CLUSTER t; CLUSTER VERBOSE t USING i; REINDEX TABLE t; ALTER TABLE t ADD vacuum int",
  "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$",
  "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE; PREPARE x AS SELECT 1; DISCARD PLANS",
])("%s: one transaction of ours", (text) => {
  const statements = splitStatements("x.sql", text);
  expect(of(text)).toEqual({ statements, asItStands: null });
});

test.each(["COMMIT", "commit work", "END TRANSACTION", "COMMIT AND NO CHAIN"])(
  "a %s that only ends the file: ours ends there",
  (commit) => {
    expect(of(`CREATE TABLE t ();\n\n${commit};\n`)).toEqual({
      statements: [{ text: "CREATE TABLE t ()", line: 1 }],
      asItStands: null,
    });
  },
);

test.each([
  ["BEGIN; SELECT 1; COMMIT", 1, "BEGIN"],
  ["SELECT 1;\nSTART TRANSACTION; SELECT 1", 2, "START TRANSACTION"],
  ["SELECT 1;\nCOMMIT; SELECT 2", 2, "COMMIT"],
  ["SELECT 1; COMMIT; COMMIT", 1, "COMMIT"],
  ["SELECT 1; COMMIT AND CHAIN", 1, "COMMIT AND CHAIN"],
  ["SELECT 1; ROLLBACK", 1, "ROLLBACK"],
  ["SELECT 1; ABORT", 1, "ABORT"],
  ["SELECT 1; PREPARE TRANSACTION 'x'", 1, "PREPARE TRANSACTION '"],
])("%s: as it stands, for its transactions are its own", (text, line, words) => {
  const statements = splitStatements("x.sql", text);
  expect(of(text)).toEqual({ statements, asItStands: { line, because: "own", words } });
});

/** What a server says is in a transaction of its own is asked of the server. */
const barred = [
  "CREATE INDEX CONCURRENTLY i ON t (a)",
  "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
  "DROP INDEX CONCURRENTLY j",
  "REINDEX TABLE CONCURRENTLY t",
  "REINDEX (CONCURRENTLY) INDEX j",
  "REINDEX SCHEMA public",
  "REINDEX DATABASE",
  "REINDEX SYSTEM",
  'ALTER TABLE p DETACH PARTITION "q" CONCURRENTLY',
  "VACUUM",
  "VACUUM (ANALYZE) t",
  "CLUSTER",
  "CREATE DATABASE nobody_wants",
  "DROP DATABASE IF EXISTS nobody_wants",
  "CREATE TABLESPACE nobody_wants LOCATION '/nowhere'",
  "DROP TABLESPACE nobody_wants",
  "ALTER DATABASE nobody_wants SET TABLESPACE pg_default",
  "ALTER SYSTEM RESET work_mem",
  "DISCARD ALL",
  "ROLLBACK PREPARED 'x'",
];

describe("cannot be in a transaction, and runs as it stands", () => {
  const database = databaseForAll();
  test.each(barred)("%s", async (sql) => {
    expect(of(`SELECT 1;\n${sql};\nCOMMIT`)).toMatchObject({ asItStands: { line: 2, because: "barred" } });
    const session = await database.open();
    await session.query(
      `CREATE TABLE IF NOT EXISTS public.t (a int); CREATE INDEX IF NOT EXISTS j ON public.t (a);
       CREATE TABLE IF NOT EXISTS public.p (a int) PARTITION BY LIST (a); CREATE TABLE IF NOT EXISTS public.q PARTITION OF public.p FOR VALUES IN (1);
       SET search_path = public`,
    );
    await session.query("BEGIN");
    await expect(session.query(sql)).rejects.toMatchObject({ code: "25001" });
    await session.query("ROLLBACK");
  });
});

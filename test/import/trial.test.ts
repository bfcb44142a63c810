import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { tryPieces } from "../../src/import/trial.js";
import { locksOf, trialChunks } from "../../src/import/trial-chunks.js";
import type { BareTable, Candidates, Piece } from "../../src/model/piece.js";
import { openTarget } from "../../src/target/connection/connect.js";
import type { Session, Target } from "../../src/target/session.js";
import { createDatabase, databaseUrl, onServer, type TestDatabase } from "../database.js";

let database: TestDatabase;
let target: Target;
let session: Session;
beforeAll(async () => {
  database = await createDatabase();
  target = await openTarget(database.url, { environment: process.env });
  session = await target.open();
});
afterAll(async () => {
  await target.close();
  await database.drop();
});

const options = { schema: "try", makesSchema: true, room: 6400 };

const table = (name: string): BareTable => ({
  name,
  createSql: `CREATE TABLE "try"."${name}" (a int, b text)`,
  indexes: 1,
});

const piece = (name: string, sql: string, changes: Partial<Piece> = {}): Piece => ({
  kind: "check",
  table: "t",
  name,
  uses: ["t"],
  statements: [sql],
  otherwise: [],
  ...changes,
});

const index = (name: string, on = "t"): Piece =>
  piece(name, `CREATE INDEX "${name}" ON "try"."${on}" (a)`, { kind: "index", table: on, uses: [on] });

const messages = async (candidates: Candidates, changes: Partial<typeof options> = {}) =>
  (await tryPieces(session, candidates, { ...options, ...changes })).map(
    (refusal) => `${refusal.piece.name}: ${refusal.message}`,
  );

const schemas = () => database.query("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'try%'");

describe("tryPieces", () => {
  test("says so too of what PostgreSQL cannot even read, and goes on", async () => {
    const pieces = [
      index("before"),
      piece("of a later version", 'ALTER TABLE "try".t ADD CHECK (b IS ANYTHING NEW)'),
      index("after"),
      piece("column", 'CREATE INDEX ON "try".t (c)'),
    ];
    expect(await messages({ tables: [table("t")], pieces })).toEqual([
      'of a later version: syntax error at or near "ANYTHING"',
      'column: column "c" does not exist',
    ]);
  });

  test("says what PostgreSQL does not take, in its words; what depends on it is refused for itself", async () => {
    const pieces = [
      piece("column", 'ALTER TABLE "try".t ADD COLUMN c int GENERATED ALWAYS AS (nothing()) STORED'),
      index("fine"),
      piece("on it", 'CREATE INDEX ON "try".t (c)'),
      piece("twice", 'CREATE INDEX "fine" ON "try".t (b)'),
      piece("default", `ALTER TABLE "try".t ALTER COLUMN a SET DEFAULT 'x'`),
      piece("late default", 'ALTER TABLE "try".t ALTER COLUMN a SET DEFAULT 1', {
        statements: [
          'ALTER TABLE "try".t ALTER COLUMN a SET DEFAULT 1 / (random() * 0)::int',
          'INSERT INTO "try".t (a) VALUES (DEFAULT)',
        ],
      }),
    ];
    expect(await messages({ tables: [table("t")], pieces })).toEqual([
      "column: function nothing() does not exist",
      'on it: column "c" does not exist',
      'twice: relation "fine" already exists',
      'default: invalid input syntax for type integer: "x"',
      "late default: division by zero",
    ]);
    expect(await schemas()).toEqual([]);
  });

  test("puts what stands for a refused piece in its place", async () => {
    const pieces = [
      piece("column", 'ALTER TABLE "try".t ADD COLUMN c int GENERATED ALWAYS AS (random()) STORED', {
        otherwise: ['ALTER TABLE "try".t ADD COLUMN c int'],
      }),
      piece("on it", 'CREATE INDEX ON "try".t (c)'),
    ];
    expect(await messages({ tables: [table("t")], pieces })).toEqual([
      "column: generation expression is not immutable",
    ]);
  });

  test("finds a few refusals among many pieces, whatever stands beside them", async () => {
    const pieces = Array.from({ length: 400 }, (_, at) =>
      at % 97 === 5 ? piece(`i${at}`, 'CREATE INDEX ON "try".t (nowhere)') : index(`i${at}`),
    );
    expect(await messages({ tables: [table("t")], pieces })).toEqual(
      [5, 102, 199, 296, 393].map((at) => `i${at}: column "nowhere" does not exist`),
    );
  });

  test("tries what does not hang together in transactions of their own, where locks are few", async () => {
    const names = Array.from({ length: 30 }, (_, at) => `t${at}`);
    const pieces = names.flatMap((name) => [index(`i ${name}`, name), index(`i ${name}`, name)]);
    const candidates = { tables: names.map(table), pieces };
    expect(trialChunks(candidates, 40)).toHaveLength(3);
    // In each transaction the second one meets the first.
    expect(await messages(candidates, { room: 54 })).toEqual(
      names.map((name) => `i ${name}: relation "i ${name}" already exists`),
    );
  });

  test("leaves the session as it was", async () => {
    await messages({ tables: [table("t")], pieces: [piece("path", "SET LOCAL search_path = nowhere")] });
    expect(
      await session.query(
        "SELECT current_setting('search_path') AS path, current_setting('lock_timeout') AS wait",
      ),
    ).toEqual([{ path: "pg_catalog", wait: "0" }]);
  });
});

describe("what is no answer about the pieces is an error, and nothing is left", () => {
  const candidates = { tables: [table("t")], pieces: [index("i")] };

  test("a table that PostgreSQL does not make", async () => {
    const tables = [{ ...table("t"), createSql: 'CREATE TABLE "try".t (a nothing)' }];
    await expect(tryPieces(session, { ...candidates, tables }, options)).rejects.toMatchObject({
      code: "target-failed",
      message: 'Cannot create table "t": type "nothing" does not exist [42704]',
    });
    expect(await schemas()).toEqual([]);
  });

  test("tables that hang together, and no room for them", async () => {
    const names = Array.from({ length: 30 }, (_, at) => `t${at}`);
    const view = piece("v", "SELECT", { kind: "view", table: null, uses: names });
    await expect(
      tryPieces(session, { tables: names.map(table), pieces: [view] }, { ...options, room: 60 }),
    ).rejects.toMatchObject({
      code: "target-failed",
      message: expect.stringContaining("121 locks") as string,
    });
  });

  test("a signal", async () => {
    const signal = AbortSignal.abort();
    await expect(tryPieces(session, candidates, { ...options, signal })).rejects.toMatchObject({
      code: "interrupted",
    });
  });

  test("a role that may not make schemas", async () => {
    const role = `${database.name}_role`;
    await onServer(`CREATE ROLE ${role} LOGIN PASSWORD 'x'`);
    const other = await openTarget(databaseUrl(database.name, `${role}:x`), { environment: process.env });
    try {
      await expect(tryPieces(await other.open(), candidates, options)).rejects.toMatchObject({
        code: "target-rights",
        hint: expect.stringContaining("GRANT CREATE ON DATABASE") as string,
      });
    } finally {
      await other.close();
      await onServer(`DROP ROLE ${role}`);
    }
  });

  test("a server that only reads", async () => {
    const reading = await target.open();
    await reading.query("SET default_transaction_read_only = on");
    await expect(tryPieces(reading, candidates, options)).rejects.toMatchObject({
      code: "target-rights",
      hint: expect.stringContaining("read-only") as string,
    });
  });
});

describe("trialChunks", () => {
  const pieces = [index("i", "a"), piece("v", "", { kind: "view", table: null, uses: ["b", "c"] })];
  const candidates = { tables: ["a", "b", "c", "d"].map(table), pieces };

  test("has all in one where there is room, but for tables without pieces", () => {
    expect(trialChunks(candidates, 1000)).toEqual([{ tables: ["a", "b", "c"].map(table), pieces }]);
  });

  test("never parts what hangs together", () => {
    const chunks = trialChunks(candidates, 1);
    expect(chunks.map(({ tables }) => tables.map(({ name }) => name))).toEqual([["a"], ["b", "c"]]);
    expect(chunks.map(locksOf)).toEqual([4, 9]);
  });
});

/** What keeps a copy from being proven: an error or `unproven`, exit 2 and never 0, in words that say what to do. */
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { validationExitCode } from "../../../src/cli/exit-code.js";
import { ToolError } from "../../../src/errors.js";
import type { ProofMethod } from "../../../src/model/verdict.js";
import { migrate, type MigrateOptions } from "../../../src/pipeline/migrate.js";
import { validate } from "../../../src/pipeline/validate.js";
import type { Session } from "../../../src/target/session.js";
import { exitCodeOf } from "../../cli/exit-codes.js";
import { databaseForEach, databaseUrl, onServer } from "../../database.js";
import { sqliteForEach } from "../../fixture.js";

const database = databaseForEach();
const makeFile = sqliteForEach();
const options: MigrateOptions = { environment: process.env, ownProcess: true, jobs: 2 };
const methods: readonly ProofMethod[] = ["digest", "stream"];

/** What several lanes prove, and what is one part. */
const large = `CREATE TABLE many (id INTEGER PRIMARY KEY, body BLOB);
  WITH n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
    INSERT INTO many SELECT i, zeroblob(10000) FROM n;`;
const small =
  "CREATE TABLE few (id INTEGER PRIMARY KEY, note TEXT); INSERT INTO few VALUES (1, 'a'), (2, 'b');";

const migrated = async (sql: string): Promise<string> => {
  const { path } = makeFile("faults", sql);
  await migrate(path, database.url, { ...options, validate: false });
  return path;
};

/** The exit code, and what a person is told. */
const told = async (
  path: string,
  method: ProofMethod,
  url = database.url,
): Promise<{ exitCode: number; words: string }> => {
  try {
    const outcome = await validate(path, url, { ...options, method });
    const words = outcome.verdicts.map(
      ({ source, verdict, reason }) => `${source}: ${verdict}: ${reason ?? ""}`,
    );
    return { exitCode: validationExitCode(outcome), words: words.join("\n") };
  } catch (error) {
    if (!(error instanceof ToolError)) throw error;
    return {
      exitCode: exitCodeOf[error.code],
      words: `${error.code}: ${error.message}\n${error.hint ?? ""}`,
    };
  }
};

const threads: Worker[] = [];
let lock: Session | null = null;

/** Holds the table against all readers before the threads, which are only starting, come to read it. */
const begin = (thread: Worker): void => {
  threads.push(thread);
  if (threads.length > 1 || lock === null) return;
  void lock.query("BEGIN; LOCK TABLE public.many IN ACCESS EXCLUSIVE MODE");
};
beforeEach(() => void process.on("worker", begin));
afterEach(() => {
  process.off("worker", begin);
  threads.splice(0);
  lock = null;
});

interface HeldProof {
  readonly proof: Promise<{ readonly exitCode: number; readonly words: string }>;
  /** The processes of the lanes' sessions, which wait for the table. */
  readonly waiting: readonly [string, string];
  readonly lock: Session;
}

const heldProof = async (method: ProofMethod): Promise<HeldProof> => {
  const path = await migrated(large);
  const held = await database.open();
  threads.splice(0);
  lock = held;
  const state = { isOver: false };
  const proof = told(path, method).finally(() => (state.isOver = true));
  for (;;) {
    const [one, other] = await database.query(
      `SELECT pid FROM pg_stat_activity
       WHERE datname = current_database() AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()`,
    );
    if (one !== undefined && other !== undefined)
      return { proof, waiting: [one["pid"] ?? "", other["pid"] ?? ""], lock: held };
    if (state.isOver) throw new Error(`The proof did not wait: ${JSON.stringify(await proof)}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

describe.each(methods)("by %s,", (method) => {
  test("a thread that is killed ends the proof, and says so", async () => {
    const { proof, lock } = await heldProof(method);
    await threads.at(-1)?.terminate();
    await lock.query("ROLLBACK");
    const { exitCode, words } = await proof;
    expect(words).toContain("worker-lost: A worker thread is gone");
    expect(words).toContain("--jobs 1");
    expect(exitCode).toBe(2);
  });

  test("a lane's connection that is cut ends the proof", async () => {
    const {
      proof,
      lock,
      waiting: [one],
    } = await heldProof(method);
    await database.query("SELECT pg_terminate_backend($1::int)", [one]);
    await lock.query("ROLLBACK");
    const { exitCode, words } = await proof;
    expect(words).toMatch(/target-lost: .*terminating connection due to administrator command/);
    expect(words).toContain("run again");
    expect(exitCode).toBe(2);
  });

  test("a statement that somebody cancels leaves its table unproven", async () => {
    const {
      proof,
      lock,
      waiting: [one],
    } = await heldProof(method);
    await database.query("SELECT pg_cancel_backend($1::int)", [one]);
    await lock.query("ROLLBACK");
    const { exitCode, words } = await proof;
    expect(words).toMatch(/many: unproven: .*canceling statement due to user request/);
    expect(exitCode).toBe(2);
  });

  test("timeouts of the database do not end it, however long a lock is held", async () => {
    for (const setting of ["statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"])
      await database.query(`ALTER DATABASE ${database.name} SET ${setting} = '200ms'`);
    const { proof, lock } = await heldProof(method);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await lock.query("ROLLBACK");
    expect(await proof).toEqual({ exitCode: 0, words: "many: identical: " });
  });

  test("sessions that are read-only do not hinder it", async () => {
    const path = await migrated(small);
    await database.query(`ALTER DATABASE ${database.name} SET default_transaction_read_only = on`);
    expect(await told(path, method)).toEqual({ exitCode: 0, words: "few: identical: " });
  });

  test("row-level security and missing rights leave a table unproven", async () => {
    const path = await migrated(small);
    const role = `${database.name}_reader`;
    await onServer(`CREATE ROLE ${role} LOGIN PASSWORD 'secret'`);
    const asReader = () => told(path, method, databaseUrl(database.name, `${role}:secret`));
    try {
      const refused = await asReader();
      expect(refused.words).toMatch(/few: unproven: .*permission denied/);
      expect(refused.exitCode).toBe(2);
      await database.query(`GRANT SELECT ON few TO ${role}`);
      await database.query(`GRANT SELECT ON ALL SEQUENCES IN SCHEMA public TO ${role}`);
      expect(await asReader()).toEqual({ exitCode: 0, words: "few: identical: " });
      await database.query("ALTER TABLE few ENABLE ROW LEVEL SECURITY");
      await database.query("CREATE POLICY all_of_it ON few USING (true)");
      const hidden = await asReader();
      expect(hidden.words).toMatch(/few: unproven: .*row-level security policy/);
      expect(hidden.exitCode).toBe(2);
    } finally {
      await database.drop();
      await onServer(`DROP ROLE ${role}`);
    }
  });

  test("a table that is dropped while it is proven is unproven", async () => {
    const { proof, lock } = await heldProof(method);
    await lock.query("DROP TABLE public.many");
    await lock.query("COMMIT");
    const { exitCode, words } = await proof;
    expect(words).toMatch(/many: unproven: .*relation "public\.many" does not exist/);
    expect(exitCode).toBe(2);
  });
});

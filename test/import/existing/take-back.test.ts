/** The rows of a run go, and only these; or nothing does. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { advanceSequences } from "../../../src/import/existing/sequences.js";
import { setAside } from "../../../src/import/existing/set-aside.js";
import { takeBack, type TakenBack, type TakingBack } from "../../../src/import/existing/take-back.js";
import { readTargetSchema } from "../../../src/target/existing/read.js";
import { ensureHistory } from "../../../src/target/history/ensure.js";
import { recordLoadSql } from "../../../src/target/history/loads.js";
import { readSetAside } from "../../../src/target/history/set-aside.js";
import type { Session } from "../../../src/target/session.js";
import { planQuiet, planRemoval } from "../../../src/translate/existing/quiet.js";
import { catalogLines } from "../../catalogs.js";
import { copyForEach, databaseForAll } from "../../database.js";
import { applicationTables, loadRun, makeApplication, removeOwner, silently } from "./application.js";

const run = 7;
const original = databaseForAll();
let owner: string;
let catalogs: readonly string[];
beforeAll(async () => {
  owner = await makeApplication(original);
  const first = await original.open();
  await ensureHistory(first);
  await original.query(
    `GRANT USAGE ON SCHEMA sqlift TO ${owner}; GRANT ALL ON ALL TABLES IN SCHEMA sqlift TO ${owner};
     GRANT ALL ON ALL SEQUENCES IN SCHEMA sqlift TO ${owner}`,
  );
  catalogs = await catalogLines(original);
});
afterAll(() => removeOwner(original, owner));
const database = copyForEach(original);
let superuser: Session;
beforeEach(async () => {
  superuser = await database.open();
});

const as = async (role: "superuser" | "owner"): Promise<Session> => {
  if (role === "superuser") return superuser;
  const session = await database.open();
  await session.query(`SET ROLE ${owner}`);
  return session;
};

const take = (session: Session, more: Partial<TakingBack> = {}): Promise<TakenBack> =>
  takeBack(session, { run, schema: "app" }, { plan: planRemoval, close: () => Promise.resolve(), ...more });

/** Each table's rows as text. */
const rowsOf = async (where = "true"): Promise<Readonly<Record<string, unknown>>> => {
  const found: Record<string, unknown> = {};
  for (const table of [...applicationTables, "others"]) {
    const [there] = await database.query("SELECT to_regclass('app.' || $1) AS name", [table]);
    if (there?.["name"] === null) continue;
    const rows = await database.query(
      `SELECT r::text AS row FROM app.${table} AS r WHERE ${where} ORDER BY 1`,
    );
    found[table] = rows.map(({ row }) => row);
  }
  return found;
};
/** Others' rows, past all checks and triggers. */
const write = (sql: string) => database.query(["BEGIN", ...silently, sql, "COMMIT"].join("; "));

/** A run as the superuser does it. */
const load = () => loadRun(superuser, run, { begin: silently });

describe.each(["superuser", "owner"] as const)("as %s", (role) => {
  test("all that the run loaded goes, what others wrote stays, no trigger is called and the catalogs are as before", async () => {
    await write(
      `INSERT INTO app.team VALUES (10, 'theirs', 10); INSERT INTO app.person VALUES (10, 10, 10, 'fr', 'theirs');
       INSERT INTO app.pair VALUES (10, 10); INSERT INTO app.event VALUES (10, '2019-05-05', 10)`,
    );
    const before = await rowsOf();
    await load();
    const session = await as(role);
    const taken = await take(session, {
      close: async () => {
        await session.query(
          "INSERT INTO sqlift.steps (run, phase, name, started) VALUES (7, 'undo', 'x', now())",
        );
      },
    });
    expect(taken).toMatchObject({ refusals: [], broken: [] });
    expect(taken.tables.map(({ made, loaded, there, others }) => [made, loaded, there, others])).toEqual([
      ["event", 2, 2, 1],
      ["pair", 2, 2, 1],
      ["person", 2, 2, 1],
      ["seen", 2, 2, 0],
      ["team", 2, 2, 1],
      ["twice", 3, 3, 0],
    ]);
    expect(await rowsOf()).toEqual(before);
    expect(await catalogLines(database)).toEqual(catalogs);
    expect(await database.query("SELECT name FROM sqlift.steps")).toEqual([{ name: "x" }]);
  });

  test.each([
    [
      "UPDATE app.team SET lead = lead WHERE id = 1",
      "app.team: of the 2 rows that the run loaded, as it loaded them, are there: 1.",
    ],
    [
      "DELETE FROM app.event_new",
      "app.event: of the 2 rows that the run loaded, as it loaded them, are there: 1.",
    ],
    ["DROP TABLE app.seen", "Table seen, into which the run loaded 2 rows, is gone."],
    [
      "CREATE TABLE app.others (team int REFERENCES app.team ON DELETE CASCADE); INSERT INTO app.others VALUES (1), (2); GRANT SELECT ON app.others TO PUBLIC",
      "Table app.others: rows that others wrote and that point at the run's rows of app.team (foreign key others_team_fkey): 2.",
    ],
    ["INSERT INTO app.person VALUES (11, 1)", "(foreign key person's team): 1."],
    [
      "CREATE TABLE app.others AS SELECT * FROM sqlift.loads; TRUNCATE sqlift.loads; INSERT INTO sqlift.loads SELECT * FROM app.others",
      "restored from a dump",
    ],
  ])("nothing goes after %s", async (sql, words) => {
    await load();
    await write(sql);
    const before = await rowsOf();
    const taken = await take(await as(role), { close: () => Promise.reject(new Error("not so far")) });
    expect(taken.refusals.join("\n")).toContain(words);
    expect(await rowsOf()).toEqual(before);
  });

  test("what the run set aside comes back with it", async () => {
    const session = await as("owner");
    const plan = planQuiet(await readTargetSchema(session, "app"), ["twice", "pair", "person", "team"]);
    await setAside(session, run, plan.setAside);
    await loadRun(session, run, { tables: ["twice", "pair", "person", "team"] });
    const taken = await take(await as(role));
    expect(taken).toMatchObject({ refusals: [], broken: [] });
    expect(await rowsOf()).toMatchObject({ person: [], team: [], pair: [], twice: [] });
    expect(await catalogLines(database)).toEqual(catalogs);
    expect(await readSetAside(session)).toEqual([]);
  });

  test("a foreign key that others broke meanwhile comes back, is named, and stays open", async () => {
    const session = await as("owner");
    const plan = planQuiet(await readTargetSchema(session, "app"), ["twice", "pair"]);
    await setAside(session, run, plan.setAside);
    await loadRun(session, run, { tables: ["twice"] });
    await session.query("INSERT INTO app.twice VALUES (5, 5, NULL)");
    const taken = await take(await as(role));
    expect(taken.broken.map(({ record }) => record.name)).toEqual(["both_full"]);
    expect(await rowsOf()).toMatchObject({ twice: ["(5,5,)"] });
    expect((await readSetAside(session)).map(({ name }) => name)).toEqual(["both_full"]);
  });
});

test("of a run that loaded nothing, what is away comes back", async () => {
  const session = await as("owner");
  await setAside(session, run, planQuiet(await readTargetSchema(session, "app"), ["person"]).setAside);
  expect(await take(session)).toEqual({ tables: [], refusals: [], broken: [] });
  expect(await catalogLines(database)).toEqual(catalogs);
});

test("several tables and slices of one transaction are told apart by their counts", async () => {
  await superuser.query(
    `BEGIN; ${silently.join("; ")}; INSERT INTO app.pair VALUES (1, 1), (2, 2), (3, 3);
     INSERT INTO app.team VALUES (1); ${recordLoadSql({ run, table: "pair", slice: 0 }, 2)};
     ${recordLoadSql({ run, table: "pair", slice: 1 }, 1)}; ${recordLoadSql({ run, table: "team", slice: 0 }, 1)}; COMMIT`,
  );
  await write("DELETE FROM app.pair WHERE a = 1");
  expect((await take(superuser)).refusals).toEqual([
    "Table app.pair: of the 3 rows that the run loaded, as it loaded them, are there: 2.",
  ]);
});

test("rows of the run's transaction that its book does not tell of are nobody's to remove", async () => {
  await superuser.query(
    `BEGIN; ${silently.join("; ")}; INSERT INTO app.pair VALUES (1, 1), (2, 2);
     ${recordLoadSql({ run, table: "pair", slice: 0 }, 1)}; COMMIT`,
  );
  const before = await rowsOf();
  await expect(take(superuser)).rejects.toMatchObject({ code: "target-failed" });
  expect(await rowsOf()).toEqual(before);
});

test("rows that came in under a savepoint are not told as the run's", async () => {
  await superuser.query(
    `BEGIN; ${silently.join("; ")}; SAVEPOINT s; INSERT INTO app.pair VALUES (1, 1); RELEASE s;
     ${recordLoadSql({ run, table: "pair", slice: 0 }, 1)}; COMMIT`,
  );
  expect((await take(superuser)).refusals).toHaveLength(1);
});

test("a role that may switch no trigger off is refused, and told whose they are", async () => {
  await load();
  const guest = `${database.name}_guest`;
  await database.query(
    `CREATE ROLE ${guest}; GRANT USAGE ON SCHEMA app, sqlift TO ${guest};
     GRANT ALL ON ALL TABLES IN SCHEMA app, sqlift TO ${guest}`,
  );
  const session = await database.open();
  await session.query(`SET ROLE ${guest}`);
  try {
    expect((await take(session)).refusals).toEqual([
      `Triggers of table team would fire: gone. Do it as its owner, ${owner}.`,
      `Triggers of table twice would fire: Statement. Do it as its owner, ${owner}.`,
    ]);
  } finally {
    await session.end();
    await database.query(`DROP OWNED BY ${guest}; DROP ROLE ${guest}`);
  }
});

test("sequences come back to where they were", async () => {
  await database.query("CREATE TABLE app.numbered (id serial)");
  const sequence = { schema: "app", name: "numbered_id_seq", columns: [], used: "40" };
  await advanceSequences(superuser, run, "app", [sequence]);
  await take(superuser);
  expect(await database.query("SELECT nextval('app.numbered_id_seq') AS next")).toEqual([{ next: "1" }]);
});

test("whatever an application does afterwards: its rows stay to the last bit, or nothing changes", async () => {
  await database.query(
    `CREATE TABLE app.others (id int PRIMARY KEY, team int REFERENCES app.team ON DELETE CASCADE); ALTER TABLE app.others OWNER TO ${owner}`,
  );
  const id = fc.integer({ min: 1, max: 4 });
  const writes = fc.array(
    fc.oneof(
      fc.tuple(id, id).map(([a, b]) => `INSERT INTO app.pair VALUES (${a}, ${b})`),
      fc.tuple(id, id).map(([a, b]) => `INSERT INTO app.twice VALUES (${a}, ${b}, NULL)`),
      fc.tuple(id, id).map(([a, b]) => `INSERT INTO app.others VALUES (${a}, ${b})`),
      id.map((each) => `INSERT INTO app.team VALUES (${each + 2}, 'n${each}', NULL)`),
      id.map((each) => `UPDATE app.team SET lead = NULL WHERE id = ${each}`),
      id.map((each) => `UPDATE app.others SET id = id + 10 WHERE id = ${each}`),
      id.map((each) => `DELETE FROM app.person WHERE id = ${each}`),
    ),
    { maxLength: 4 },
  );
  const outcomes = { taken: 0, refused: 0 };
  await fc.assert(
    fc.asyncProperty(writes, writes, fc.constantFrom("superuser", "owner"), async (before, after, role) => {
      await write(
        `TRUNCATE ${[...applicationTables, "others"].map((name) => `app.${name}`).join(", ")}, sqlift.loads`,
      );
      const each = async (statements: readonly string[]): Promise<void> => {
        for (const sql of statements)
          await database
            .query(`BEGIN; SET LOCAL test.writes = 'yes'; ${sql}; COMMIT`)
            .catch(() => database.query("ROLLBACK"));
      };
      await each(before.map((sql) => sql.replaceAll(/\d+/g, (digits) => String(Number(digits) + 20))));
      await load();
      await each(after);
      const all = await rowsOf();
      const theirs = await rowsOf("NOT EXISTS (SELECT FROM sqlift.loads l WHERE l.xid::xid = r.xmin)");
      const { refusals } = await take(await as(role));
      outcomes[refusals.length > 0 ? "refused" : "taken"] += 1;
      expect(await rowsOf()).toEqual(refusals.length > 0 ? all : theirs);
    }),
    { numRuns: 15 },
  );
  expect(Math.min(outcomes.taken, outcomes.refused)).toBeGreaterThan(0);
});

/** Which way tables are kept quiet, on a server that says what it lets in. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { readTargetSchema } from "../../../src/target/existing/read.js";
import type { Session } from "../../../src/target/session.js";
import { planQuiet, planRemoval, type QuietPlan } from "../../../src/translate/existing/quiet.js";
import { databaseForAll } from "../../database.js";

const database = databaseForAll();
const loud = `CREATE FUNCTION loud() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''fired''; END'`;
let owner: string;
let guest: string;
let superuser: Session;
beforeAll(async () => {
  [owner, guest] = [`${database.name}_owner`, `${database.name}_guest`];
  await database.query(`CREATE ROLE ${owner}; CREATE ROLE ${guest}`);
  superuser = await database.open();
});
beforeEach(async () => {
  await database.query(
    `DROP SCHEMA IF EXISTS app CASCADE; CREATE SCHEMA app; GRANT ALL ON SCHEMA app TO ${owner}, ${guest}`,
  );
});
afterAll(() => database.query(`DROP OWNED BY ${owner}, ${guest} CASCADE; DROP ROLE ${owner}, ${guest}`));

/** As the owner makes them; the guest may write into them. */
async function make(sql: string): Promise<void> {
  await database.query(
    `SET ROLE ${owner}; SET search_path = app; ${loud}; ${sql}; RESET ROLE; RESET search_path;
     GRANT ALL ON ALL TABLES IN SCHEMA app TO ${guest}`,
  );
}

async function planAs(role: string | null, ...loaded: readonly string[]): Promise<QuietPlan> {
  const session = await database.open();
  if (role !== null) await session.query(`SET ROLE ${role}`);
  try {
    return planQuiet(await readTargetSchema(session, "app"), loaded);
  } finally {
    await session.end();
  }
}
const wordsOf = ({ quiet, setAside, groups, troubles }: QuietPlan): readonly unknown[] => [
  quiet,
  setAside.map(({ name }) => name),
  groups.map(({ tables, together }) => (together ? [tables.join(" ")] : tables.join(" "))),
  troubles.map(({ reason, names }) => [reason, ...names]),
];

describe("a superuser", () => {
  test("keeps all quiet by session_replication_role", async () => {
    await make(
      `CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
       ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b; CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION loud()`,
    );
    const plan = await planAs(null, "a", "b");
    expect(wordsOf(plan)).toEqual(["replica", [], ["a b"], []]);
    expect(plan.links.map(({ name, staysInPlace }) => [name, staysInPlace])).toEqual([
      ["a_b_fkey", false],
      ["b_a_fkey", false],
    ]);
  });

  test.each([
    [
      "a key of it may be deferred",
      "CREATE TABLE a (id int UNIQUE DEFERRABLE); CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION loud()",
    ],
    [
      "a trigger fires always",
      "CREATE TABLE a (id int); CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION loud(); ALTER TABLE a ENABLE ALWAYS TRIGGER t",
    ],
  ])("sets aside where %s", async (_, sql) => {
    await make(sql);
    expect(wordsOf(await planAs(null, "a"))).toEqual(["set-aside", ["t"], ["a"], []]);
  });

  test("sets nothing aside for a trigger of replicas, which then would fire", async () => {
    await make(
      "CREATE TABLE a (id int); CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION loud(); ALTER TABLE a ENABLE REPLICA TRIGGER t",
    );
    expect(wordsOf(await planAs(null, "a"))).toEqual(["ordered", [], ["a"], []]);
  });

  test("what may be deferred lets equal rows in without a word under session_replication_role: therefore not", async () => {
    await make("CREATE TABLE a (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    await superuser.query(
      "BEGIN; SET LOCAL session_replication_role = replica; INSERT INTO app.a VALUES (1), (1); COMMIT",
    );
    expect(await database.query("SELECT count(*) AS rows FROM app.a")).toEqual([{ rows: "2" }]);
  });
});

describe("an owner", () => {
  test("touches nothing where nothing is in the way", async () => {
    await make(
      "CREATE TABLE a (id int); CREATE TRIGGER t BEFORE UPDATE OR DELETE ON a EXECUTE FUNCTION loud()",
    );
    expect(wordsOf(await planAs(owner, "a"))).toEqual(["ordered", [], ["a"], []]);
  });

  test("leaves foreign keys of partitions in place, and goes parents first", async () => {
    await make(
      `CREATE TABLE a (id int PRIMARY KEY, d int REFERENCES a) PARTITION BY LIST (id); CREATE TABLE a1 PARTITION OF a FOR VALUES IN (1, 2);
       CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a); CREATE TABLE c (b int REFERENCES b);
       CREATE TRIGGER t AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION loud()`,
    );
    const plan = await planAs(owner, "c", "b", "a");
    expect(wordsOf(plan)).toEqual(["set-aside", ["c_b_fkey", "t", "t"], ["c", ["a"], "b"], []]);
    expect(plan.setAside.map(({ table }) => table)).toEqual(["c", "a", "a1"]);
  });

  test("leaves what it has switched off itself", async () => {
    await make("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a int REFERENCES a)");
    await database.query(
      `DO 'DECLARE t name; BEGIN SELECT tgname INTO t FROM pg_trigger WHERE tgrelid = ''app.b''::regclass LIMIT 1;
           EXECUTE format(''ALTER TABLE app.b DISABLE TRIGGER %I'', t); END'`,
    );
    expect(wordsOf(await planAs(owner, "a", "b"))).toEqual(["ordered", [], ["a", "b"], []]);
  });
});

describe("a guest", () => {
  test("goes parents first, and the server takes the rows so", async () => {
    await make(
      `CREATE TABLE a (id int PRIMARY KEY, c int); CREATE TABLE b (id int PRIMARY KEY, b int REFERENCES b);
       CREATE TABLE c (id int PRIMARY KEY, b int REFERENCES b, a int REFERENCES a DEFERRABLE); ALTER TABLE a ADD FOREIGN KEY (c) REFERENCES c`,
    );
    const plan = await planAs(guest, "a", "b", "c");
    expect(wordsOf(plan)).toEqual(["ordered", [], [["b"], ["c a"]], []]);
    const values = { a: "(1, 1), (2, 2)", b: "(1, 2), (2, 1)", c: "(1, 2, 2), (2, 1, 1)" };
    for (const { tables } of plan.groups) {
      const inserts = tables.map(
        (name) => `INSERT INTO app.${name} VALUES ${values[name as keyof typeof values]}`,
      );
      await superuser.query(["BEGIN", "SET CONSTRAINTS ALL DEFERRED", ...inserts, "COMMIT"].join("; "));
    }
  });

  test("goes parents first also where one partition of them is pointed at", async () => {
    await make(
      `CREATE TABLE a (id int PRIMARY KEY) PARTITION BY LIST (id); CREATE TABLE a1 PARTITION OF a DEFAULT; CREATE TABLE b (a int REFERENCES a1)`,
    );
    expect(wordsOf(await planAs(guest, "b", "a"))).toEqual(["ordered", [], ["a", "b"], []]);
  });

  test("is told of triggers that would fire, and of circles that nothing breaks", async () => {
    await make(
      `CREATE TABLE a (id int PRIMARY KEY, b int); CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a);
       ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b; CREATE TRIGGER t BEFORE INSERT OR DELETE ON a EXECUTE FUNCTION loud()`,
    );
    const plan = await planAs(guest, "a", "b");
    expect(wordsOf(plan)).toEqual([
      "ordered",
      [],
      [["a b"]],
      [
        ["triggers-fire", "t"],
        ["foreign-keys-in-place", "a_b_fkey", "b_a_fkey"],
      ],
    ]);
    expect(plan.troubles.map((trouble) => trouble.owner)).toEqual([owner, owner]);
  });
});

test("rows are taken out by whom triggers and foreign keys let, in the ways that they came", async () => {
  await make(
    `CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (id int, a int REFERENCES a); CREATE TABLE c (a int REFERENCES a);
     CREATE TRIGGER t BEFORE DELETE ON a EXECUTE FUNCTION loud(); CREATE TRIGGER i BEFORE INSERT ON a EXECUTE FUNCTION loud()`,
  );
  const target = await readTargetSchema(superuser, "app");
  const words = (found: typeof target) => {
    const { quiet, setAside, troubles } = planRemoval(found, ["a", "b"]);
    return [quiet, setAside.map(({ name }) => name), troubles.map(({ names }) => names)];
  };
  expect(words(target)).toEqual(["replica", [], []]);
  expect(words({ ...target, mayReplicate: false })).toEqual(["set-aside", ["b_a_fkey", "t"], []]);
  const others = target.tables.map((table) => ({
    ...table,
    isOurs: false,
    triggers: table.triggers.map((trigger) => ({ ...trigger, mayBeSwitched: false })),
  }));
  expect(words({ ...target, mayReplicate: false, tables: others })).toEqual(["ordered", [], [["t"]]]);
});

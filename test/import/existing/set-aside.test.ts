/** Foreign keys and triggers of every kind go away and come back: the catalogs say the same before and after, and nothing fires. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { bringBack, markBack, putBack } from "../../../src/import/existing/put-back.js";
import { quietSql } from "../../../src/import/existing/quiet.js";
import { rehearseSetAside, setAside } from "../../../src/import/existing/set-aside.js";
import type { SetAsideItem } from "../../../src/model/existing.js";
import { readTargetSchema } from "../../../src/target/existing/read.js";
import { ensureHistory } from "../../../src/target/history/ensure.js";
import { readSetAside } from "../../../src/target/history/set-aside.js";
import type { Session } from "../../../src/target/session.js";
import { planQuiet, type QuietPlan } from "../../../src/translate/existing/quiet.js";
import { catalogLines } from "../../catalogs.js";
import { copyForEach, databaseForAll } from "../../database.js";
import { applicationTables, loadRun, makeApplication, removeOwner } from "./application.js";

const original = databaseForAll();
let owner: string;
let before: readonly string[];
beforeAll(async () => {
  owner = await makeApplication(original);
  before = await catalogLines(original);
});
const database = copyForEach(original);
let session: Session;
let plan: QuietPlan;
beforeEach(async () => {
  session = await ownerSession();
  await database.query("GRANT CREATE ON DATABASE " + database.name + " TO " + owner);
  await ensureHistory(session);
  plan = planQuiet(await readTargetSchema(session, "app"), ordered);
});
afterAll(() => removeOwner(original, owner));

/** What stays in place, partitions' foreign keys, is loaded in order here. */
const ordered = applicationTables.filter((name) => name !== "event" && name !== "seen");

async function ownerSession(): Promise<Session> {
  const opened = await database.open();
  await opened.query(`SET ROLE ${owner}`);
  return opened;
}

const expectAsBefore = async (): Promise<void> => {
  expect(await catalogLines(database)).toEqual(before);
};
const isAwayNow = async (): Promise<boolean> =>
  (await catalogLines(database)).join("\n") !== before.join("\n");
const load = () => loadRun(session, 7, { tables: ["twice", "pair", "person", "team"] });
const items = (): readonly SetAsideItem[] => plan.setAside;

describe("setAside", () => {
  test("is planned for an owner, for all that would fire or stand in the way", () => {
    expect(plan.quiet).toBe("set-aside");
    expect(items().map(({ table, name }) => `${table} ${name}`)).toEqual([
      "person person's team",
      "person person_boss_fkey",
      "person person_country_fkey",
      "person person_team_name_fkey",
      "team team_lead_fkey",
      "twice both_full",
      "twice some_null",
      "twice never_proven",
      "pair always",
      "person ordinary",
      "team late",
      "twice Statement",
    ]);
  });

  test("lets rows in in whatever order, calls no trigger, and all comes back as it was", async () => {
    await setAside(session, 7, items());
    expect(await isAwayNow()).toBe(true);
    await load();
    const records = await readSetAside(session, 7);
    expect(records).toEqual(items().map((item, number) => ({ run: 7, number, ...item, awaySql: undefined })));
    expect(await putBack(session, records)).toEqual([]);
    await expectAsBefore();
    expect(await readSetAside(session)).toEqual([]);
    await expect(session.query("INSERT INTO app.pair VALUES (8, 8)")).rejects.toThrow(
      "trigger always of pair fired",
    );
    await session.query("UPDATE app.team SET lead = NULL WHERE id = 1");
    await expect(session.query("UPDATE app.team SET lead = 9 WHERE id = 1")).rejects.toThrow(
      "team_lead_fkey",
    );
  });

  test("fires triggers behind foreign keys in the same order", async () => {
    const order = () =>
      database.query(
        `SELECT string_agg(k.conname, ',' ORDER BY t.tgname) AS keys FROM pg_trigger t JOIN pg_constraint k ON k.oid = t.tgconstraint
          WHERE t.tgisinternal AND k.contype = 'f' AND NOT (k.conrelid::regclass::text ~ 'event|seen') GROUP BY t.tgrelid ORDER BY 1`,
      );
    const first = await order();
    await setAside(session, 7, items());
    await putBack(session, await readSetAside(session));
    expect(await order()).toEqual(first);
  });

  test("of what has changed since the plan is refused, and nothing is away", async () => {
    await database.query("ALTER TABLE app.pair DISABLE TRIGGER always");
    await expect(setAside(session, 7, items())).rejects.toMatchObject({
      code: "plan-mismatch",
      message: expect.stringContaining('trigger "always" of app.pair is not what it was') as string,
    });
    await database.query("ALTER TABLE app.pair ENABLE ALWAYS TRIGGER always");
    await expectAsBefore();
    expect(await readSetAside(session)).toEqual([]);
  });

  test("where others use the tables it says who, and nothing is away", async () => {
    const other = await database.open();
    await other.query("BEGIN; SELECT count(*) FROM app.pair");
    await expect(setAside(session, 7, items(), { lockMilliseconds: 50 })).rejects.toMatchObject({
      code: "target-failed",
      message: expect.stringContaining(`process ${other.processId} of `) as string,
    });
    await other.query("COMMIT");
    await expectAsBefore();
    expect(await readSetAside(session)).toEqual([]);
  });

  test("of nothing writes nothing", async () => {
    await setAside(session, 7, []);
    await rehearseSetAside(session, []);
    await expectAsBefore();
  });
});

describe("rehearseSetAside", () => {
  test("leaves all as it was", async () => {
    await rehearseSetAside(session, items());
    await expectAsBefore();
    expect(await readSetAside(session)).toEqual([]);
  });

  test("says what could not come back: without the right to reference the parent", async () => {
    await database.query(`REVOKE REFERENCES ON other.country FROM ${owner}`);
    await expect(rehearseSetAside(session, items())).rejects.toMatchObject({
      code: "target-rights",
      message: expect.stringContaining("person_country_fkey") as string,
      hint: expect.stringContaining("GRANT") as string,
    });
    await database.query(`GRANT REFERENCES ON other.country TO ${owner}`);
    await expectAsBefore();
  });

  test("says what would come back as another", async () => {
    await database.query(
      `CREATE TABLE app.child (team int); ALTER TABLE app.child ADD CONSTRAINT to_team FOREIGN KEY (team) REFERENCES app.team (id);
       ALTER TABLE app.child OWNER TO ${owner}`,
    );
    const lines = await catalogLines(database);
    const { setAside: more } = planQuiet(await readTargetSchema(session, "app"), ["child"]);
    const [item] = more;
    const other = { ...item!, backSql: [item!.backSql[0]!.replace("NOT VALID", "DEFERRABLE NOT VALID")] };
    await expect(rehearseSetAside(session, [other])).rejects.toMatchObject({
      code: "target-failed",
      message: expect.stringContaining('"to_team" of app.child would not come back as it was') as string,
    });
    expect(await catalogLines(database)).toEqual(lines);
  });
});

describe("a session that dies", () => {
  const die = async (): Promise<void> => {
    await database.query("SELECT pg_terminate_backend($1)", [String(session.processId)]);
    session = await ownerSession();
  };
  const repair = async (): Promise<void> => {
    expect(await putBack(session, await readSetAside(session))).toEqual([]);
    await expectAsBefore();
    expect(await readSetAside(session)).toEqual([]);
    await putBack(session, await readSetAside(session));
    await expectAsBefore();
  };

  test("when it has recorded, and nothing is away", async () => {
    const blocker = await database.open();
    await blocker.query("BEGIN; LOCK TABLE app.twice");
    const setting = setAside(session, 7, items(), { lockMilliseconds: 60_000 });
    const died = expect(setting).rejects.toMatchObject({ code: "target-lost" });
    const waits = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'app.twice'::regclass";
    while ((await database.query(waits)).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await die();
    await died;
    await blocker.query("COMMIT");
    expect(await readSetAside(session)).toHaveLength(items().length);
    await repair();
  });

  test("when all is away, and rows are there", async () => {
    await setAside(session, 7, items());
    await load();
    await die();
    await repair();
  });

  test("when all is back, and nothing is proven", async () => {
    await setAside(session, 7, items());
    await load();
    const unproven = await bringBack(session, await readSetAside(session));
    expect(unproven).toHaveLength(7);
    await die();
    await repair();
  });

  test("when some is proven, and nothing is marked", async () => {
    await setAside(session, 7, items());
    await load();
    const [first] = await bringBack(session, await readSetAside(session));
    await session.query(first!.validateSql!);
    await die();
    await repair();
  });
});

describe("putBack", () => {
  test("lists what rows break: it stays NOT VALID, and open in the history", async () => {
    await setAside(session, 7, items());
    await load();
    await session.query("INSERT INTO app.twice VALUES (5, 5, 5)");
    const broken = await putBack(session, await readSetAside(session));
    expect(broken.map(({ record, message }) => [record.name, message])).toEqual([
      ["both_full", expect.stringContaining("(x, y)=(5, 5)")],
      ["some_null", expect.stringContaining("(x, z)=(5, 5)")],
    ]);
    expect((await readSetAside(session)).map(({ name }) => name)).toEqual(["both_full", "some_null"]);
    await session.query("ALTER TABLE app.twice DISABLE TRIGGER USER");
    await session.query("DELETE FROM app.twice WHERE x = 5");
    await session.query(`ALTER TABLE app.twice ENABLE TRIGGER "Statement"`);
    expect(await putBack(session, await readSetAside(session))).toEqual([]);
    await expectAsBefore();
  });

  test("waits for those who hold a lock, and says for whom", async () => {
    await setAside(session, 7, items());
    const other = await ownerSession();
    await other.query("BEGIN; INSERT INTO app.pair VALUES (1, 2)");
    const said: string[] = [];
    await putBack(session, await readSetAside(session), {
      roundMilliseconds: 20,
      onWait: (words) => {
        said.push(words);
        if (said.length === 2) void other.query("COMMIT");
      },
    });
    expect(said[0]).toContain(`waiting for process ${other.processId} of `);
    await expectAsBefore();
  });

  test("gives up only when it is interrupted, and then nothing is back", async () => {
    await setAside(session, 7, items());
    const other = await ownerSession();
    await other.query("BEGIN; INSERT INTO app.pair VALUES (1, 2)");
    const stop = new AbortController();
    const onWait = (): void => {
      stop.abort();
    };
    const waiting = { roundMilliseconds: 20, onWait, signal: stop.signal };
    const records = await readSetAside(session);
    await expect(putBack(session, records, waiting)).rejects.toMatchObject({ code: "interrupted" });
    await other.query("COMMIT");
    expect(await readSetAside(session)).toEqual(records);
    await putBack(session, records);
    await expectAsBefore();
  });

  test("leaves what somebody has dropped for good, with its table or alone", async () => {
    await setAside(session, 7, items());
    await database.query("DROP TABLE app.twice; DROP TRIGGER late ON app.team");
    expect(await putBack(session, await readSetAside(session))).toEqual([]);
    expect(await markBack(session, await readSetAside(session))).toEqual([]);
  });
});

test("without a history nothing is away", async () => {
  await database.query("DROP SCHEMA sqlift CASCADE");
  expect(await readSetAside(session)).toEqual([]);
});

test("as a superuser nothing has to be set aside, unless a trigger fires always", async () => {
  const superuser = await database.open();
  await database.query("ALTER TABLE app.person ENABLE TRIGGER of_replicas");
  const mostly = planQuiet(
    await readTargetSchema(superuser, "app"),
    applicationTables.filter((name) => name !== "pair"),
  );
  expect(mostly).toMatchObject({
    quiet: "replica",
    setAside: [],
    troubles: [],
    groups: [{ together: false }],
  });
  await database.query("ALTER TABLE app.pair ENABLE TRIGGER always");
  expect(planQuiet(await readTargetSchema(superuser, "app"), applicationTables).quiet).toBe("replica");
  await loadRun(superuser, 7, { begin: quietSql("replica") });
  await database.query("ALTER TABLE app.pair ENABLE ALWAYS TRIGGER always");
  expect(planQuiet(await readTargetSchema(superuser, "app"), applicationTables).quiet).toBe("set-aside");
});

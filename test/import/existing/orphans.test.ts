/** Rows without a parent are found as the server itself would find them. */
import { beforeAll, describe, expect, test } from "vitest";
import { findOrphans, type OrphanLook } from "../../../src/import/existing/orphans.js";
import { readTargetSchema } from "../../../src/target/existing/read.js";
import type { Session } from "../../../src/target/session.js";
import { planQuiet } from "../../../src/translate/existing/quiet.js";
import { databaseForAll } from "../../database.js";

const database = databaseForAll();
let session: Session;
beforeAll(async () => {
  await database.query(
    `CREATE SCHEMA "the app"; CREATE SCHEMA other; SET search_path = "the app";
     CREATE COLLATION caseless (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
     CREATE TABLE parent (a int, b int, PRIMARY KEY (a, b)); CREATE TABLE other.word (word text COLLATE caseless PRIMARY KEY);
     CREATE TABLE plain (id bigint PRIMARY KEY);
     CREATE TABLE parts (id int, day date, PRIMARY KEY (id, day)) PARTITION BY LIST (id);
     CREATE TABLE one PARTITION OF parts FOR VALUES IN (1); CREATE TABLE two PARTITION OF parts FOR VALUES IN (2);
     CREATE TABLE "the child" (
       id int PRIMARY KEY, a int, b int, word text COLLATE "C", small smallint, day date,
       CONSTRAINT simple FOREIGN KEY (b, a) REFERENCES parent (b, a), CONSTRAINT "full" FOREIGN KEY (a, b) REFERENCES parent MATCH FULL,
       CONSTRAINT word FOREIGN KEY (word) REFERENCES other.word, CONSTRAINT wider FOREIGN KEY (small) REFERENCES plain,
       CONSTRAINT self FOREIGN KEY (small) REFERENCES "the child", CONSTRAINT part FOREIGN KEY (id, day) REFERENCES parts);
     CREATE TABLE scattered (id int, plain int REFERENCES plain) PARTITION BY LIST (id);
     CREATE TABLE s1 PARTITION OF scattered FOR VALUES IN (1); CREATE TABLE s2 PARTITION OF scattered FOR VALUES IN (2);
     ALTER TABLE s2 ADD CONSTRAINT own FOREIGN KEY (id) REFERENCES plain`.replace(
      // Different collations of the two ends are refused from 18 on, where one of them is not deterministic.
      'word text COLLATE "C"',
      "word text COLLATE caseless",
    ),
  );
  session = await database.open();
});

const look: OrphanLook = { xminsOf: () => null, lockParents: true };
const links = async () =>
  planQuiet(await readTargetSchema(session, "the app"), ["the child", "scattered"]).links;
const found = async (options = look) =>
  Object.fromEntries(
    (await findOrphans(session, await links(), options)).map(({ link, rows, first }) => [
      link.name,
      [rows, ...first],
    ]),
  );
/** Past all checks. */
const write = (sql: string) =>
  database.query(`SET session_replication_role = replica; ${sql}; RESET session_replication_role`);

describe("findOrphans", () => {
  test("of empty tables finds none", async () => {
    expect(await links()).toHaveLength(8);
    expect(await found()).toEqual({});
  });

  test("finds what each kind of foreign key would refuse, and nothing else", async () => {
    await write(
      `INSERT INTO other.word VALUES ('Yes'); INSERT INTO plain VALUES (1), (2); INSERT INTO parent VALUES (1, 2);
       INSERT INTO parts VALUES (1, '2020-01-01'), (2, '2020-01-01');
       INSERT INTO "the child" VALUES (1, 1, 2, 'yES', 1, '2020-01-01'), (2, NULL, NULL, NULL, 2, NULL), (3, 1, NULL, 'no', NULL, NULL),
         (4, 2, 1, 'ye', 7, '2020-01-01'), (5, NULL, 9, NULL, 1, NULL);
       INSERT INTO scattered VALUES (1, 1), (2, 3)`,
    );
    expect(await found()).toEqual({
      simple: [1, "id = 4, b = 1, a = 2"],
      full: [3, "id = 3, a = 1, b = NULL", "id = 4, a = 2, b = 1", "id = 5, a = NULL, b = 9"],
      word: [2, "id = 3, word = no", "id = 4, word = ye"],
      wider: [1, "id = 4, small = 7"],
      self: [1, "id = 4, small = 7"],
      part: [1, "id = 4, day = 2020-01-01"],
      scattered_plain_fkey: [1, "plain = 3"],
    });
    for (const { name, relation } of await links()) {
      const table = `"${relation.schema}"."${relation.name}"`;
      const [key] = await database.query(
        "SELECT pg_get_constraintdef(oid) AS sql FROM pg_constraint WHERE conname = $1 AND conparentid = 0",
        [name],
      );
      const again = database.query(
        `BEGIN; ALTER TABLE ${table} ADD CONSTRAINT again ${key!["sql"]!}; ROLLBACK`,
      );
      if (name === "own") await again;
      else await expect(again).rejects.toThrow(/violates foreign key|MATCH FULL/);
      await database.query("ROLLBACK");
    }
  });

  test("of some transactions' rows alone", async () => {
    const [row] = await database.query(`SELECT xmin FROM "the child" WHERE id = 4`);
    await write(`INSERT INTO "the child" (id, small) VALUES (11, 8)`);
    const [later] = await database.query(`SELECT xmin FROM "the child" WHERE id = 11`);
    const of = (xmins: readonly (string | null | undefined)[]) =>
      found({ ...look, xminsOf: ({ name }) => (name === "wider" ? xmins.map((each) => each ?? "") : []) });
    expect(await of([later?.["xmin"]])).toEqual({ wider: [1, "id = 11, small = 8"] });
    expect(await of([row?.["xmin"], later?.["xmin"]])).toMatchObject({
      wider: [2, "id = 4, small = 7", "id = 11, small = 8"],
    });
    expect(await of([])).toEqual({});
  });

  test("waits for who is taking a parent away, and sees that it is gone", async () => {
    const other = await database.open();
    await other.query("BEGIN; SET LOCAL session_replication_role = replica; DELETE FROM other.word");
    const looking = found();
    const waits = "SELECT FROM pg_locks WHERE NOT granted AND relation = 'other.word'::regclass";
    while ((await database.query(waits)).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await other.query("COMMIT");
    expect((await looking)["word"]?.[0]).toBe(3);
  });

  test("names ten at most, and counts all", async () => {
    await write(`INSERT INTO "the child" (id, small) SELECT n, 99 FROM generate_series(100, 199) n`);
    const { wider } = await found();
    expect(wider).toHaveLength(11);
    // With the two of before.
    expect(wider?.[0]).toBe(102);
  });
});

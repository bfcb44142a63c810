/** Rows that tables of an application refuse: all are listed with their keys, whatever the way, and nothing of the run remains. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { migrationExitCode } from "../../../src/cli/exit-code.js";
import { migrate } from "../../../src/pipeline/migrate.js";
import { status } from "../../../src/pipeline/status.js";
import { catalogLines } from "../../catalogs.js";
import { copyForEach, databaseForAll, onServer } from "../../database.js";
import { makeSqlite } from "../../fixture.js";

const source = makeSqlite(
  "refused",
  `CREATE TABLE parent (id INTEGER PRIMARY KEY, name TEXT, day TEXT, size INTEGER);
   INSERT INTO parent VALUES (1, 'a', '2024-01-01', 1), (2, 'A', '2024-02-01', -2), (3, 'c', '2030-01-01', 3), (4, 'd', NULL, -4);
   CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER, boss INTEGER);
   INSERT INTO child VALUES (1, 1, NULL), (2, 9, 1), (3, NULL, 7);`,
);
afterAll(() => source.remove());

const original = databaseForAll();
const database = copyForEach(original);
let owner: string;
beforeAll(async () => {
  owner = `${original.name}_owner`;
  await original.query(`CREATE ROLE ${owner}; CREATE SCHEMA app AUTHORIZATION ${owner}`);
});
afterEach(() => database.drop());
afterAll(async () => {
  await original.drop();
  await onServer(`DROP ROLE ${owner}`);
});

const child = "CREATE TABLE app.child (id int PRIMARY KEY, parent int, boss int)";
const parent = "CREATE TABLE app.parent (id int PRIMARY KEY, name text, day date, size int)";

const move = async (tables: string) => {
  await database.query(
    `CREATE EXTENSION IF NOT EXISTS citext; GRANT CREATE ON DATABASE ${database.name} TO ${owner}; SET ROLE ${owner}; ${tables}; RESET ROLE`,
  );
  const before = await catalogLines(database);
  const moved = migrate(source.path, database.url, {
    environment: process.env,
    intoExisting: true,
    schema: "app",
    role: owner,
  });
  return { before, moved };
};

async function nothingIsLeft(before: readonly string[]): Promise<void> {
  expect(await database.query("SELECT id FROM app.parent UNION ALL SELECT id FROM app.child")).toEqual([]);
  expect(await catalogLines(database)).toEqual(before);
  const { runs } = await status(database.url, { environment: process.env });
  expect(runs).toMatchObject([{ run: 1, status: "refused", isCutOff: false, leftSchema: false }]);
}

const selfReference = "ALTER TABLE app.child ADD CONSTRAINT boss FOREIGN KEY (boss) REFERENCES app.child";

describe.each([
  [
    "unique",
    `${child}; CREATE TABLE app.parent (id int PRIMARY KEY, name public.citext CONSTRAINT one_name UNIQUE, day date, size int)`,
    [["parent", "one_name", "unique", 2, ["id = 1, name = a", "id = 2, name = A"]]],
  ],
  [
    "check",
    `${parent}; ${child}; ALTER TABLE app.parent ADD CONSTRAINT positive CHECK (size > 0), ADD CONSTRAINT known CHECK (day IS NOT NULL)`,
    [
      ["parent", "known", "check", 1, ["id = 4, day = NULL"]],
      ["parent", "positive", "check", 2, ["id = 2, size = -2", "id = 4, size = -4"]],
    ],
  ],
  [
    "domain",
    `CREATE DOMAIN app.size AS int CONSTRAINT positive CHECK (VALUE > 0); ${child};
     CREATE TABLE app.parent (id int PRIMARY KEY, name text, day date, size app.size)`,
    [["parent", "size.positive", "domain", 2, ["id = 2, size = -2", "id = 4, size = -4"]]],
  ],
  [
    "partition",
    `${child}; CREATE TABLE app.parent (id int, name text, day date, size int) PARTITION BY RANGE (day);
     CREATE TABLE app.parent_old PARTITION OF app.parent FOR VALUES FROM ('2020-01-01') TO ('2025-01-01')`,
    [["parent", "parent", "partition", 2, ["day = 2030-01-01", "day = NULL"]]],
  ],
  [
    "foreign key that was set aside",
    `${parent}; ${child}; ALTER TABLE app.child ADD CONSTRAINT has_parent FOREIGN KEY (parent) REFERENCES app.parent`,
    [["child", "has_parent", "foreign key", 1, ["id = 2, parent = 9"]]],
  ],
  [
    "foreign keys that stay in place",
    `CREATE TABLE app.parent (id int PRIMARY KEY, name text, day date, size int) PARTITION BY LIST (id);
     CREATE TABLE app.parent_all PARTITION OF app.parent DEFAULT; ${child}; ${selfReference};
     ALTER TABLE app.child ADD CONSTRAINT has_parent FOREIGN KEY (parent) REFERENCES app.parent`,
    [["child", "has_parent", "foreign key", 1, ["id = 2, parent = 9"]]],
  ],
  [
    "a foreign key to one partition",
    `CREATE TABLE app.parent (id int PRIMARY KEY, name text, day date, size int) PARTITION BY LIST (id);
     CREATE TABLE app.parent_all PARTITION OF app.parent DEFAULT; ${child}; ${selfReference};
     ALTER TABLE app.child ADD CONSTRAINT has_parent FOREIGN KEY (parent) REFERENCES app.parent_all`,
    [
      ["child", "boss", "foreign key", 1, ["id = 3, boss = 7"]],
      ["child", "has_parent", "foreign key", 1, ["id = 2, parent = 9"]],
    ],
  ],
] as const)("%s", (_, tables, broken) => {
  test("all that is broken is listed", async () => {
    const { before, moved } = await move(tables);
    const outcome = await moved;
    const found = outcome.findings.flatMap((finding) =>
      finding.kind === "constraint-broken"
        ? [[finding.at.table, finding.name, finding.constraint, finding.rows, finding.first]]
        : [],
    );
    expect(found).toEqual(broken);
    expect([outcome.status, migrationExitCode(outcome, false)]).toEqual(["refused", 1]);
    await nothingIsLeft(before);
  });
});

test("what no query tells is told in the server's words", async () => {
  const { before, moved } = await move(
    `${child}; ${parent}; ALTER TABLE app.parent ADD CONSTRAINT apart EXCLUDE USING btree (lower(name) WITH =)`,
  );
  await expect(moved).rejects.toMatchObject({
    code: "value-misfit",
    message: expect.stringContaining('conflicting key value violates exclusion constraint "apart"') as string,
    hint: expect.stringContaining("Nothing of this run remains") as string,
  });
  await nothingIsLeft(before);
});

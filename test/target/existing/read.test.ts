/** What the catalogs say of tables that somebody else made, held against the SQL that made them. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TargetSchema, TargetTable } from "../../../src/model/target-schema.js";
import { openTarget } from "../../../src/target/connection/connect.js";
import { readTargetSchema } from "../../../src/target/existing/read.js";
import { databaseForAll, databaseUrl } from "../../database.js";

const database = databaseForAll();
const made = `
  CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;
  CREATE SCHEMA app; CREATE SCHEMA other;
  CREATE TYPE app.mood AS ENUM ('sad', 'so ''so''', 'happy');
  CREATE DOMAIN app.name AS varchar(40) NOT NULL DEFAULT 'nobody';
  CREATE DOMAIN app.nick AS app.name CHECK (VALUE <> '');
  CREATE SEQUENCE app.tickets;
  CREATE TABLE other.country (code char(2) PRIMARY KEY);
  CREATE TABLE app.person (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, number bigserial, ticket bigint DEFAULT nextval('app.tickets'),
    nick app.nick, mood app.mood, moods app.mood[], mail public.citext UNIQUE DEFERRABLE INITIALLY DEFERRED,
    upper_mail text GENERATED ALWAYS AS (upper(nick)) STORED, at timestamp(3) DEFAULT now(), tags text[] NOT NULL DEFAULT '{}',
    amount numeric(10,2), gone int, country char(2) REFERENCES other.country ON DELETE SET NULL,
    boss int REFERENCES app.person DEFERRABLE INITIALLY DEFERRED);
  ALTER TABLE app.person DROP gone;
  COMMENT ON CONSTRAINT person_boss_fkey ON app.person IS 'who says ''yes''';
  CREATE UNIQUE INDEX lower_nick ON app.person (lower(nick));
  CREATE UNIQUE INDEX some_numbers ON app.person (number) INCLUDE (nick) WHERE number > 5;
  CREATE TABLE app.pair (a int, b int, c int, UNIQUE (b, a), FOREIGN KEY (a) REFERENCES app.person MATCH FULL);
  ALTER TABLE app.pair ADD CONSTRAINT late FOREIGN KEY (c) REFERENCES app.person NOT VALID;
  CREATE FUNCTION app.touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
  CREATE TRIGGER touched BEFORE INSERT OR UPDATE ON app.pair FOR EACH ROW EXECUTE FUNCTION app.touch();
  CREATE TRIGGER off AFTER DELETE ON app.pair FOR EACH STATEMENT EXECUTE FUNCTION app.touch();
  ALTER TABLE app.pair DISABLE TRIGGER off; ALTER TABLE app.pair ENABLE ALWAYS TRIGGER touched;
  CREATE TABLE app.event (id int, day date, person int REFERENCES app.person, PRIMARY KEY (id, day)) PARTITION BY RANGE (day);
  CREATE TABLE app.event_old PARTITION OF app.event FOR VALUES FROM (MINVALUE) TO ('2020-01-01') PARTITION BY LIST (id);
  CREATE TABLE app.event_one PARTITION OF app.event_old FOR VALUES IN (1);
  CREATE TRIGGER touched AFTER INSERT ON app.event FOR EACH ROW EXECUTE FUNCTION app.touch();
  ALTER TABLE app.event_one ADD UNIQUE (person) DEFERRABLE, ADD CONSTRAINT own FOREIGN KEY (id) REFERENCES app.person;
  CREATE TABLE app.seen (id int, day date, FOREIGN KEY (id, day) REFERENCES app.event);
  CREATE VIEW app.names AS SELECT nick FROM app.person;
  CREATE MATERIALIZED VIEW app.kept AS SELECT 1 AS x;
  CREATE TABLE app.parent (x int); CREATE TABLE app.child () INHERITS (app.parent);
  CREATE TABLE app.guarded (x int); ALTER TABLE app.guarded ENABLE ROW LEVEL SECURITY;
  CREATE TABLE app.forced (x int); ALTER TABLE app.forced ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
  CREATE TABLE app.ruled (x int); CREATE RULE nothing AS ON INSERT TO app.ruled DO INSTEAD NOTHING;`;

let owner: string;
let guest: string;
beforeAll(async () => {
  owner = `${database.name}_owner`;
  guest = `${database.name}_guest`;
  await database.query(
    `CREATE ROLE ${owner} LOGIN PASSWORD 'secret'; CREATE ROLE ${guest} LOGIN PASSWORD 'secret';
     GRANT CREATE ON DATABASE ${database.name} TO ${owner}; ${made};
     GRANT USAGE ON SCHEMA app TO ${owner}, ${guest}; GRANT SELECT, INSERT ON app.pair TO ${guest}`,
  );
  for (const { kind, name } of await database.query(
    `SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'TABLE' END AS kind, oid::regclass::text AS name
       FROM pg_class WHERE relnamespace = 'app'::regnamespace AND relkind IN ('r', 'p', 'v', 'm')`,
  ))
    await database.query(`ALTER ${kind ?? ""} ${name ?? ""} OWNER TO ${owner}`);
});
afterAll(async () => {
  await database.query(`DROP OWNED BY ${owner}, ${guest} CASCADE; DROP ROLE ${owner}, ${guest}`);
});

async function readAs(role: string | null, schema = "app"): Promise<TargetSchema> {
  const target = await openTarget(
    role === null ? database.url : databaseUrl(database.name, `${role}:secret`),
    { environment: process.env },
  );
  try {
    return await readTargetSchema(await target.open(), schema);
  } finally {
    await target.close();
  }
}

const tableOf = (found: TargetSchema, name: string): TargetTable => {
  const table = found.tables.find((each) => each.name === name);
  if (table === undefined) throw new Error(`no table ${name}`);
  return table;
};

describe("readTargetSchema", () => {
  test("of a schema that is not there, or empty, has no tables", async () => {
    expect((await readAs(null, "not 'there'")).tables).toEqual([]);
  });

  test("tells relations of every kind, whose they are, and what stands in the way", async () => {
    const { tables } = await readAs(owner);
    const facts = tables.map(({ name, kind, isPartition, hasChildren, rowSecurity, hasRules, isOurs }) =>
      [
        name,
        kind,
        ...Object.entries({ isPartition, hasChildren, rowSecurity, hasRules, isOurs }).flatMap(([key, is]) =>
          is ? [key] : [],
        ),
      ].join(" "),
    );
    expect(facts).toEqual([
      "child table isOurs",
      "event partitioned isOurs",
      "event_old partitioned isPartition isOurs",
      "event_one table isPartition isOurs",
      "forced table rowSecurity isOurs",
      "guarded table isOurs",
      "kept materialized view isOurs",
      "names view isOurs",
      "pair table isOurs",
      "parent table hasChildren isOurs",
      "person table isOurs",
      "ruled table hasRules isOurs",
      "seen table isOurs",
    ]);
  });

  test("tells what the role may do", async () => {
    const found = await readAs(guest);
    expect(found).toMatchObject({ role: guest, mayReplicate: false });
    expect(tableOf(found, "pair")).toMatchObject({ isOurs: false, rights: ["SELECT", "INSERT"] });
    expect(tableOf(found, "guarded")).toMatchObject({ rowSecurity: true, rights: [] });
    expect(tableOf(found, "pair").links.map(({ mayBeMadeAgain }) => mayBeMadeAgain)).toEqual([false, false]);
  });

  test("sees through domains, and tells defaults, identity, sequences and what is computed", async () => {
    const { columns } = tableOf(await readAs(owner), "person");
    const plain = {
      table: "person",
      labels: null,
      isCitext: false,
      domain: null,
      notNull: false,
      defaultSql: null,
      identity: null,
      generated: null,
      sequences: [],
    };
    const labels = ["sad", "so 'so'", "happy"];
    expect(columns).toEqual([
      {
        ...plain,
        column: "id",
        type: "integer",
        notNull: true,
        identity: "always",
        sequences: [{ schema: "app", name: "person_id_seq" }],
      },
      {
        ...plain,
        column: "number",
        type: "bigint",
        notNull: true,
        defaultSql: "nextval('app.person_number_seq'::regclass)",
        sequences: [{ schema: "app", name: "person_number_seq" }],
      },
      {
        ...plain,
        column: "ticket",
        type: "bigint",
        defaultSql: "nextval('app.tickets'::regclass)",
        sequences: [{ schema: "app", name: "tickets" }],
      },
      {
        ...plain,
        column: "nick",
        type: "character varying(40)",
        domain: "app.nick",
        notNull: true,
        defaultSql: "'nobody'::character varying",
      },
      { ...plain, column: "mood", type: "app.mood", labels },
      { ...plain, column: "moods", type: "app.mood[]", labels },
      { ...plain, column: "mail", type: "public.citext", isCitext: true },
      { ...plain, column: "upper_mail", type: "text", generated: "stored" },
      { ...plain, column: "at", type: "timestamp(3) without time zone", defaultSql: "now()" },
      { ...plain, column: "tags", type: "text[]", notNull: true, defaultSql: "'{}'::text[]" },
      { ...plain, column: "amount", type: "numeric(10,2)" },
      { ...plain, column: "country", type: "character(2)" },
      { ...plain, column: "boss", type: "integer" },
    ]);
  });

  test("tells what keeps rows apart", async () => {
    const found = await readAs(owner);
    const words = (name: string) =>
      tableOf(found, name).keys.map(({ name: key, kind, columns, ...flags }) => ({
        [key]: [
          kind,
          columns?.join(" ") ?? "an expression",
          ...Object.entries(flags).flatMap(([flag, is]) => (is ? [flag] : [])),
        ].join(", "),
      }));
    expect(words("person")).toEqual([
      { person_pkey: "primary key, id, isImmediate, isValid" },
      { lower_nick: "index, an expression, isImmediate, isValid" },
      { person_mail_key: "unique, mail, isValid" },
      { some_numbers: "index, number, isPartial, isImmediate, isValid" },
    ]);
    expect(words("pair")).toEqual([{ pair_b_a_key: "unique, b a, isImmediate, isValid" }]);
    expect(words("event")).toEqual([{ event_pkey: "primary key, id day, isImmediate, isValid" }]);
  });

  test("tells foreign keys as they have to be made again", async () => {
    const found = await readAs(owner);
    const number = expect.any(Number) as number;
    const plain = {
      relation: { schema: "app", name: "person" },
      number,
      parentSchema: "app",
      parentTable: "person",
      parentRoot: "person",
      parentColumns: ["id"],
      equals: ["OPERATOR(pg_catalog.=)"],
      match: "simple",
      deferrable: false,
      isValid: true,
      isEnforced: true,
      isPeriod: false,
      comment: null,
      isPartitioned: false,
      hasOrdinaryTriggers: true,
      mayBeMadeAgain: true,
      mayLockParent: true,
    };
    expect(tableOf(found, "person").links).toEqual([
      {
        ...plain,
        name: "person_country_fkey",
        columns: ["country"],
        parentSchema: "other",
        parentTable: "country",
        parentRoot: "country",
        parentColumns: ["code"],
        definition: "FOREIGN KEY (country) REFERENCES other.country(code) ON DELETE SET NULL",
        mayBeMadeAgain: false,
        mayLockParent: false,
      },
      {
        ...plain,
        name: "person_boss_fkey",
        columns: ["boss"],
        deferrable: true,
        definition: "FOREIGN KEY (boss) REFERENCES app.person(id) DEFERRABLE INITIALLY DEFERRED",
        comment: "who says 'yes'",
      },
    ]);
    const ofPair = { ...plain, relation: { schema: "app", name: "pair" } };
    expect(tableOf(found, "pair").links).toEqual([
      {
        ...ofPair,
        name: "pair_a_fkey",
        columns: ["a"],
        match: "full",
        definition: "FOREIGN KEY (a) REFERENCES app.person(id) MATCH FULL",
      },
      {
        ...ofPair,
        name: "late",
        columns: ["c"],
        isValid: false,
        definition: "FOREIGN KEY (c) REFERENCES app.person(id) NOT VALID",
      },
    ]);
    expect(tableOf(found, "event_one").links).toMatchObject([
      { name: "event_person_fkey", isPartitioned: true },
      { name: "own", isPartitioned: true },
    ]);
    const numbers = found.tables.flatMap(({ links }) => links.map((link) => link.number));
    expect(Math.min(...numbers)).toBe(tableOf(found, "person").links[0]!.number);
  });

  test("tells a foreign key of one partition with the whole table, and one of a partitioned parent once", async () => {
    const found = await readAs(owner);
    expect(
      tableOf(found, "event").links.map(({ name, relation, isPartitioned }) => [
        name,
        relation.name,
        isPartitioned,
      ]),
    ).toEqual([
      ["event_person_fkey", "event", true],
      ["own", "event_one", true],
    ]);
    expect(
      tableOf(found, "seen").links.map(({ name, parentTable, parentRoot }) => [
        name,
        parentTable,
        parentRoot,
      ]),
    ).toEqual([["seen_id_day_fkey", "event", "event"]]);
  });

  test("tells where a key may be deferred, of a partition too", async () => {
    const { tables } = await readAs(owner);
    expect(tables.filter(({ hasDeferrableKey }) => hasDeferrableKey).map(({ name }) => name)).toEqual([
      "event",
      "event_old",
      "event_one",
      "person",
    ]);
  });

  test("tells triggers with their states, those of partitions too", async () => {
    const found = await readAs(owner);
    const relation = { schema: "app", name: "pair" };
    expect(tableOf(found, "pair").triggers).toEqual([
      { relation, name: "off", enabled: "D", events: ["DELETE"], mayBeSwitched: true },
      { relation, name: "touched", enabled: "A", events: ["INSERT", "UPDATE"], mayBeSwitched: true },
    ]);
    expect(tableOf(found, "event").triggers.map((each) => each.relation.name)).toEqual([
      "event",
      "event_old",
      "event_one",
    ]);
  });

  test("tells enums with their labels in order, citext of the extension and of nobody else, and arrays of both", async () => {
    for (const sql of [
      'CREATE SCHEMA "Ext"',
      "CREATE EXTENSION IF NOT EXISTS citext",
      'CREATE EXTENSION hstore SCHEMA "Ext"',
      "CREATE SCHEMA typed",
      `CREATE TYPE typed."Mood" AS ENUM ('sad', '"so, so"', 'happy')`,
      `ALTER TYPE typed."Mood" ADD VALUE 'NULL' BEFORE 'sad'`,
      "CREATE TYPE typed.nothing AS ENUM ()",
      "CREATE DOMAIN typed.citext AS text",
      `CREATE TABLE typed.t (a typed."Mood", b typed."Mood"[][], c typed.nothing, d public.citext, e public.citext[],
         f typed.citext, g typed.citext[], h name, i point, j "Ext".hstore)`,
    ])
      await database.query(sql);
    const labels = ["NULL", "sad", '"so, so"', "happy"];
    const { columns } = tableOf(await readAs(null, "typed"), "t");
    expect(columns.map(({ column, type, labels, isCitext }) => [column, type, labels, isCitext])).toEqual([
      ["a", 'typed."Mood"', labels, false],
      ["b", 'typed."Mood"[]', labels, false],
      ["c", "typed.nothing", [], false],
      ["d", "public.citext", null, true],
      ["e", "public.citext[]", null, true],
      ["f", "text", null, false],
      ["g", "typed.citext[]", null, false],
      ["h", "name", null, false],
      ["i", "point", null, false],
      ["j", '"Ext".hstore', null, false],
    ]);
  });
});

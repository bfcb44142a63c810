/** Somebody takes a name while a run is under way: with a history or without, nothing is there in the end. */
import { afterAll, describe, expect, test } from "vitest";
import { migrate } from "../../../src/pipeline/migrate.js";
import { databaseForEach } from "../../database.js";
import { makeSqlite } from "../../fixture.js";

const source = makeSqlite(
  "taken",
  `CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, 'x');
   CREATE TABLE u (id INTEGER PRIMARY KEY, b TEXT DEFAULT 'd'); INSERT INTO u VALUES (1, 'y');
   CREATE INDEX by_b ON u (b);
   CREATE VIEW seen AS SELECT id FROM t;`,
);
afterAll(() => source.remove());
const database = databaseForEach();
const move = (history: boolean) =>
  migrate(source.path, database.url, { environment: process.env, schema: "app", history });

/** When the first index of rows is built: not in the trial, whose tables are empty. */
const takes = (sql: string): string => `CREATE SCHEMA app;
  CREATE FUNCTION public.take() RETURNS event_trigger LANGUAGE plpgsql AS $$
    DECLARE made record; filled boolean;
    BEGIN FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() LOOP
      IF made.object_identity ~ '[.]t_pkey$' THEN
        EXECUTE format('SELECT EXISTS (SELECT FROM %s)', regexp_replace(made.object_identity, '_pkey$', '')) INTO filled;
        IF filled THEN ${sql}; END IF;
      END IF; END LOOP; END $$;
  CREATE EVENT TRIGGER take ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION public.take();`;

describe.each([true, false])("with a history: %s", (history) => {
  test.each(["CREATE TABLE app.u_pkey ()", "CREATE TABLE app.by_b ()", "CREATE VIEW app.seen AS SELECT 1"])(
    "%s",
    async (sql) => {
      await database.query(takes(sql));
      await expect(move(history)).rejects.toMatchObject({ code: "target-in-the-way" });
      expect(await database.query("SELECT to_regclass('app.t') AS there")).toEqual([{ there: null }]);
    },
  );

  test("a publication of all tables, for which no row without a key may be deleted, stops nothing", async () => {
    await database.query("CREATE SCHEMA app; CREATE PUBLICATION p FOR ALL TABLES");
    expect(await move(history)).toMatchObject({ status: "migrated" });
  });
});

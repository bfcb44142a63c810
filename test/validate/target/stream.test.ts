import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TablePlan } from "../../../src/model/plan.js";
import { MultisetSum } from "../../../src/validate/multiset-sum.js";
import { digestSql } from "../../../src/validate/target/canonical-sql.js";
import { attempt, withReadTransaction } from "../../../src/validate/target/read-transaction.js";
import type { TargetRange } from "../../../src/validate/target/range.js";
import { streamTarget } from "../../../src/validate/target/stream.js";
import * as all from "../all-types.js";
import * as more from "../more-types.js";
import { columnPlan, makeTarget, tablePlan, type TestTarget } from "../room.js";

let target: TestTarget;

beforeAll(async () => {
  target = await makeTarget();
  for (const sql of [...all.targetSql, ...more.targetSql]) await target.query(sql);
  await target.query("CREATE TABLE keys (id smallint, note text)");
  await target.query(
    "INSERT INTO keys VALUES (3, 'c'), (NULL, 'n'), (-32768, 'least'), (3, 'again'), (32767, 'most'), (0, NULL)",
  );
  await target.query(
    "CREATE VIEW endless AS SELECT a.i AS id FROM generate_series(1, 100000) a(i), generate_series(1, 100000) b(i)",
  );
  await target.query(
    "CREATE VIEW failing AS SELECT i AS id FROM generate_series(1, 200000) i WHERE 1 / (150000 - i) < 9",
  );
  await target.query(
    "CREATE TABLE many AS SELECT i AS id, repeat('x', 200) AS body FROM generate_series(1, 50000) i",
  );
});

afterAll(() => target.remove());

const reading = <T>(work: () => Promise<T>): Promise<T> => withReadTransaction(target.session, work);

const keysPlan = tablePlan("keys", [columnPlan("id", "bigint"), columnPlan("note", "text")]);
const manyPlan = tablePlan("many", [columnPlan("id", "bigint"), columnPlan("body", "text")]);
const endless = tablePlan("endless", [columnPlan("id", "bigint")]);

const stream = (table: TablePlan, session = target.session) =>
  streamTarget(session, "public", table, { by: "all" });

/** The int8 that stands first in a row. */
const keyOf = (row: Buffer): string => (row.readInt32BE(8) === -1 ? "NULL" : String(row.readBigInt64BE(12)));

const keys = async (range: TargetRange): Promise<readonly string[]> => {
  const found: string[] = [];
  await reading(async () => {
    for await (const batch of streamTarget(target.session, "public", keysPlan, range, { orderBy: "id" }))
      for (let at = 0; at < batch.rows; at += 1) found.push(keyOf(batch.row(at)));
  });
  return found;
};

describe("a stream that does not come to its end", () => {
  test("is refused before it begins where the signal was given", async () => {
    await reading(async () => {
      const rows = streamTarget(
        target.session,
        "public",
        keysPlan,
        { by: "all" },
        { signal: AbortSignal.abort() },
      );
      await expect(rows.next()).rejects.toMatchObject({ code: "interrupted" });
      expect(await target.session.query("SELECT 1 AS one")).toEqual([{ one: "1" }]);
    });
  });

  test("of a table that is not there is the server's refusal, after which the transaction goes on", async () => {
    await reading(async () => {
      const tried = await attempt(target.session, async () => {
        for await (const batch of stream(tablePlan("nowhere", keysPlan.columns))) expect(batch).toBe(0);
      });
      expect(tried).toMatchObject({ ok: false, error: { code: "42P01" } });
      expect(await target.session.query("SELECT 1 AS one")).toEqual([{ one: "1" }]);
    });
  });

  test("is an error where the statement fails in the middle, never a short answer", async () => {
    await reading(async () => {
      let rows = 0;
      const tried = await attempt(target.session, async () => {
        for await (const batch of stream(tablePlan("failing", endless.columns))) rows += batch.rows;
      });
      expect(rows).toBeGreaterThan(0);
      expect(tried).toMatchObject({ ok: false, error: { code: "22012" } });
    });
  });

  test("is an error where it is cancelled", async () => {
    await reading(async () => {
      const tried = await attempt(target.session, async () => {
        for await (const batch of stream(endless)) if (batch.rows > 0) void target.session.cancel();
      });
      expect(tried).toMatchObject({ ok: false, error: { code: "57014" } });
    });
  });

  test("is cancelled where its reader leaves, and the session goes on", async () => {
    await reading(async () => {
      const tried = await attempt(target.session, async () => {
        for await (const batch of stream(endless)) if (batch.rows > 0) throw new Error("seen enough");
      });
      expect(tried).toMatchObject({ ok: false, error: { message: "seen enough" } });
      expect(await target.session.query("SELECT 1 AS one")).toEqual([{ one: "1" }]);
    });
  });

  test("is an error where the connection is cut", async () => {
    const session = await target.open();
    const whole = async (): Promise<void> => {
      for await (const batch of stream(endless, session))
        if (batch.rows > 0) session.client.connection.stream.destroy();
    };
    await expect(whole()).rejects.toThrow(/Connection terminated|closed|ECONNRESET/);
  });
});

describe("the rows of a stream", () => {
  test.each(
    [all.allTypes, all.other, more.moreTypes, manyPlan].map((table) => [table.target, table] as const),
  )("of %s are the very ones that the server digests", async (name, table) => {
    const sum = new MultisetSum();
    await reading(async () => {
      for await (const batch of stream(table))
        for (let at = 0; at < batch.rows; at += 1) sum.add(batch.row(at));
      const columns = table.columns.map((column) => ({ name: column.target, type: column.type }));
      const [found] = await target.session.query(digestSql(`public.${name}`, columns));
      const { rows, lane0, lane1 } = sum.total();
      expect(found).toEqual({ rows: String(rows), lane0: String(lane0), lane1: String(lane1) });
      expect(rows).toBeGreaterThan(1n);
    });
  });

  test("are in the order of the key, NULL last", async () => {
    expect(await keys({ by: "all" })).toEqual(["-32768", "0", "3", "3", "32767", "NULL"]);
  });

  test.each<[bigint | null, bigint | null, readonly string[]]>([
    [null, null, ["-32768", "0", "3", "3", "32767", "NULL"]],
    [null, 3n, ["-32768", "0"]],
    [3n, null, ["3", "3", "32767"]],
    [0n, 3n, ["0"]],
    [3n, 3n, []],
    [-(2n ** 63n), 2n ** 63n - 1n, ["-32768", "0", "3", "3", "32767"]],
  ])("from %s to below %s are those of the range", async (from, to, expected) => {
    expect(await keys({ by: "key", column: "id", from, to })).toEqual(expected);
  });
});

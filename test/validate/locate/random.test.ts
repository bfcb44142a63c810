/** Random tables on both databases: what is located, and agreed to by the server, is what a comparison in memory finds. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { arbitrate } from "../../../src/validate/locate/arbiter.js";
import { identityOf } from "../../../src/validate/locate/identity.js";
import { locatePart } from "../../../src/validate/locate/locate.js";
import { rowKeysOf } from "../../../src/validate/source/scan.js";
import { withReadTransaction } from "../../../src/validate/target/read-transaction.js";
import { columnPlan, makeSource, makeTarget, tablePlan, type TestTarget } from "../room.js";
import { naive, type TestRow } from "./rows.js";

let target: TestTarget;

beforeAll(async () => {
  target = await makeTarget();
});

afterAll(() => target.remove());

type Row = readonly [key: bigint | string | null, body: string];

const body = fc.constantFrom("a", "A", "é", "", "a ");
const integer = fc.bigInt(-6n, 6n);
const text = fc.constantFrom("k", "K", "", "ä", "a|", "|a", "NULL");

const kinds = {
  rowid: { declared: "INTEGER PRIMARY KEY", type: "bigint", key: integer, isUnique: true, primaryKey: false },
  text: { declared: "TEXT PRIMARY KEY", type: "text", key: text, isUnique: true, primaryKey: true },
  none: { declared: "TEXT", type: "text", key: fc.option(text), isUnique: false, primaryKey: false },
} as const;

test.each(Object.keys(kinds) as (keyof typeof kinds)[])("with the key %s", async (kind) => {
  const { declared, type, key, isUnique, primaryKey } = kinds[kind];
  const table = tablePlan("t", [columnPlan("k", type), columnPlan("body", "text")], {
    primaryKey: primaryKey ? { name: "t_pkey", columns: ["k"] } : null,
  });
  const row = fc.tuple(key as fc.Arbitrary<Row[0]>, body);
  const ofSource = isUnique
    ? fc.uniqueArray(row, { selector: ([value]) => String(value), maxLength: 12 })
    : fc.array(row, { maxLength: 12 });
  const ofTarget = fc.array(fc.tuple(fc.option(key as fc.Arbitrary<Row[0]>, { freq: 8 }), body), {
    maxLength: 12,
  });
  // Most rows are on both sides, as they are in life.
  const both = fc
    .tuple(ofSource, ofTarget, fc.nat(12))
    .map(([one, more, kept]): [Row[], Row[]] => [one, [...one.slice(0, kept), ...more.slice(0, 4)]]);
  await fc.assert(
    fc.asyncProperty(fc.oneof(both, fc.tuple(ofSource, ofTarget)), async ([one, other]) => {
      const file = await makeSource(`CREATE TABLE t (k ${declared}, body TEXT)`, (database) => {
        const insert = database.prepare("INSERT INTO t VALUES (?, ?)");
        for (const values of one) insert.run(...values);
      });
      try {
        await target.query(`DROP TABLE IF EXISTS t`);
        await target.query(`CREATE TABLE t (k ${type}, body text)`);
        for (const [value, note] of other)
          await target.query("INSERT INTO t VALUES ($1, $2)", [value === null ? null : String(value), note]);
        const { database } = file.source;
        const identity = identityOf(table, rowKeysOf(database, table));
        const { differences, disagreement } = await withReadTransaction(target.session, async () => {
          const part = {
            table,
            schema: "public",
            sourceRange: null,
            targetRange: { by: "all" },
            number: 0,
            parts: 1,
            method: "stream",
            digests: false,
            periods: new Map(),
            asked: [],
            figuresRange: null,
          } as const;
          const ground = { ...file.source, session: target.session, signal: undefined };
          const located = await locatePart(ground, { ...part, rejects: false, orphans: undefined }, 1000);
          return arbitrate(target.session, { schema: "public", table, identity, mostListed: 1000 }, located);
        });
        expect(disagreement).toBe(null);
        const { listed, ...counts } = differences;
        const spelled = (rows: readonly Row[]) => rows.map(([value, note]): TestRow => [value ?? "\0", note]);
        expect(counts).toEqual(naive(spelled(one), spelled(other), kind === "none"));
        expect(listed.length > 0).toBe(counts.missing + counts.extra + counts.changed > 0);
      } finally {
        file.remove();
      }
    }),
    { numRuns: Number(process.env["RUNS"] ?? 6) },
  );
});

/**
 * Random rows, stored in SQLite and put into PostgreSQL by its own input functions, are the same; one value changed, and
 * they are not. The plan is made from the target's columns, as for tables that somebody else has filled.
 */
import type { Database } from "better-sqlite3";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { introspect } from "../../src/export/introspect.js";
import type { Plan } from "../../src/model/plan.js";
import { readTargetColumns } from "../../src/target/existing/columns.js";
import { matchExisting } from "../../src/translate/existing/match.js";
import { existingMeanings, planForExisting } from "../../src/translate/existing/plan-existing.js";
import { Rules } from "../../src/translate/rules/rules.js";
import { validateTables } from "../../src/validate/compare.js";
import { profilesOf, readersOf } from "../translate/plan-of.js";
import { makeSource, makeTarget, type SourceFile, type TestTarget } from "./room.js";

/** A value as SQLite holds it, and as PostgreSQL's input function reads it. */
interface Cell {
  readonly source: string | bigint | number | Buffer | null;
  readonly target: string | null;
}

const same = (text: string): Cell => ({ source: text, target: text });
const literal = (values: readonly (string | null)[]): string =>
  `{${values.map((value) => (value === null ? "NULL" : `"${value.replace(/["\\]/g, "\\$&")}"`)).join(",")}}`;

const letters = fc.constantFrom("a", "B", "é", "😀", '"', "\\", ",", "{", "'", "\n", "0");
const word = fc.array(letters, { maxLength: 5 }).map((parts) => parts.join(""));
const labels = ["sad", "so, so", "NULL"];
const moment = fc
  .date({ min: new Date("0001-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true })
  .map((date) => date.toISOString());
const integer = fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 });
const octets = (length: number) => fc.array(fc.nat(255), { minLength: length, maxLength: length });
const arrayOf = <T>(value: fc.Arbitrary<T>) => fc.array(fc.option(value), { maxLength: 4 });

const columns: Readonly<Record<string, fc.Arbitrary<Cell>>> = {
  smallint: fc
    .integer({ min: -32768, max: 32767 })
    .map((value) => ({ source: BigInt(value), target: `${value}` })),
  integer: integer.map((value) => ({ source: `${value}`, target: `${value}` })),
  real: fc
    .float({ noNaN: true })
    .map((value) => ({ source: value, target: Object.is(value, -0) ? "-0" : String(value) })),
  "numeric(9,2)": integer
    .map((value) => ({ source: value / 64, target: String(value / 64) }))
    .filter(({ target }) => /^-?\d{1,7}(\.\d{1,2})?$/.test(target)),
  "varchar(5)": word.map(same),
  "char(5)": word.map(same),
  json: fc.json().map(same),
  citext: word.map(same),
  mood: fc.constantFrom(...labels).map(same),
  "timestamp(3)": moment.map((iso) => ({ source: iso, target: iso.slice(0, -1) })),
  timestamp: moment.map((iso) => ({
    source: iso.replace("T", " ").replace(".000Z", ""),
    target: iso.slice(0, -1),
  })),
  "time(0)": moment.map((iso) => same(iso.slice(11, 19))),
  inet: fc
    .tuple(fc.oneof(fc.ipV4(), fc.ipV6()), fc.option(fc.nat(32)))
    .map(([address, bits]) => same(bits === null ? address : `${address}/${bits}`)),
  cidr: fc.oneof(fc.ipV4(), fc.ipV6(), fc.constantFrom("10.1.0.0/16", "10.0.0.0/8", "::/0")).map(same),
  macaddr: octets(6).map((bytes) => ({
    source: Buffer.from(bytes).toString("hex"),
    target: bytes.map((byte) => byte.toString(16)).join(":"),
  })),
  "integer[]": arrayOf(integer).map((values) => ({
    source: JSON.stringify(values),
    target: literal(values.map((value) => (value === null ? null : `${value}`))),
  })),
  "text[]": arrayOf(word).map((values) => ({ source: JSON.stringify(values), target: literal(values) })),
  "mood[]": arrayOf(fc.constantFrom(...labels)).map((values) => ({
    source: JSON.stringify(values),
    target: literal(values),
  })),
  "double precision[]": arrayOf(fc.double({ noNaN: true, noDefaultInfinity: true })).map((values) => ({
    source: `[${values.map((value) => (Object.is(value, -0) ? "-0.0" : String(value))).join(", ")}]`,
    target: literal(
      values.map((value) => (Object.is(value, -0) ? "-0" : value === null ? null : String(value))),
    ),
  })),
};

const types = Object.keys(columns);
const row = fc.tuple(
  ...Object.values(columns).map((cell) => fc.option(cell, { nil: { source: null, target: null } })),
);
const names = types.map((_, index) => `c${index}`);

let target: TestTarget;

beforeAll(async () => {
  target = await makeTarget();
  await target.query("CREATE EXTENSION citext SCHEMA public");
  await target.query(`CREATE TYPE public.mood AS ENUM (${labels.map((label) => `'${label}'`).join(", ")})`);
  await target.query(`CREATE TABLE t (id bigint, ${types.map((type, at) => `c${at} ${type}`).join(", ")})`);
});

afterAll(() => target.remove());

const fillSource = (rows: readonly (readonly Cell[])[]) => (database: Database) => {
  const insert = database.prepare(`INSERT INTO t VALUES (${["id", ...names].map(() => "?").join(", ")})`);
  for (const [id, cells] of rows.entries()) insert.run(BigInt(id), ...cells.map(({ source }) => source));
};

const fillTarget = async (rows: readonly (readonly Cell[])[]): Promise<void> => {
  await target.query("TRUNCATE t");
  const places = names.map((_, at) => `$${at + 2}`).join(", ");
  for (const [id, cells] of rows.entries())
    await target.query(`INSERT INTO t VALUES ($1, ${places})`, [
      String(id),
      ...cells.map((cell) => cell.target),
    ]);
};

const planFor = async ({ source }: SourceFile): Promise<Plan> => {
  const schema = introspect(source);
  const found = await readTargetColumns(target.session, "public");
  const matching = matchExisting(schema, found, new Rules([]));
  const profiles = profilesOf(source, schema, () => existingMeanings(matching.tables[0]!));
  const { plan, verdicts } = planForExisting({
    source: { file: "test.db", bytes: 0, encoding: "UTF-8", fingerprint: "" },
    matching,
    readers: readersOf(schema),
    profiles,
    mappings: [],
    targetSchema: "public",
    serverVersion: 18,
  });
  expect(verdicts).toEqual([]);
  return plan;
};

describe("a table of every type that a plan does not choose by itself", () => {
  test("is identical with the same rows, and different with one value changed", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 25 }),
        row,
        fc.nat(),
        async (rows, other, chosen) => {
          const source = await makeSource(`CREATE TABLE t (id, ${names.join(", ")})`, fillSource(rows));
          try {
            await fillTarget(rows);
            const plan = await planFor(source);
            const verdict = async () =>
              (await validateTables(source.source, target.session, plan, "public"))[0];
            expect(await verdict()).toMatchObject({ verdict: "identical", reason: null });
            const id = chosen % rows.length;
            for (const [at, name] of names.entries()) {
              // What is printed alike is the same value; citext would call others equal too.
              const changed = await target.query(
                `UPDATE t SET ${name} = $1::text::${types[at]!} WHERE id = $2 AND ${name}::text IS DISTINCT FROM $1::text::${types[at]!}::text
                 RETURNING id`,
                [other[at]!.target, String(id)],
              );
              if (changed.length === 0) continue;
              expect([types[at], (await verdict())?.verdict]).toEqual([types[at], "different"]);
              await target.query(`UPDATE t SET ${name} = $1 WHERE id = $2`, [
                rows[id]![at]!.target,
                String(id),
              ]);
            }
            expect(await verdict()).toMatchObject({ verdict: "identical" });
          } finally {
            source.remove();
          }
        },
      ),
      { numRuns: Number(process.env["RUNS"] ?? 2) },
    );
  });
});

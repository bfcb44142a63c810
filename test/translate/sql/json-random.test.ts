/** Random documents, and random places in them, on both engines; and random texts that are JSON or nearly. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { quoteLiteral } from "../../../src/model/identifier.js";
import { both, openEngines, translateOne, type Engines } from "./two-engines.js";

let engines: Engines;
beforeAll(async () => {
  engines = await openEngines();
});
afterAll(() => engines.close());

const withoutIsJson = "IS JSON begins with PostgreSQL 16";

const key = fc.constantFrom("a", "b", "0", "a b", "c.d", "", "é", "last");
const leaf = fc.oneof(
  fc.constantFrom(null, true, false, "", "text", "12", "true", "[]", "-0x", "É\n𝄞"),
  fc.integer(),
  fc.integer({ min: -4000, max: 4000 }).map((quarters) => quarters / 4 + 0.125),
);
const document = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    leaf,
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(key, tie("value"), { maxKeys: 4 }),
  ),
})).value;

const keyStep = (name: string): string => (/^[a-z]+$/.test(name) ? `.${name}` : `."${name}"`);
const step = fc.oneof(
  key.map(keyStep),
  fc.integer({ min: 0, max: 3 }).map((index) => `[${index}]`),
  fc.integer({ min: 1, max: 3 }).map((index) => `[#-${index}]`),
);

/** As far down as there is something, by the turns that the numbers say. */
function walk(value: unknown, turns: readonly number[]): string {
  const [turn, ...others] = turns;
  if (turn === undefined || typeof value !== "object" || value === null) return "";
  const entries = Object.entries(value as Readonly<Record<string, unknown>>);
  const entry = entries[turn % Math.max(entries.length, 1)];
  if (entry === undefined) return "";
  const own = !Array.isArray(value)
    ? keyStep(entry[0])
    : turn % 2 === 0
      ? `[${entry[0]}]`
      : `[#-${value.length - Number(entry[0])}]`;
  return own + walk(entry[1], others);
}

/** A place that is mostly there. */
const placed = fc
  .tuple(document, fc.array(fc.nat(), { maxLength: 4 }), fc.option(step))
  .map(([value, turns, more]) => [value, `$${walk(value, turns)}${more ?? ""}`] as const);

/** Every outcome of the expressions in the first row. */
async function agree(expressions: readonly string[]): Promise<void> {
  for (const sql of expressions) {
    const translation = translateOne(sql);
    if (!translation.ok) throw new Error(`${sql}: ${translation.reason}`);
    const outcome = await both(engines, sql, translation.value, "WHERE id = 1");
    expect(outcome.postgres, `${sql}\n${translation.value.sql}`).toEqual(outcome.sqlite);
  }
}

test("what stands at a place in a document is the same on both sides", async () => {
  await fc.assert(
    fc.asyncProperty(placed, async ([value, place]) => {
      const at = `json_extract(${quoteLiteral(JSON.stringify(value))}, ${quoteLiteral(place)})`;
      await agree([
        at,
        at.replace("json_extract", "json_type"),
        at.replace("json_extract", "json_array_length"),
        `${at} IS NULL`,
        `${at} = 1`,
        `${at} <> 'text'`,
        `${at} = '12'`,
        `${at} < 12.5`,
        `${at} >= 'a'`,
        `${at} < i`,
        `NOT ${at}`,
        `${at} + 1`,
        `CAST(${at} AS INTEGER)`,
        `json_array(${at})`,
        `coalesce(${at}, 'none')`,
      ]);
    }),
    { numRuns: 60 },
  );
});

test("a text is valid JSON on both sides, or on none", async ({ skip }) => {
  skip(inject("serverMajor") < 16, withoutIsJson);
  const damaged = fc
    .tuple(
      document,
      fc.nat(),
      fc.constantFrom("", ",", '"', "\\", "0", ".", "e", "\t", "\u0001", "]", " ", "'", "-"),
    )
    .map(([value, at, damage]) => {
      const text = JSON.stringify(value);
      const cut = at % (text.length + 1);
      return text.slice(0, cut) + damage + text.slice(cut + (at % 2));
    });
  await fc.assert(
    fc.asyncProperty(fc.oneof(damaged, fc.string()), async (text) => {
      fc.pre(!text.includes("\0"));
      await agree([`json_valid(${quoteLiteral(text)})`]);
    }),
    { numRuns: 300 },
  );
});

test("a column of texts is asked whether it is JSON, and NULL stays NULL", async ({ skip }) => {
  skip(inject("serverMajor") < 16, withoutIsJson);
  await agree(["json_valid(s)", "json_valid(js)", "json_valid(s) OR s IS NULL", "json_valid(js, 1)"]);
  const { value } = translateOne("json_valid(s)") as { value: { sql: string } };
  expect(value.sql).toBe('"s" IS JSON');
});

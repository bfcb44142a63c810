/** Whatever the plan, its reports are whole: aligned, safe for a terminal, and described by the schema. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { checkedBy, schemaNamed } from "../schemas.js";
import type { Finding } from "../../src/model/finding.js";
import type { ColumnPlan, NotCarried, Plan, TablePlan } from "../../src/model/plan.js";
import {
  arrayType,
  citextType,
  enumType,
  otherType,
  pgType,
  type ElementType,
  type PgType,
} from "../../src/model/postgres.js";
import { displayWidth } from "../../src/report/display-width.js";
import { planJson, migrationJson } from "../../src/report/json.js";
import type { Style } from "../../src/report/style.js";
import { plainStyle } from "../../src/report/style.js";
import { migrationText, planText } from "../../src/report/terminal.js";
import { copied, identical, migrated, plan } from "./examples.js";
import { findingOf } from "./finding-examples.js";

/** Names as no sane person gives them; none that spells what a broken report would print. */
const name = fc
  .oneof(
    fc.string({ unit: "binary", maxLength: 70 }),
    fc.string({ unit: "grapheme", maxLength: 30 }),
    fc.constantFrom("", "id", "表", "a b"),
  )
  .filter((text) => !/undefined|NaN|\[object/u.test(text));
const count = fc.nat(2_000_000_000);
const names = fc.array(name, { minLength: 1, maxLength: 3 });

const named = name.map((text) => `public.${text}`);
const elementType: fc.Arbitrary<ElementType> = fc.oneof(
  fc.constantFrom(pgType("bigint"), pgType("numeric", 10, 2), pgType("timestamp with time zone", 3)),
  fc.tuple(named, fc.array(name, { maxLength: 3 })).map(([sql, labels]) => enumType(sql, labels)),
  named.map(citextType),
);
const type: fc.Arbitrary<PgType> = fc.oneof(
  { weight: 3, arbitrary: elementType },
  elementType.map(arrayType),
  named.map(otherType),
);

const column: fc.Arbitrary<ColumnPlan> = fc.record({
  source: name,
  declaredType: name,
  target: name,
  type,
  unit: fc.constantFrom(null, "julian", "seconds"),
  decode: fc.constantFrom(null, "hex", "base64"),
  zone: fc.constantFrom(null, "Europe/Berlin"),
  policy: fc.constantFrom({}, { nul: "strip" } as const),
  rule: fc.option(fc.record({ mapping: name, line: fc.option(fc.integer({ min: 1, max: 9999 })) })),
  notNull: fc.boolean(),
  defaultSql: fc.option(name),
  identity: fc.option(
    fc.record({ sequence: name, next: fc.option(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }).map(String)) }),
  ),
  generated: fc.option(
    fc.record({
      sql: name,
      kind: fc.constantFrom("virtual", "stored"),
      sourceKind: fc.constantFrom("virtual", "stored", "none"),
      sourceSql: name,
    }),
  ),
  comment: fc.option(name),
  because: name,
});

const key = fc.record({ name, columns: names });

const table: fc.Arbitrary<TablePlan> = fc.record({
  source: name,
  target: name,
  rows: count,
  rejected: count,
  rejects: fc.constant([]),
  changes: fc.constant([]),
  withoutRowid: fc.boolean(),
  reader: fc.record({ by: fc.constantFrom("pages", "sqlite"), because: name }),
  columns: fc.array(column, { minLength: 1, maxLength: 6 }),
  primaryKey: fc.option(key),
  uniques: fc.array(key, { maxLength: 2 }),
  indexes: fc.array(
    fc.record({
      name,
      unique: fc.boolean(),
      terms: fc.array(fc.record({ sql: name, column: fc.option(name), descending: fc.boolean() }), {
        maxLength: 2,
      }),
      where: fc.option(name),
    }),
    { maxLength: 2 },
  ),
  foreignKeys: fc.array(
    fc.record({
      name,
      columns: names,
      parentTable: name,
      parentColumns: names,
      onUpdate: fc.constantFrom("NO ACTION", "CASCADE"),
      onDelete: fc.constantFrom("NO ACTION", "SET NULL"),
      deferrable: fc.constantFrom("no", "immediate", "deferred"),
      orphans: fc.constantFrom(0, 1, 1234),
    }),
    { maxLength: 2 },
  ),
  checks: fc.array(fc.record({ name, sql: name, sourceSql: name }), { maxLength: 2 }),
  comment: fc.option(name),
});

/** Findings of every kind, about names that nobody chose. */
const finding: fc.Arbitrary<Finding> = fc
  .tuple(fc.constantFrom(...Object.values(findingOf)), name, name)
  .map(([known, table, column]) => {
    if (known.at.table === null) return known;
    return { ...known, at: "column" in known.at ? { table, column } : { table } } as Finding;
  });

const leftBehind: fc.Arbitrary<NotCarried> = fc.record({
  type: fc.constantFrom("view", "trigger", "check"),
  name,
  table: fc.option(name),
  sql: fc.option(name),
  reason: name,
});

const anyPlan: fc.Arbitrary<Plan> = fc
  .record({
    schema: name,
    tables: fc.array(table, { maxLength: 4 }),
    findings: fc.array(finding, { maxLength: 5 }),
    notCarried: fc.array(leftBehind, { maxLength: 3 }),
  })
  .map(plan);

/** Marks what the tables paint with a character that `visible` lets nobody else print. */
const mark = "\u0001";
const marked: Style = { ...plainStyle, cyan: (text) => mark + text };

const complaints = checkedBy(schemaNamed("report"));

test("texts hold nothing broken and nothing that steers a terminal", () => {
  fc.assert(
    fc.property(anyPlan, (random) => {
      const outcome = migrated({
        plan: random,
        tables: random.tables.map(({ source, rows }) => copied(source, rows)),
        verdicts: random.tables.map(({ source, rows }) => identical(source, rows)),
        findings: random.findings,
        notCarried: random.notCarried,
      });
      for (const text of [planText(random, plainStyle), migrationText(outcome, plainStyle)]) {
        expect(text).not.toMatch(/undefined|NaN|\[object/u);
        expect(text.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
        expect(text.endsWith("\n")).toBe(true);
      }
      expect(complaints(migrationJson(outcome))).toEqual([]);
    }),
  );
});

test("the types of a table's columns stand under each other", () => {
  fc.assert(
    fc.property(table, (random) => {
      const lines = planText(plan({ tables: [random] }), marked)
        .split("\n")
        .filter((line) => line.startsWith("  ") && line.includes(mark));
      const edges = lines.map((line) => displayWidth(line.slice(0, line.indexOf(mark))));
      expect(lines).toHaveLength(random.columns.length);
      expect(new Set(edges).size).toBe(1);
    }),
  );
});

test("the schema describes every plan, and JSON loses nothing of it", () => {
  fc.assert(
    fc.property(anyPlan, (random) => {
      const document: unknown = JSON.parse(JSON.stringify(planJson(random)));
      expect(complaints(document)).toEqual([]);
      expect(document).toMatchObject({ plan: JSON.parse(JSON.stringify(random)) as object });
    }),
  );
});

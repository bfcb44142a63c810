import { describe, expect, test } from "vitest";
import type { Plan, TriggerPlan } from "../../../src/model/plan.js";
import { objectSteps, searchPathSql } from "../../../src/translate/statements/views-and-triggers.js";
import { planOf } from "../plan-of.js";

const trigger: TriggerPlan = {
  source: "Touch",
  target: "touch",
  table: "item",
  functionName: "touch_fn",
  functionSql: "BEGIN RETURN NEW; END",
  timing: 'BEFORE UPDATE OF "a"',
  when: null,
  sourceSql: "CREATE TRIGGER Touch ...",
};

const plan: Plan = {
  ...planOf('CREATE TABLE "Item" (a)'),
  views: [
    { source: "V", target: "v", columns: ["a", 'b"c'], sql: "SELECT 1, 2", sourceSql: "", uses: [] },
    { source: "W", target: "w", columns: ["a"], sql: 'SELECT "a" FROM "v"', sourceSql: "", uses: ["v"] },
  ],
  triggers: [trigger],
};

const functionOf = (functionSql: string): string =>
  objectSteps("s", { ...plan, views: [], triggers: [{ ...trigger, functionSql }] })[0]?.statements[0] ?? "";

describe("objectSteps", () => {
  test("makes views in the plan's order, then triggers with their functions", () => {
    expect(objectSteps('s"x', plan).map(({ kind, name, statements }) => [kind, name, ...statements])).toEqual(
      [
        ["view", "V", 'CREATE VIEW "s""x"."v" ("a", "b""c") AS SELECT 1, 2'],
        ["view", "W", 'CREATE VIEW "s""x"."w" ("a") AS SELECT "a" FROM "v"'],
        [
          "trigger",
          "Touch",
          'CREATE FUNCTION "s""x"."touch_fn"() RETURNS trigger LANGUAGE plpgsql ' +
            'SET search_path = "s""x", pg_catalog, pg_temp AS $$\nBEGIN RETURN NEW; END\n$$',
          'CREATE TRIGGER "touch" BEFORE UPDATE OF "a" ON "s""x"."item" FOR EACH ROW EXECUTE FUNCTION "s""x"."touch_fn"()',
        ],
      ],
    );
  });

  test("says on what a trigger stands by the name in the source", () => {
    const tables = plan.tables.map((table) => ({ ...table, target: "item" }));
    const onView = { ...trigger, table: "w" };
    const steps = objectSteps("s", { ...plan, tables, triggers: [trigger, onView] });
    expect(steps.map(({ table }) => table)).toEqual([null, null, "Item", "W"]);
  });

  test("puts the condition of a trigger in parentheses", () => {
    const [step] = objectSteps("s", { ...plan, views: [], triggers: [{ ...trigger, when: "NEW.a > 0" }] });
    expect(step?.statements[1]).toContain('FOR EACH ROW WHEN (NEW.a > 0) EXECUTE FUNCTION "s"."touch_fn"()');
  });

  test.each([
    ["$$", "$b1$"],
    ["$$ $b1$", "$b2$"],
    ["$", "$$"],
    ["$b1$", "$$"],
  ])("quotes a body that holds %s by %s", (held, tag) => {
    expect(functionOf(`BEGIN ${held}`).split(tag)).toHaveLength(3);
  });
});

test("the plan's schema comes before PostgreSQL's own, and temporary tables last", () => {
  expect(searchPathSql('a"b')).toBe('SET LOCAL search_path = "a""b", pg_catalog, pg_temp');
});

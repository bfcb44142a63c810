import { parse } from "yaml";
import { expect, test } from "vitest";
import type { FindingKind } from "../../src/model/finding.js";
import { findingInfo } from "../../src/model/finding.js";
import { settlingRule } from "../../src/report/mend-mapping.js";
import { suggestedMapping } from "../../src/report/suggest.js";
import { plan, table } from "./examples.js";
import { findingOf } from "./finding-examples.js";

const kinds = Object.keys(findingInfo) as FindingKind[];

test("a plan with nothing to settle gives a mapping that says nothing", () => {
  const text = suggestedMapping(plan({ tables: [table("person")] }));
  expect(parse(text)).toEqual({ version: 1 });
  expect(text).toContain("No rule would settle anything");
});

test("every rule is a comment, under its evidence", () => {
  const text = suggestedMapping(
    plan({
      tables: [table("person"), table("other")],
      findings: [findingOf["looks-like"], findingOf["value-misfit"]],
    }),
  );
  expect(parse(text)).toEqual({ version: 1, tables: { person: { columns: null } } });
  expect(text).toMatchInlineSnapshot(`
    "# Suggested by sqlift plan for shop.db, from its values (docs/mapping.md).
    # Nothing in it counts yet: take the # from the rules that are right, then use it with --mapping.
    version: 1
    tables:
      person:
        columns:
          # person.born: 2 values could be timestamptz from milliseconds, 2020-09-13 to 2020-10-06; they stay bigint.
          # born: { type: timestamptz, convert: { epoch: ms } }
          # person.note: 1 row cannot go in, because a value cannot become text; the first is text 'a\\u0000b' at rowid 7: it holds a NUL character, which PostgreSQL text cannot store; nothing is written while there is such a row.
          # note: { nul: strip }
    "
  `);
});

test.each(kinds.filter((kind) => settlingRule(findingOf[kind]) !== null))(
  "with its # away, the rule for %s is one of its column",
  (kind) => {
    const finding = findingOf[kind];
    const text = suggestedMapping(plan({ tables: [table("person")], findings: [finding] }));
    const lines = text.split("\n").map((line) => line.replace(/^( {6})# (\w+: \{ .*)$/u, "$1$2"));
    const { column } = finding.at as { column: string };
    expect(parse(lines.join("\n"))).toEqual({
      version: 1,
      tables: { person: { columns: { [column]: parse(`{ ${settlingRule(finding) ?? ""} }`) as unknown } } },
    });
  },
);

test("a built-in rule that gave way is offered whole, with its unit", () => {
  const wanted = "timestamptz from milliseconds";
  expect(settlingRule({ ...findingOf["rule-not-kept"], wanted })).toBe(
    "type: timestamptz, convert: { epoch: ms }",
  );
});

test("names that mean something else to YAML are quoted, and no name ends a comment", () => {
  const at = { table: "yes\n", column: "a: b\n# c" };
  const text = suggestedMapping(
    plan({ tables: [table("yes\n")], findings: [{ ...findingOf["looks-like"], at }] }),
  );
  expect(parse(text)).toEqual({ version: 1, tables: { "yes\n": { columns: null } } });
  expect(text).toContain(String.raw`# "a: b\n# c": { type: timestamptz`);
});

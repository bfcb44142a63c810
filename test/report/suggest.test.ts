import { parse } from "yaml";
import { describe, expect, test } from "vitest";
import type { Finding, FindingKind } from "../../src/model/finding.js";
import { findingInfo } from "../../src/model/finding.js";
import { settlingRule } from "../../src/report/mend-mapping.js";
import { suggestedMapping } from "../../src/report/suggest.js";
import { plan, table } from "./examples.js";
import { example, findingOf } from "./finding-examples.js";

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
  const offer = { ...findingOf["rule-not-kept"].offer, unit: "milliseconds" as const };
  expect(settlingRule({ ...findingOf["rule-not-kept"], offer })).toBe(
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

describe("a column with several findings", () => {
  const at = { table: "person", column: "note" };
  const ofNote = (...findings: readonly Finding[]): string =>
    suggestedMapping(
      plan({
        tables: [table("person")],
        findings: findings.map((finding) => ({ ...finding, at }) as Finding),
      }),
    );
  const rules = (text: string): readonly string[] =>
    text.split("\n").flatMap((line) => /^ {6}# (note: .*)$/u.exec(line)?.[1] ?? []);
  const misfit = findingOf["value-misfit"];
  const bytes = { ...misfit, code: "invalid-utf8" as const };

  test("has one rule with the policies of all of them", () => {
    const text = ofNote(misfit, bytes);
    expect(rules(text)).toEqual(["note: { nul: strip, invalid-utf8: replace }"]);
    expect(text).not.toContain("One of these");
  });

  test("that ask for different types has one for each, and one that leaves it, to choose from", () => {
    const text = ofNote(misfit, findingOf["declared-type-not-kept"], findingOf["looks-like"]);
    expect(text).toContain("# One of these:");
    expect(text).toContain("# with --on-reject quarantine for the 1 row that does not fit even so:");
    expect(rules(text)).toEqual([
      "note: { nul: strip }",
      "note: { type: bigint, nul: strip }",
      "note: { type: timestamptz, convert: { epoch: ms }, nul: strip }",
    ]);
  });

  test("that ask for one type has one rule", () => {
    const { offer } = findingOf["declared-type-not-kept"];
    const other = { ...findingOf["rule-not-kept"], offer: { ...offer, policy: { empty: "null" as const } } };
    expect(rules(ofNote(findingOf["declared-type-not-kept"], other))).toEqual([
      "note: { type: bigint, empty: null }",
    ]);
  });

  test("is offered no policy beside a type that a mapping refuses together", () => {
    const empty = { ...misfit, type: "date", code: "syntax" as const, first: example("text", "''") };
    const never = { ...empty, first: example("text", "'never'") };
    const range = { ...empty, code: "range" as const };
    expect(rules(ofNote(empty, never, range))).toEqual([
      "note: { empty: null, out-of-range: null }",
      "note: { type: text }",
    ]);
  });
});

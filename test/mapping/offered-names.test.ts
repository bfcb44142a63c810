/** What reports offer to paste names that very table and column, whatever they are called. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseMapping } from "../../src/mapping/read.js";
import type { ColumnPlace } from "../../src/model/place.js";
import { sameName } from "../../src/model/identifier.js";
import type { SqliteColumn, SqliteTable } from "../../src/model/sqlite.js";
import { mappingLine } from "../../src/report/mend-mapping.js";
import { suggestedMapping } from "../../src/report/suggest.js";
import { Rules } from "../../src/translate/rules/rules.js";
import { plan, table } from "../report/examples.js";
import { findingOf } from "../report/finding-examples.js";
import { isWellFormed } from "./spell-mapping.js";

/** Those that mean something else to YAML, to patterns or to JavaScript, and any others. */
const anyName = fc
  .oneof(
    fc.string({ unit: "binary", maxLength: 12 }),
    fc.string({ unit: fc.constantFrom(...Array.from("a*?\\\"'\n\t:#-, {}[]&!|>%@`")), maxLength: 6 }),
    fc.constantFrom(
      "__proto__",
      "constructor",
      "toString",
      "yes",
      "null",
      "~",
      "1",
      "0x10",
      "1e3",
      "- a",
      "<<",
      "",
      "*",
      "a\u0085b\u2028c\ufeff",
      "\u{e0001}",
    ),
  )
  .filter(isWellFormed);

/** One that a careless pattern would take for `name` as well. */
const otherThan = (name: string): fc.Arbitrary<string> =>
  fc
    .oneof(anyName, fc.constant(name.replaceAll(/[*?\\]/g, "x")), fc.constant(`${name}x`))
    .filter((other) => !sameName(other, name));

interface Case {
  readonly at: ColumnPlace;
  readonly other: ColumnPlace;
}

const cases: fc.Arbitrary<Case> = fc.record({ table: anyName, column: anyName }).chain((at) =>
  fc.record({
    at: fc.constant(at),
    other: fc.record({ table: otherThan(at.table), column: otherThan(at.column) }),
  }),
);

/** What the rules of a file say of the type of a column. */
const typeIn = (text: string, { table: name, column }: ColumnPlace): string | null => {
  const rules = new Rules([parseMapping(text, "pasted.yaml")]);
  const of = { name: column, declaredType: "" } as SqliteColumn;
  return rules.column({ name } as SqliteTable, of).type?.value.name ?? null;
};

function expectExact(text: string, { at, other }: Case): void {
  expect(typeIn(text, at)).toBe("timestamp with time zone");
  expect(typeIn(text, { ...at, column: other.column })).toBe(null);
  expect(typeIn(text, { ...at, table: other.table })).toBe(null);
}

test("the line of a report", () => {
  fc.assert(
    fc.property(cases, (each) => {
      expectExact(`version: 1\n${mappingLine(each.at, "type: timestamptz")}\n`, each);
    }),
  );
});

test("the rule of a suggested mapping, its # taken away", () => {
  fc.assert(
    fc.property(cases, (each) => {
      const finding = { ...findingOf["looks-like"], at: each.at };
      const lines = suggestedMapping(plan({ tables: [table(each.at.table)], findings: [finding] })).split(
        "\n",
      );
      const last = lines.findLastIndex((line) => line !== "");
      const taken = lines.with(last, lines[last]!.replace("# ", ""));
      expectExact(taken.join("\n"), each);
    }),
  );
});

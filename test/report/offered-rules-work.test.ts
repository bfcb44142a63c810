/** Every rule that a plan offers keeps its word: pasted and obeyed, the finding is gone, and as many rows are rejected as was said. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { introspect } from "../../src/export/introspect.js";
import { builtInMapping, builtInMappings } from "../../src/mapping/built-in.js";
import { parseMapping, readMapping } from "../../src/mapping/read.js";
import type { Finding } from "../../src/model/finding.js";
import type { ColumnPlace } from "../../src/model/place.js";
import type { Mapping } from "../../src/model/mapping.js";
import type { Plan } from "../../src/model/plan.js";
import { typeWords } from "../../src/model/postgres.js";
import { mappingLine, offeredRule, ruleText } from "../../src/report/mend-mapping.js";
import { recognise } from "../../src/translate/rules/recognise.js";
import { fixtureNames, fixturesFolder, fixtureSql } from "../fixture.js";
import { columnOf, openMemory, planOf, sourceOf, type Content } from "../translate/plan-of.js";

interface Offered {
  readonly finding: Finding;
  readonly at: ColumnPlace;
  readonly line: string;
}

const offersOf = (plan: Plan): readonly Offered[] =>
  plan.findings.flatMap((finding) => {
    const rule = offeredRule(finding);
    return rule === null || !("column" in finding.at)
      ? []
      : [{ finding, at: finding.at, line: mappingLine(finding.at, ruleText(rule)) }];
  });

const isAt = (finding: Finding, at: ColumnPlace): boolean =>
  "column" in finding.at && finding.at.column === at.column && finding.at.table === at.table;

/** In textual types, what has nothing to do with the type: such text was rejected before as well. */
const unstorable = ["nul", "invalid-utf8", "too-large"];

/** Rows that are rejected for the column, by what its type does not take. */
const rejectedAt = (plan: Plan, at: ColumnPlace): number =>
  plan.findings.reduce((sum, finding) => {
    if (finding.kind !== "rows-rejected" || !isAt(finding, at)) return sum;
    return unstorable.includes(finding.code) && /^(text|varchar)/.test(finding.type)
      ? sum
      : sum + finding.rows;
  }, 0);

/** @returns what is wrong with the plan that obeys the rule; null: nothing. */
function brokenPromise(content: Content, mappings: readonly Mapping[], offered: Offered): string | null {
  const { finding, at, line } = offered;
  const pasted = parseMapping(`version: 1\n${line}\n`, "pasted.yaml");
  const after = planOf(content, [...mappings, pasted], { onReject: "quarantine" });
  const same = after.findings.filter((each) => each.kind === finding.kind && isAt(each, at));
  if (finding.kind === "rows-rejected") {
    const left = same.flatMap((each) =>
      each.kind === "rows-rejected" && each.code === finding.code ? [each] : [],
    );
    // Of the others another may ask for another rule.
    const isSettled = !left.some((each) => JSON.stringify(each.first) === JSON.stringify(finding.first));
    return isSettled ? null : `${line}: ${finding.code} of ${finding.first.value} stays`;
  }
  if (same.length > 0) return `${line}: ${finding.kind} stays`;
  const { type, rejected } = offeredRule(finding)!;
  const made = typeWords(columnOf(after, at.table, at.column).type);
  if (type !== null && made !== type) return `${line}: it becomes ${made}`;
  const really = rejectedAt(after, at);
  // A row is rejected for one column alone, though others may not fit either.
  const isAlone = columnsOf(after, at.table) === 1;
  return rejected === null || really === rejected || (really < rejected && !isAlone)
    ? null
    : `${line}: ${rejected} rows were said, ${really} are rejected`;
}

describe("every line that is offered for a fixture does what it says", () => {
  let lines = 0;

  test.each(fixtureNames)("%s", (name) => {
    const content: Content = (database) => {
      database.unsafeMode(true);
      database.exec(fixtureSql(name));
    };
    const mappings = mappingsOf(name, content);
    const offers = offersOf(planOf(content, mappings, { onReject: "quarantine" }));
    lines += offers.length;
    expect(offers.flatMap((offered) => brokenPromise(content, mappings, offered) ?? [])).toEqual([]);
  });

  test("and there are some", () => {
    expect(lines).toBeGreaterThan(30);
  });
});

const columnsOf = ({ tables }: Plan, table: string): number =>
  tables.find(({ source }) => source === table)?.columns.length ?? 0;

/** As test/fixtures.test.ts has them. */
function mappingsOf(name: string, content: Content): readonly Mapping[] {
  const said = join(fixturesFolder, name, "options.json");
  const { mappings = [] } = (existsSync(said) ? JSON.parse(readFileSync(said, "utf8")) : {}) as {
    readonly mappings?: readonly string[];
  };
  const own = join(fixturesFolder, name, "mapping.yaml");
  const memory = openMemory(content);
  const recognised = recognise(introspect(sourceOf(memory)), builtInMappings());
  memory.close();
  return [
    ...recognised.map(({ mapping }) => mapping).filter((each) => !mappings.includes(each.name)),
    ...mappings.map(builtInMapping),
    ...(existsSync(own) ? [readMapping(own)] : []),
  ];
}

const declared = [
  "BOOLEAN",
  "INTEGER",
  "REAL",
  "NUMERIC",
  "DECIMAL(5,2)",
  "VARCHAR(3)",
  "TEXT",
  "BLOB",
  "JSON",
  "UUID",
  "DATE",
  "TIME",
  "DATETIME",
  "",
];

/** What stands in columns of each kind, and what strays into them. */
const values = [
  ...["0", "1", "2", "-7", "1.5", "123.456", "99999", "9e999", "9007199254740993"],
  ...["1600000000", "1600041600", "1600000000000", "500000000", "2459000.5", "1600000000000000001"],
  ..."yes|No|Y|off|1|0|true|F|maybe|unknown|n/a| |12|1.25|abcd|{}|[1]|{a"
    .split("|")
    .map((text) => `'${text}'`),
  ...["''", "char(9, 10)", "'a' || char(0)"],
  ...[
    "'2024-01-01'",
    "'0000-00-00'",
    "'2023-02-30 10:00:00'",
    "'2024-01-01 10:00'",
    "'01/02/2024'",
    "'never'",
  ],
  ...["'2024-01-01 00:00:00.1234567'", "'10:30'", "'25:00'", "'10:30:00.1234567'"],
  ...["'6ba7b810-9dad-11d1-80b4-00c04fd430c8'", "x'6ba7b8109dad11d180b400c04fd430c8'", "x'ff'", "x'6162'"],
];

const column = fc.record({
  type: fc.constantFrom(...declared),
  constraint: fc.constantFrom("", "", "", "NOT NULL", "PRIMARY KEY"),
  values: fc.array(fc.constantFrom(...values), { minLength: 1, maxLength: 5 }),
});

test("and every line that is offered for any column", () => {
  fc.assert(
    fc.property(column, ({ type, constraint, values: inserted }) => {
      const content = [
        `CREATE TABLE t (c ${type} ${constraint}${constraint === "PRIMARY KEY" ? ") WITHOUT ROWID" : ")"}`,
        ...inserted.map((value) => `INSERT OR IGNORE INTO t VALUES (${value})`),
      ].join(";");
      const offers = offersOf(planOf(content, [], { onReject: "quarantine" }));
      expect(offers.flatMap((offered) => brokenPromise(content, [], offered) ?? [])).toEqual([]);
    }),
    { numRuns: Number(process.env["RUNS"] ?? 250) },
  );
});

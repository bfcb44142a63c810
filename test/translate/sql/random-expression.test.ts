/**
 * Random expressions over random tables: what is translated is the same in every row on both engines, as a value and as a
 * condition. Of errors PostgreSQL may have those of numbers too large alone, where SQLite goes on with a double.
 *
 * RUNS and SEED try more of them: `npm run fuzz:translation`.
 */
import fc from "fast-check";
import pg from "pg";
import { expect, test } from "vitest";
import { translateCondition } from "../../../src/translate/sql/expression.js";
import { parseExpression } from "../../../src/translate/sql/ddl/parse-expression.js";
import { isFlag, type Kind, type Typed } from "../../../src/translate/sql/typed.js";
import { translated } from "../../../src/translate/sql/untranslatable.js";
import { randomColumns } from "./random-columns.js";
import { randomExpression, type RandomExpression } from "./random-expression.js";
import {
  fromPostgres,
  fromSqlite,
  openEngines,
  testScope,
  translateOne,
  type Comparable,
  type Engines,
  type TestColumn,
} from "./two-engines.js";

const runs = Number(process.env["RUNS"] ?? 300);
const seed = Number(process.env["SEED"] ?? 1);
const perTable = 1000;
const perSelect = 100;
const rowsPerTable = 12;

/** One way to ask for an expression's value on both sides. */
interface Question {
  readonly sqlite: string;
  readonly postgres: string;
  readonly kind: Kind;
}

/** What SQLite writes as a number or a text and PostgreSQL as a moment is asked for NULL alone. */
const isSpelledAlike = ({ kind, column }: Typed): boolean =>
  !["timestamptz", "timestamp", "date", "time", "uuid", "other"].includes(kind) &&
  (kind !== "boolean" || column === null || isFlag({ kind, column } as Typed));

function questionsOf(sql: string, columns: readonly TestColumn[]): readonly Question[] {
  const value = translateOne(sql, testScope(columns));
  const questions: Question[] = [];
  if (value.ok) {
    const { value: typed } = value;
    questions.push(
      isSpelledAlike(typed)
        ? { sqlite: `(${sql})`, postgres: `(${typed.sql})`, kind: typed.kind }
        : { sqlite: `((${sql}) IS NULL)`, postgres: `((${typed.sql}) IS NULL)`, kind: "boolean" },
    );
  }
  const { expr, text } = parseExpression(sql)!;
  const condition = translated(text, () =>
    translateCondition(expr, { text, scope: testScope(columns), queries: null, onRounding: () => undefined }),
  );
  if (condition.ok)
    questions.push({
      sqlite: `CASE WHEN (${sql}) IS TRUE THEN 1 WHEN (${sql}) IS FALSE THEN 0 END`,
      postgres: `(${condition.value.sql})`,
      kind: "boolean",
    });
  return questions;
}

/** Numbers beyond what a type holds; the range of a bigint where a double is cut to one. */
const isOverflow = (error: unknown): boolean =>
  error instanceof pg.DatabaseError && (error.code === "22003" || error.code === "22008");

/** In words; null: both say the same, or nothing can be said. */
type Difference = string | null;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

function sqliteAnswers({ sqlite }: Engines, questions: readonly Question[]): readonly Comparable[][] {
  const rows = sqlite
    .prepare<[], unknown[]>(`SELECT ${questions.map((each) => each.sqlite).join(", ")} FROM t ORDER BY id`)
    .raw()
    .safeIntegers()
    .all();
  return questions.map(({ kind }, at) => rows.map((row) => fromSqlite(row[at], kind)));
}

async function postgresAnswers(
  { postgres }: Engines,
  questions: readonly Question[],
): Promise<Comparable[][]> {
  const list = questions.map((each, at) => `${each.postgres} AS v${at}`).join(", ");
  const rows = await postgres.query(`SELECT ${list} FROM t ORDER BY id`);
  return questions.map(({ kind }, at) =>
    rows.map((row) => {
      const value = row[`v${at}`] ?? null;
      return value === null ? null : fromPostgres(value, kind);
    }),
  );
}

interface Tally {
  compared: number;
  overflows: number;
}

async function differenceOf(engines: Engines, question: Question, tally: Tally): Promise<Difference> {
  let ours: readonly Comparable[];
  try {
    ours = sqliteAnswers(engines, [question])[0]!;
  } catch {
    return null;
  }
  try {
    const theirs = (await postgresAnswers(engines, [question]))[0]!;
    return describeDifference(question, ours, theirs);
  } catch (error) {
    if (isOverflow(error)) {
      tally.overflows += 1;
      return null;
    }
    return `${question.sqlite}\n${question.postgres}\n  PostgreSQL: ${messageOf(error)}`;
  }
}

function describeDifference(
  question: Question,
  ours: readonly Comparable[],
  theirs: readonly Comparable[],
): Difference {
  const at = ours.findIndex((value, row) => value !== theirs[row]);
  return at < 0
    ? null
    : `${question.sqlite}\n${question.postgres}\n  row ${at + 1}: SQLite ${String(ours[at])}, PostgreSQL ${String(theirs[at])}`;
}

/** Of a whole SELECT; where that is an error, one by one. */
async function differencesOf(
  engines: Engines,
  questions: readonly Question[],
  tally: Tally,
): Promise<readonly Difference[]> {
  try {
    const [ours, theirs] = [sqliteAnswers(engines, questions), await postgresAnswers(engines, questions)];
    return questions.map((question, at) => describeDifference(question, ours[at]!, theirs[at]!));
  } catch {
    if (questions.length <= 1) return [await differenceOf(engines, questions[0]!, tally)];
    const half = questions.length >> 1;
    return [
      ...(await differencesOf(engines, questions.slice(0, half), tally)),
      ...(await differencesOf(engines, questions.slice(half), tally)),
    ];
  }
}

/** The least part that differs, by its own words. */
async function smallest(
  engines: Engines,
  expression: RandomExpression,
  columns: readonly TestColumn[],
  found: string,
): Promise<string> {
  for (const part of expression.parts) {
    if (parseExpression(part.sql) === null) continue;
    for (const question of questionsOf(part.sql, columns)) {
      const difference = await differenceOf(engines, question, { compared: 0, overflows: 0 });
      if (difference !== null) return smallest(engines, part, columns, difference);
    }
  }
  return found;
}

test(`${runs} random expressions are the same on both engines, or refused`, async () => {
  const tally: Tally = { compared: 0, overflows: 0 };
  const differences: string[] = [];
  for (let table = 0; table * perTable < runs; table += 1) {
    const options = { seed: seed * 7919 + table };
    const [columns] = fc.sample(randomColumns(rowsPerTable), { ...options, numRuns: 1 });
    const expressions = fc.sample(randomExpression, {
      ...options,
      numRuns: Math.min(perTable, runs - table * perTable),
    });
    const engines = await openEngines(columns);
    try {
      const asked = expressions.flatMap((expression) =>
        questionsOf(expression.sql, columns!).map((question) => ({ expression, question })),
      );
      tally.compared += asked.length;
      for (let at = 0; at < asked.length; at += perSelect) {
        const some = asked.slice(at, at + perSelect);
        const told = await differencesOf(
          engines,
          some.map(({ question }) => question),
          tally,
        );
        for (const [index, difference] of told.entries())
          if (difference !== null)
            differences.push(await smallest(engines, some[index]!.expression, columns!, difference));
      }
    } finally {
      await engines.close();
    }
  }
  if (process.env["RUNS"] !== undefined)
    // eslint-disable-next-line no-console -- a long run says what it did
    console.log(
      `seed ${seed}: ${runs} expressions, ${tally.compared} values and conditions compared, ${tally.overflows} too large in PostgreSQL`,
    );
  expect([...new Set(differences)].slice(0, 20), `SEED=${seed} RUNS=${runs}`).toEqual([]);
  expect(tally.compared).toBeGreaterThan(runs / 4);
}, 3_600_000);

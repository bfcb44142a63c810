/** Random moments under random modifiers and formats: SQLite against PostgreSQL, many in each query. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { formatParts, formatted } from "../../../src/translate/sql/functions/moment-format.js";
import { writtenMoment } from "../../../src/translate/sql/functions/moment-value.js";
import { comparable, fromPostgres, openEngines, translateOne, type Engines } from "./two-engines.js";

let engines: Engines;
beforeAll(async () => {
  engines = await openEngines();
});
afterAll(() => engines.close());

/** Modifiers must not leave the years 1 to 9999: SQLite gives NULL there. */
const moments = fc.integer({ min: Date.UTC(200, 0, 1), max: Date.UTC(9800, 0, 1) }).chain((milliseconds) => {
  const text = new Date(milliseconds).toISOString();
  const clock = text.slice(11, 23);
  return fc.constantFrom(
    `'${text.slice(0, 10)}'`,
    `'${text.slice(0, 16)}'`,
    `'${text.slice(0, 10)} ${clock.slice(0, 8)}'`,
    `'${text}'`,
    `'${text.slice(0, 23)}+05:30'`,
    `'${clock}'`,
    String(milliseconds / 86_400_000 + 2_440_587.5),
    `${Math.floor(milliseconds / 1000)}, 'unixepoch'`,
    `${milliseconds / 1000}, 'unixepoch'`,
  );
});

const count = (most: number): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom("", "+", "-"),
      fc.integer({ min: 0, max: most }),
      fc.constantFrom("", ".5", ".25", ".125"),
    )
    .map((parts) => parts.join(""));

const two = (most: number): fc.Arbitrary<string> =>
  fc.integer({ min: 0, max: most }).map((value) => String(value).padStart(2, "0"));

const modifier = fc.oneof(
  fc.tuple(count(20), fc.constantFrom("year", "years")).map((parts) => parts.join(" ")),
  fc.tuple(count(40), fc.constantFrom("month", "months")).map((parts) => parts.join(" ")),
  fc
    .tuple(count(2000), fc.constantFrom("day", "days", "hours", "minutes", "seconds"))
    .map((parts) => parts.join(" ")),
  fc.tuple(fc.constantFrom("+", "-", ""), two(23), two(59)).map(([sign, h, m]) => `${sign}${h}:${m}`),
  fc
    .tuple(fc.constantFrom("+", "-"), two(20), two(11), two(30), two(23), two(59))
    .map(([sign, y, m, d, h, min]) => `${sign}00${y}-${m}-${d} ${h}:${min}`),
  fc.constantFrom("start of day", "start of month", "start of year", "floor", "ceiling", "subsec"),
  fc.integer({ min: 0, max: 6 }).map((day) => `weekday ${day}`),
);

const part = fc.oneof(
  fc.constantFrom(..."deFfGgHIjklmMpPRsSTuUVwWY%".split("").map((letter) => `%${letter}`)),
  fc.constantFrom("-", ":", " ", "T", "Y", "DD", "''", '"', "\\", "/", "é"),
);
const call = fc.oneof(
  fc.constantFrom("date(", "time(", "datetime(", "julianday(", "unixepoch("),
  fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => `strftime('${parts.join("")}', `),
);

const expression = fc
  .tuple(call, moments, fc.array(modifier, { maxLength: 3 }))
  .map(([name, moment, modifiers]) => `${name}${moment}${modifiers.map((each) => `, '${each}'`).join("")})`);

test("are the same on both, or refused", async () => {
  let carried = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(expression, { minLength: 200, maxLength: 200 }), async (sqls) => {
      const cases = sqls.flatMap((sql) => {
        const translation = translateOne(sql);
        return translation.ok ? [{ sql, typed: translation.value }] : [];
      });
      carried += cases.length;
      const list = cases.map(({ typed }, at) => `(${typed.sql})::text AS c${at}`).join(", ");
      const [row = {}] = await engines.postgres.query(`SELECT ${list}`);
      const differing = cases.flatMap(({ sql, typed }, at) => {
        const ours = comparable(engines.sqlite.prepare(`SELECT ${sql}`).pluck().safeIntegers().get());
        const text = row[`c${at}`] ?? null;
        const theirs = text === null ? null : fromPostgres(text, typed.kind);
        return ours === theirs ? [] : [{ sql, ours, theirs, target: typed.sql }];
      });
      expect(differing).toEqual([]);
    }),
    { numRuns: 15 },
  );
  expect(carried).toBeGreaterThan(2000);
});

test("are written by to_char() as SQLite writes them", async () => {
  const instant = fc.integer({ min: Date.UTC(200, 0, 1), max: Date.UTC(9800, 0, 1) });
  const formats = fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(""));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(formats, instant), { minLength: 200, maxLength: 200 }),
      async (pairs) => {
        const list = pairs.map(([format, milliseconds], at) => {
          const value = { ...writtenMoment(milliseconds), volatility: "stable" as const };
          return `${formatted(value, formatParts(format.replaceAll("''", "'")))} AS c${at}`;
        });
        const [row = {}] = await engines.postgres.query(`SELECT ${list.join(", ")}`);
        const ours = pairs.map(([format, milliseconds]) =>
          engines.sqlite
            .prepare<[], string>(`SELECT strftime('${format}', '${new Date(milliseconds).toISOString()}')`)
            .pluck()
            .get(),
        );
        expect(pairs.map((_, at) => row[`c${at}`])).toEqual(ours);
      },
    ),
    { numRuns: 8 },
  );
});

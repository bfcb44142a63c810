/**
 * Local times of several zones at random, many near where clocks change, moved and proven: each is the instant that PostgreSQL
 * takes it for, or a rejected row if it is none or two; and proven again from the plan in the run history.
 */
import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { RunOptions } from "../../src/pipeline/open.js";
import { migrate } from "../../src/pipeline/migrate.js";
import { validate } from "../../src/pipeline/validate.js";
import type { Session } from "../../src/target/session.js";
import { databaseForAll } from "../database.js";
import { makeSqlite } from "../fixture.js";
import { judged, localTimes, zones } from "../local-times.js";
import { saying } from "../translate/mapping-of.js";

const database = databaseForAll();
let session: Session;
beforeAll(async () => {
  session = await database.open();
});

const options: RunOptions = { environment: process.env, jobs: 1 };

test("every local time arrives as its instant or is rejected by its name, and the proof agrees twice", async () => {
  const tables = [];
  for (const zone of zones) {
    const times = fc.sample(await localTimes(session, zone), 150);
    const answers = await judged((sql, parameters) => session.query(sql, parameters), zone, times);
    tables.push({ name: `t${tables.length}`, zone, times, answers });
  }
  const sql = tables.map(
    ({ name, times }) =>
      `CREATE TABLE ${name} (id INTEGER PRIMARY KEY, at DATETIME);
       INSERT INTO ${name} (at) VALUES ${times.map(({ iso }) => `('${iso}')`).join(", ")};`,
  );
  const file = makeSqlite("zones", sql.join("\n"));
  try {
    const mappings = [saying(Object.fromEntries(tables.map(({ name, zone }) => [`${name}.at`, { zone }])))];
    const outcome = await migrate(file.path, database.url, { ...options, mappings, onReject: "quarantine" });
    for (const [index, { name, answers }] of tables.entries()) {
      const isInstant = (answer: string): boolean => /^-?\d+$/.test(answer);
      const there = await database.query(
        `SELECT id::text, ('x' || encode(timestamptz_send(at), 'hex'))::bit(64)::int8::text AS at FROM public.${name}`,
      );
      const rejected = await database.query(
        `SELECT rowid::text AS id, code AS at FROM sqlift.rejected_rows WHERE table_name = $1`,
        [name],
      );
      const found = [...there, ...rejected].toSorted((a, b) => Number(a["id"]) - Number(b["id"]));
      expect(found.map(({ at }) => at)).toEqual(answers);
      expect(there).toHaveLength(answers.filter(isInstant).length);
      expect(outcome.plan.tables[index]?.rejects.map(({ code }) => code)).toEqual(
        answers.filter((answer) => !isInstant(answer)).slice(0, 100),
      );
    }
    const expected = tables.map(({ name, answers }) => [
      name,
      answers.every((answer) => !answer.endsWith("time")) ? "identical" : "identical-under-policy",
    ]);
    const verdicts = outcome.verdicts.map(({ source, verdict }) => [source, verdict]);
    expect(verdicts).toEqual(expected);
    const again = await validate(file.path, database.url, options);
    expect(again.verdicts.map(({ source, verdict }) => [source, verdict])).toEqual(expected);
  } finally {
    file.remove();
  }
});

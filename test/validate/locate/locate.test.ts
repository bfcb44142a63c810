import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { TablePlan } from "../../../src/model/plan.js";
import type { RowDifference, TableDifferences } from "../../../src/model/verdict.js";
import { arbitrate, keptFor, type Ruling } from "../../../src/validate/locate/arbiter.js";
import { identityOf } from "../../../src/validate/locate/identity.js";
import { locatePart } from "../../../src/validate/locate/locate.js";
import type { Located } from "../../../src/validate/locate/located.js";
import type { Part } from "../../../src/validate/part.js";
import { rowKeysOf } from "../../../src/validate/source/scan.js";
import { withReadTransaction } from "../../../src/validate/target/read-transaction.js";
import * as all from "../all-types.js";
import * as more from "../more-types.js";
import { columnPlan, makeSource, makeTarget, tablePlan, type SourceFile, type TestTarget } from "../room.js";

let source: SourceFile;
let target: TestTarget;

/** Keys that are no rowids: text with NULLs, and none at all. */
const texts = tablePlan(
  "texts",
  [columnPlan("code", "text"), columnPlan("n", "double precision"), columnPlan("body", "text")],
  {
    primaryKey: { name: "texts_pkey", columns: ["code"] },
  },
);
const loose = tablePlan("loose", [columnPlan("a", "text"), columnPlan("b", "bytea")]);
const sparse = tablePlan("sparse", [columnPlan("id", "integer"), columnPlan("note", "text")]);

beforeAll(async () => {
  source = await makeSource(`${all.sourceSql}${more.sourceSql};
    CREATE TABLE texts (code TEXT PRIMARY KEY, n REAL, body TEXT);
    INSERT INTO texts VALUES ('a', 1.5, 'one'), ('A', 2.5, 'two'), ('é', 3.5, NULL), (NULL, 4.5, 'four');
    CREATE TABLE loose (a, b);
    INSERT INTO loose VALUES ('x', x'01'), ('x', x'01'), ('x', x'01'), ('y', NULL), (NULL, NULL);
    CREATE TABLE sparse (id INTEGER PRIMARY KEY, note TEXT);
    INSERT INTO sparse VALUES (1, 'one'), (3, 'three'), (5, replace(hex(zeroblob(40000)), '00', 'é'));`);
  target = await makeTarget();
  const made = [
    ...all.targetSql,
    ...more.targetSql,
    "CREATE TABLE texts (code text, n float8, body text)",
    "INSERT INTO texts VALUES ('a', 1.5, 'one'), ('A', 2.5, 'two'), ('é', 3.5, NULL), (NULL, 4.5, 'four')",
    "CREATE TABLE loose (a text, b bytea)",
    "INSERT INTO loose VALUES ('x', '\\x01'), ('x', '\\x01'), ('x', '\\x01'), ('y', NULL), (NULL, NULL)",
    "CREATE TABLE sparse (id int, note text)",
    "INSERT INTO sparse VALUES (1, 'one'), (3, 'three'), (5, repeat('é', 40000))",
  ];
  for (const sql of made) await target.query(sql);
  for (const { target: name } of tables)
    await target.query(`CREATE TABLE kept_${name} AS SELECT * FROM ${name}`);
});

const tables = [all.allTypes, more.moreTypes, texts, loose, sparse];

afterAll(async () => {
  source.remove();
  await target.remove();
});

afterEach(async () => {
  for (const { target: name } of tables) {
    await target.query(`TRUNCATE ${name}`);
    await target.query(`INSERT INTO ${name} SELECT * FROM kept_${name}`);
  }
});

const partOf = (table: TablePlan, more: Partial<Part> = {}): Part => ({
  number: 0,
  parts: 1,
  table,
  schema: "public",
  sourceRange: null,
  targetRange: { by: "all" },
  method: "stream",
  digests: false,
  rejects: false,
  orphans: undefined,
  periods: new Map(),
  asked: [],
  figuresRange: null,
  ...more,
});

const reading = <T>(work: () => Promise<T>): Promise<T> => withReadTransaction(target.session, work);

const locate = (part: Part, most: number): Promise<Located> =>
  locatePart({ ...source.source, session: target.session, signal: undefined }, part, most);

const ruling = (
  table: TablePlan,
  mostListed = 1000,
  change = (located: Located) => located,
): Promise<Ruling> =>
  reading(async () => {
    const located = change(await locate(partOf(table), keptFor(mostListed)));
    const identity = identityOf(table, rowKeysOf(source.source.database, table));
    return arbitrate(target.session, { schema: "public", table, identity, mostListed }, located);
  });

const differences = async (table: TablePlan, mostListed?: number): Promise<TableDifferences> => {
  const { differences: found, disagreement } = await ruling(table, mostListed);
  expect(disagreement).toBe(null);
  return found;
};

/** `changed 1: ratio 0.1, 0.1 -> 0.10000000000000002`. */
const words = ({ kind, key, columns, sourceRows, targetRows }: RowDifference): string => {
  const known = key === null ? "" : ` ${key.map(({ value }) => value ?? "NULL").join("/")}`;
  const cells = columns.map(
    ({ column, source: from, expected, actual }) =>
      `${column} ${from ?? "-"}, ${expected ?? "NULL"} -> ${actual ?? "NULL"}`,
  );
  const counts = kind === "changed" ? "" : ` ${sourceRows}>${targetRows}`;
  return `${kind}${known}${counts}${kind === "changed" || key === null ? `: ${cells.join("; ")}` : ""}`;
};

const found = async (table: TablePlan, sql: string): Promise<readonly string[]> => {
  await target.query(sql);
  const { listed, missing, extra, changed } = await differences(table);
  expect(listed.length > 0 || missing + extra + changed === 0).toBe(true);
  return listed.map(words);
};

describe("a part of which the two sides are not the same rows", () => {
  test("is a bug of the caller", () => {
    expect(() => locate(partOf(sparse, { targetRange: { by: "block", from: 0, to: 1 } }), 9)).toThrow(
      /not those/,
    );
    expect(() => locate(partOf(sparse, { sourceRange: { from: 1n, to: null } }), 9)).toThrow(/not those/);
  });
});

describe("the server that calls equal what the canonical forms do not", () => {
  test("is believed: no difference is told, but a disagreement", async () => {
    await target.query("UPDATE sparse SET note = 'Three' WHERE id = 3");
    const { differences: left, disagreement } = await ruling(sparse, 1000, (located) => ({
      ...located,
      // As if the canonical form of what stands there had been made wrongly.
      suspects: located.suspects.map((suspect) => ({
        ...suspect,
        expected: suspect.actual,
        actual: suspect.expected,
      })),
    }));
    expect(left).toEqual({ missing: 0, extra: 0, changed: 0, listed: [] });
    expect(disagreement).toBe(
      "PostgreSQL and the canonical form of this program disagree on a row, sparse, id 3: " +
        "the server calls column note equal to what it must be, though its bytes are not",
    );
  });

  test.each([0, 1])("is heard where %i are to be listed, too", async (mostListed) => {
    await target.query("DELETE FROM sparse WHERE id = 3");
    const { differences: left, disagreement } = await ruling(sparse, mostListed, (located) => ({
      ...located,
      missing: 2,
      suspects: located.suspects.flatMap((suspect) => [
        suspect,
        // Its bytes with the key 1, which is there.
        { ...suspect, expected: new Uint8Array(suspect.expected!).map((byte, at) => (at === 19 ? 1 : byte)) },
      ]),
    }));
    expect(left).toMatchObject({ missing: 1, listed: { length: mostListed } });
    expect(disagreement).toMatch(/id 1: the server has 1 of its key and 0 like it, 0 were seen/);
  });

  test.each([
    ["texts", texts, "DELETE FROM texts WHERE code = 'a'"],
    ["loose", loose, "DELETE FROM loose WHERE a = 'y'"],
  ] as const)("is heard for %s", async (_, table, sql) => {
    await target.query(sql);
    const { disagreement } = await ruling(table, 9, (located) => ({
      ...located,
      suspects: located.suspects.map((suspect) => ({ ...suspect, targetRows: 1 })),
    }));
    expect(disagreement).toMatch(/the server has 0 of its key and 0 like it, 1 were seen/);
  });
});

describe("the same rows", () => {
  test.each(tables.map((table) => [table.target, table] as const))(
    "of %s do not differ",
    async (_, table) => {
      expect(await differences(table)).toEqual({ missing: 0, extra: 0, changed: 0, listed: [] });
    },
  );

  test("of all ranges of keys do not differ", async () => {
    const ranges = [null, -5n, 0n, 3n, 100n, null];
    await target.query("CREATE INDEX ON all_types (id)");
    await reading(async () => {
      for (const [at, from] of ranges.slice(0, -1).entries()) {
        const range = { from, to: ranges[at + 1] ?? null };
        const part = partOf(all.allTypes, {
          sourceRange: range,
          targetRange: { by: "key", column: "id", ...range },
        });
        expect(await locate(part, 9)).toMatchObject({ missing: 0, extra: 0, changed: 0 });
      }
    });
  });
});

describe("a value that was changed is told by its row, column and both values", () => {
  test.each([
    ["UPDATE all_types SET flag = NULL WHERE id = 3", "changed 3: flag 0, f -> NULL"],
    [
      "UPDATE all_types SET ratio = 0.10000000000000002 WHERE id = 1",
      "changed 1: ratio 0.1, 0.1 -> 0.10000000000000002",
    ],
    ["UPDATE all_types SET ratio = 0 WHERE id = 2", "changed 2: ratio -0.0, -0 -> 0"],
    [
      "UPDATE all_types SET ratio = '-Infinity' WHERE id = 3",
      "changed 3: ratio 9e999, Infinity -> -Infinity",
    ],
    ["UPDATE all_types SET price = 19.9001 WHERE id = 1", "changed 1: price 19.9, 19.9 -> 19.9001"],
    [
      "UPDATE all_types SET body = lower(body) WHERE id = 1",
      "changed 1: body 'Hello, wörld 😀', Hello, wörld 😀 -> hello, wörld 😀",
    ],
    ["UPDATE all_types SET name = '' WHERE id = 4", "changed 4: name NULL, NULL -> "],
    [
      "UPDATE all_types SET data = '\\x00ff11' WHERE id = 1",
      "changed 1: data x'00ff10', \\x00ff10 -> \\x00ff11",
    ],
    [
      "UPDATE all_types SET uid = NULL WHERE id = 2",
      "changed 2: uid x'00112233445566778899aabbccddeeff', 00112233-4455-6677-8899-aabbccddeeff -> NULL",
    ],
    [
      'UPDATE all_types SET meta = \'{"a":[1.1,true],"b":1}\' WHERE id = 1',
      'changed 1: meta \'{"b": 1, "a": [1.10, true]}\', {"a": [1.10, true], "b": 1} -> {"a": [1.1, true], "b": 1}',
    ],
    [
      "UPDATE all_types SET born = '0001-01-01 BC' WHERE id = 3",
      "changed 3: born '0001-01-01', 0001-01-01 -> 0001-01-01 BC",
    ],
    ["UPDATE all_types SET alarm = '24:00' WHERE id = 3", "changed 3: alarm '00:00', 00:00:00 -> 24:00:00"],
    [
      "UPDATE all_types SET sent = sent + '1 us' WHERE id = 1",
      "changed 1: sent 1600000000123, 2020-09-13 12:26:40.123+00 -> 2020-09-13 12:26:40.123001+00",
    ],
    [
      "UPDATE all_types SET body = name, name = body WHERE id = 3",
      "changed 3: body 'a  ', a   -> é; name 'é', é -> a  ",
    ],
  ])("%s", async (sql, told) => {
    expect(await found(all.allTypes, sql)).toEqual([told]);
  });

  test.each([
    ["UPDATE more_types SET single = 0 WHERE id = 2", "changed 2: single -0.0, -0 -> 0"],
    ["UPDATE more_types SET folded = 'bob' WHERE id = 1", "changed 1: folded 'Bob', Bob -> bob"],
    ["UPDATE more_types SET code = 'AB' WHERE id = 1", "changed 1: code 'ab', ab -> AB"],
    [
      'UPDATE more_types SET raw = \'{"b":1.10,"a":[]}\' WHERE id = 1',
      'changed 1: raw \'{"b": 1.10, "a":[]}\', {"b": 1.10, "a":[]} -> {"b":1.10,"a":[]}',
    ],
    ["UPDATE more_types SET mood = 'sad' WHERE id = 1", "changed 1: mood 'so, so', so, so -> sad"],
    [
      "UPDATE more_types SET host = '10.1.2.3' WHERE id = 1",
      "changed 1: host '10.1.2.3/8', 10.1.2.3/8 -> 10.1.2.3",
    ],
    ["UPDATE more_types SET net = '::/1' WHERE id = 2", "changed 2: net '::/0', ::/0 -> ::/1"],
    [
      "UPDATE more_types SET ints = '[0:2]={1,NULL,-3}' WHERE id = 1",
      "changed 1: ints '[1, null, -3]', {1,NULL,-3} -> [0:2]={1,NULL,-3}",
    ],
    [
      "UPDATE more_types SET texts = '{a,NULL,NULL,\"NULL\"}' WHERE id = 1",
      `changed 1: texts '["a", "", null, "NULL"]', {a,"",NULL,"NULL"} -> {a,NULL,NULL,"NULL"}`,
    ],
    [
      "UPDATE more_types SET moods = '{}' WHERE id = 4",
      `changed 4: moods '["glad", "so, so"]', {glad,"so, so"} -> {}`,
    ],
  ])("%s", async (sql, told) => {
    expect(await found(more.moreTypes, sql)).toEqual([told]);
  });

  test("of a long value its sha256 and where the source's begins", async () => {
    const [told] = await found(sparse, "UPDATE sparse SET note = note || 'x' WHERE id = 5");
    expect(told).toMatch(
      /^changed 5: note 'é{200}'\.\.\. \(40,000 characters\), sha256 [0-9a-f]{64} of a value of more than 65,536 bytes -> sha256 /,
    );
    expect(await found(sparse, "UPDATE sparse SET note = 'short' WHERE id = 5")).toEqual([
      expect.stringMatching(/ of a value of more than 65,536 bytes -> short$/),
    ]);
  });

  test("of two that begin alike from shortly before where they part", async () => {
    const one = await makeSource(
      "CREATE TABLE t (id INTEGER PRIMARY KEY, note TEXT); INSERT INTO t VALUES (1, hex(zeroblob(1000)) || 'end')",
    );
    await target.query("CREATE TABLE t AS SELECT 1::int AS id, repeat('0', 2000) || 'END' AS note");
    const plan = { ...sparse, source: "t", target: "t" };
    const { listed } = await reading(async () => {
      const ground = { ...one.source, session: target.session, signal: undefined };
      const located = await locatePart(ground, partOf(plan), 9);
      const identity = { fields: [0], isRowid: true };
      return (
        await arbitrate(target.session, { schema: "public", table: plan, identity, mostListed: 9 }, located)
      ).differences;
    });
    one.remove();
    expect(listed[0]?.columns[0]).toMatchObject({
      expected: `...${"0".repeat(20)}end (2003 characters, from 1981 on)`,
      actual: `...${"0".repeat(20)}END (2003 characters, from 1981 on)`,
    });
  });
});

describe("a row that one side has alone", () => {
  test.each([
    ["gone", "DELETE FROM sparse WHERE id = 3", ["missing 3 1>0"]],
    ["before the first", "INSERT INTO sparse VALUES (-2147483648, 'x')", ["extra -2147483648 0>1"]],
    ["after the last", "INSERT INTO sparse VALUES (2147483647, 'x')", ["extra 2147483647 0>1"]],
    [
      "without a key",
      "INSERT INTO sparse VALUES (NULL, 'x'), (NULL, 'x'), (NULL, NULL)",
      ["extra NULL 0>2", "extra NULL 0>1"],
    ],
    ["twice", "INSERT INTO sparse SELECT * FROM sparse WHERE id = 3", ["extra 3 1>2"]],
    ["twice, once changed", "INSERT INTO sparse VALUES (3, 'Three')", ["extra 3 0>1"]],
    ["with another key", "UPDATE sparse SET id = 4 WHERE id = 3", ["missing 3 1>0", "extra 4 0>1"]],
  ])("%s, of an integer key", async (_, sql, told) => {
    expect(new Set(await found(sparse, sql))).toEqual(new Set(told));
  });

  test.each([
    ["gone", "DELETE FROM texts WHERE code = 'a'", ["missing a 1>0"]],
    ["more", "INSERT INTO texts VALUES ('b', 0, '')", ["extra b 0>1"]],
    ["changed", "UPDATE texts SET body = 'Two' WHERE code = 'A'", ["changed A: body 'two', two -> Two"]],
    [
      "changed, without a key",
      "UPDATE texts SET n = -n WHERE code IS NULL",
      ["changed NULL: n 4.5, 4.5 -> -4.5"],
    ],
    ["twice", "INSERT INTO texts SELECT * FROM texts WHERE code = 'é'", ["extra é 1>2"]],
    [
      "of two that swapped their values",
      "UPDATE texts SET n = 4 - n WHERE lower(code) = 'a'",
      ["changed A: n 2.5, 2.5 -> 1.5", "changed a: n 1.5, 1.5 -> 2.5"],
    ],
  ])("%s, of a text key", async (_, sql, told) => {
    expect(new Set(await found(texts, sql))).toEqual(new Set(told));
  });

  test.each([
    [
      "one of three equal ones gone",
      "DELETE FROM loose WHERE ctid = (SELECT min(ctid) FROM loose)",
      ["missing 3>2: a 'x', x -> NULL; b x'01', \\x01 -> NULL"],
    ],
    [
      "all three gone",
      "DELETE FROM loose WHERE a = 'x'",
      ["missing 3>0: a 'x', x -> NULL; b x'01', \\x01 -> NULL"],
    ],
    [
      "of NULLs twice",
      "INSERT INTO loose VALUES (NULL, NULL)",
      ["extra 1>2: a -, NULL -> NULL; b -, NULL -> NULL"],
    ],
    [
      "changed",
      "UPDATE loose SET b = '' WHERE a = 'y'",
      ["missing 1>0: a 'y', y -> NULL; b NULL, NULL -> NULL", "extra 0>1: a -, NULL -> y; b -, NULL -> \\x"],
    ],
  ])("%s, of no key", async (_, sql, told) => {
    expect(new Set(await found(loose, sql))).toEqual(new Set(told));
  });
});

describe("where everything differs", () => {
  test.each([0, 1, 2, 1000])("all is counted and %i are listed", async (mostListed) => {
    await target.query("UPDATE all_types SET body = coalesce(body, '') || '!', ratio = 7");
    const { listed, ...counts } = await differences(all.allTypes, mostListed);
    expect(counts).toEqual({ missing: 0, extra: 0, changed: 6 });
    expect(listed).toHaveLength(Math.min(mostListed, 6));
  });

  test("a table of which no row is there, or which should be empty", async () => {
    await target.query("DELETE FROM more_types");
    expect(await differences(more.moreTypes)).toMatchObject({ missing: 4, extra: 0, changed: 0 });
  });
});

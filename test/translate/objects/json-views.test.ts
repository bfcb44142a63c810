/** Values out of JSON in views: people see what SQLite shows, and what reads the view is told what they are. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { BothEngines } from "../both-engines.js";
import { planOf } from "../plan-of.js";

const table = `
  CREATE TABLE t (id INTEGER PRIMARY KEY, j JSON, word TEXT);
  INSERT INTO t VALUES (1, '{"a":1,"b":"Bob"}', '1'), (2, '{"a":"1","b":"[x"}', 'Bob'), (3, '{"a":1.5,"b":true}', '1.5'),
    (4, '{"a":[1,2],"b":false}', '0'), (5, '{"a":{"k":"v"},"b":""}', ''), (6, '{"a":null}', 'x'), (7, '[]', NULL),
    (8, '{"a":"é \\"q\\"","b":-7}', 'é'), (9, NULL, 'a'), (10, '{"a":"18","b":"bob"}', 'BOB');
  CREATE VIEW shown AS SELECT id, json_extract(j, '$.a') AS a, j ->> 'b' AS b, word FROM t;`;

const views: readonly (readonly [title: string, select: string])[] = [
  ["as a place", "SELECT id, a, b FROM shown"],
  ["the whole of a document", "SELECT id, j -> 'a' AS doc, json_type(j, '$.a') AS type FROM t"],
  ["of json_each", "SELECT t.id, key, value, atom FROM t, json_each(t.j) ORDER BY t.id, fullkey"],
  ["in an order", "SELECT json_extract(j, '$.a') AS a, id FROM t ORDER BY a, id"],
  ["of one row", "SELECT (SELECT j ->> 'b' FROM t WHERE id = 1) AS b, 1 AS id"],
  [
    "of several arms",
    "SELECT id, j ->> 'b' AS b FROM t UNION ALL SELECT 100, 'none' UNION ALL SELECT 101, 5 ORDER BY 1",
  ],
  ["of a CASE", "SELECT id, CASE WHEN id < 5 THEN j ->> 'b' ELSE 'later' END AS b FROM t"],
  ["of a query within", "SELECT id, a FROM (SELECT id, json_extract(j, '$.a') AS a FROM t) WHERE a > 0"],
  ["of a WITH", "WITH w AS (SELECT id, j ->> 'b' AS b FROM t) SELECT id, b FROM w WHERE b = 1"],
  ["of one row at most", "SELECT j ->> 'b' AS b, id FROM t ORDER BY id DESC LIMIT 1"],
  ["equal to a text, from outside", "SELECT id FROM shown WHERE b = 'Bob' OR b IN ('bob', '') OR b <> 'x'"],
  ["equal to a text without case", "SELECT id FROM shown WHERE b = 'bob' COLLATE NOCASE"],
  ["equal to a column of texts", "SELECT id FROM shown WHERE a = word OR b = word OR b < word"],
  ["NULL", "SELECT id, a IS NULL AS none FROM shown WHERE b IS NOT NULL"],
  ["in functions of texts", "SELECT id, length(b) AS size, b || '!' AS loud, a LIKE '1%' AS one FROM shown"],
  [
    "as a CAST",
    "SELECT id, CAST(b AS TEXT) AS b, CAST(b AS INTEGER) + 1 AS n FROM shown ORDER BY CAST(b AS TEXT)",
  ],
  ["beside another value", "SELECT id, coalesce(a, b, 'none') AS v, ifnull(b, 0) AS w FROM shown"],
  ["again in a view", "SELECT id, v FROM again WHERE v <> 'none'"],
];

let engines: BothEngines;
beforeAll(async () => {
  const again = "CREATE VIEW again AS SELECT id, coalesce(b, 'none') AS v FROM shown;";
  const all = views.map(([, select], index) => `CREATE VIEW v${index} AS ${select};`);
  engines = await BothEngines.migrate([table, again, ...all].join("\n"));
}, 120_000);
afterAll(() => engines.end());

/** In one spelling: of truth, and of jsonb's blanks in arrays and objects. */
const spelled = (value: string | null | undefined): string | null =>
  value === "t" || value === "f"
    ? String(Number(value === "t"))
    : /^[[{]\S/.test(value ?? "")
      ? value!.replaceAll(/([,:]) /g, "$1")
      : (value ?? null);

const plain = (rows: readonly Readonly<Record<string, string | null | undefined>>[]): readonly string[] =>
  rows.map((row) => JSON.stringify(Object.values(row).map(spelled))).toSorted();

test.each(views.map(([title, select], index) => [title, select, `v${index}`] as const))(
  "are shown as SQLite shows them: %s",
  async (_, select, name) => {
    expect(engines.outcome.notCarried).toEqual([]);
    const target = await engines.target.query(`SELECT * FROM ${name}`);
    const source = engines.sourceRows(`SELECT * FROM ${name}`);
    expect(plain(target), select).toEqual(plain(source));
  },
);

test.each([
  [
    "beside a number",
    "SELECT id FROM shown WHERE a = 1",
    /the text of a value out of JSON with a whole number/,
  ],
  ["beside a text that a number is shown as", "SELECT id FROM shown WHERE a = '1'", /comparison/],
  ["beside another one", "SELECT id FROM shown WHERE a = b", /comparison/],
  ["less than a text", "SELECT id FROM shown WHERE a < 'x'", /comparison/],
  ["in arithmetic", "SELECT a + 1 FROM shown", /arithmetic with the text of a value/],
  ["as a condition", "SELECT id FROM shown WHERE a", /as a condition/],
  ["in an order", "SELECT id FROM shown ORDER BY a", /the order of the text of a value/],
  ["in groups", "SELECT a, count(*) FROM shown GROUP BY a", /groups of the text of a value/],
  ["DISTINCT", "SELECT count(DISTINCT a) FROM shown", /groups of the text of a value/],
  ["joined DISTINCT", "SELECT group_concat(DISTINCT a) FROM shown", /out of JSON/],
  ["at an end", "SELECT max(a) FROM shown", /min\(\) or max\(\) of the text of a value/],
  ["its type", "SELECT typeof(a) FROM shown", /several storage classes/],
  ["within JSON", "SELECT json_array(a) FROM shown", /within JSON/],
  ["as JSON", "SELECT json_extract(a, '$') FROM shown", /the text of a value out of JSON as JSON/],
])("are refused from outside where a number and its text differ: %s", (_, select, reason) => {
  const { notCarried } = planOf(`${table} CREATE VIEW v AS ${select};`);
  expect(notCarried.map(({ name }) => name)).toEqual(["v"]);
  expect(notCarried[0]?.reason).toMatch(reason);
});

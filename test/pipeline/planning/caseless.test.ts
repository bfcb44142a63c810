/** Columns that compare without case by themselves: which are, and which are refused. */
import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/model/finding.js";
import type { Mapping } from "../../../src/model/mapping.js";
import { plan } from "../../../src/pipeline/plan.js";
import { makeSqlite } from "../../fixture.js";
import { mappingOf, rule, saying } from "../../translate/mapping-of.js";

const by = (nocase: "index" | "citext" | "icu"): Mapping => mappingOf({ values: rule("*", { nocase }) });

const kinds = ["citext", "icu"] as const;

/** What is refused of the columns, by `table.column`. */
const refused = (
  findings: readonly Finding[],
): Readonly<Record<string, { because: string; pairs: unknown }>> =>
  Object.fromEntries(
    findings.flatMap((finding) =>
      finding.kind === "nocase-refused"
        ? [[`${finding.at.table}.${finding.at.column}`, { because: finding.because, pairs: finding.pairs }]]
        : [],
    ),
  );

async function planned(sql: string, mapping: Mapping, targetVersion?: number) {
  const file = makeSqlite("caseless", sql);
  try {
    return await plan(file.path, { mappings: [mapping], targetVersion });
  } finally {
    file.remove();
  }
}

/** `citext`, `icu` or `text`, by `table.column`. */
const typesIn = ({ tables }: Awaited<ReturnType<typeof planned>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    tables.flatMap(({ source, columns }) =>
      columns.map(({ source: column, type, collation }) => [
        `${source}.${column}`,
        collation === undefined ? type.name : "icu",
      ]),
    ),
  );

describe.each(kinds)("%s is refused", (as) => {
  test.each([
    ["by a primary key", "CREATE TABLE t (c TEXT COLLATE NOCASE PRIMARY KEY)"],
    ["by a unique constraint", "CREATE TABLE t (id INT, c TEXT COLLATE NOCASE UNIQUE)"],
    ["by a unique index", "CREATE TABLE t (c TEXT COLLATE NOCASE); CREATE UNIQUE INDEX i ON t (c)"],
    [
      "by a partial one",
      "CREATE TABLE t (c TEXT COLLATE NOCASE); CREATE UNIQUE INDEX i ON t (c) WHERE c > 'x'",
    ],
    ["by a key of WITHOUT ROWID", "CREATE TABLE t (c TEXT COLLATE NOCASE PRIMARY KEY) WITHOUT ROWID"],
  ])("for two values %s", async (_, sql) => {
    const made = await planned(`${sql}; INSERT INTO t (c) VALUES ('É'), ('plain'), ('é')`, by(as));
    expect(refused(made.findings)["t.c"]?.pairs).toEqual([["'É'", "'é'"]]);
    expect(typesIn(made)["t.c"]).toBe("text");
    expect(made.findings.map(({ kind }) => kind)).toContain("collation-in-indexes");
  });

  test("for a value beyond ASCII that is a letter of ASCII, found in the second look", async () => {
    const made = await planned(
      "CREATE TABLE t (c TEXT COLLATE NOCASE UNIQUE); INSERT INTO t VALUES ('k'), ('\u212a')",
      by(as),
    );
    expect(refused(made.findings)["t.c"]?.pairs).toEqual([["'\u212a'", "'k'"]]);
  });

  test("for a child whose parent differs by more than A to Z", async () => {
    const made = await planned(
      `CREATE TABLE p (c TEXT COLLATE NOCASE PRIMARY KEY); CREATE TABLE k (c TEXT COLLATE NOCASE REFERENCES p);
       INSERT INTO p VALUES ('Ä'); INSERT INTO k VALUES ('ä')`,
      by(as),
    );
    expect(Object.keys(refused(made.findings)).sort()).toEqual(["k.c", "p.c"]);
    expect(made.findings).toContainEqual(expect.objectContaining({ kind: "orphan-rows", rows: 1 }));
  });

  test("at both ends of a foreign key where one is not declared so, or refused", async () => {
    const made = await planned(
      `CREATE TABLE p (c TEXT COLLATE NOCASE PRIMARY KEY); CREATE TABLE k (c TEXT REFERENCES p);
       CREATE TABLE q (c TEXT COLLATE NOCASE PRIMARY KEY); CREATE TABLE l (c TEXT COLLATE NOCASE UNIQUE REFERENCES q);
       INSERT INTO q VALUES ('x'); INSERT INTO l VALUES ('Ö'), ('ö')`,
      by(as),
    );
    expect(typesIn(made)).toEqual({ "p.c": "text", "k.c": "text", "q.c": "text", "l.c": "text" });
    expect(refused(made.findings)["p.c"]?.because).toContain("k.c");
    expect(refused(made.findings)["q.c"]?.because).toContain("l.c");
    expect(refused(made.findings)["l.c"]?.pairs).toEqual([["'Ö'", "'ö'"]]);
  });

  test("for computed columns, and for a primary key under another collation", async () => {
    const made = await planned(
      `CREATE TABLE t (a TEXT, c TEXT COLLATE NOCASE AS (a || 'x') STORED);
       CREATE TABLE u (c TEXT COLLATE NOCASE, PRIMARY KEY (c COLLATE BINARY));
       INSERT INTO u VALUES ('a'), ('A')`,
      by(as),
    );
    expect(Object.keys(refused(made.findings)).sort()).toEqual(["t.c", "u.c"]);
  });

  test("for none whose values differ in a key of more columns, or in no key", async () => {
    const made = await planned(
      `CREATE TABLE t (a INT, c TEXT COLLATE NOCASE, d TEXT COLLATE NOCASE, UNIQUE (a, c));
       INSERT INTO t VALUES (1, 'É', 'É'), (2, 'é', 'é'), (NULL, 'é', NULL), (NULL, 'É', 'x')`,
      by(as),
    );
    expect(refused(made.findings)).toEqual({});
    expect(typesIn(made)).toEqual({ "t.a": "bigint", "t.c": as, "t.d": as });
  });
});

describe("what ICU alone takes for equal", () => {
  const sql =
    "CREATE TABLE t (c TEXT COLLATE NOCASE UNIQUE); INSERT INTO t VALUES ('ab'), ('a' || char(8203) || 'b'), ('x²'), ('X2')";

  test("is refused for icu", async () => {
    const { findings } = await planned(sql, by("icu"));
    expect(refused(findings)["t.c"]?.pairs).toEqual([
      ["'a\u200bb'", "'ab'"],
      ["'x²'", "'X2'"],
    ]);
  });

  test("is carried for citext", async () => {
    expect(typesIn(await planned(sql, by("citext")))).toEqual({ "t.c": "citext" });
  });
});

describe("LIKE and GLOB before PostgreSQL 18", () => {
  const sql = `CREATE TABLE t (c TEXT COLLATE NOCASE, d TEXT COLLATE NOCASE, e TEXT COLLATE NOCASE, CHECK (c LIKE 'a%' AND e > ''));
     CREATE VIEW v AS SELECT 1 FROM t WHERE e = 'x' AND glob('x*', d)`;

  test("forbid icu for the columns that they ask for", async () => {
    expect(Object.keys(refused((await planned(sql, by("icu"), 17)).findings)).sort()).toEqual(["t.c", "t.d"]);
  });

  test("forbid nothing from 18 on, nor citext", async () => {
    for (const made of [await planned(sql, by("icu"), 18), await planned(sql, by("citext"), 17)])
      expect(refused(made.findings)).toEqual({});
  });
});

test("columns that are no texts, that are not declared so or of which a mapping says otherwise are left alone", async () => {
  const sql = `CREATE TABLE t (n INT COLLATE NOCASE, b TEXT, r TEXT COLLATE RTRIM, c TEXT COLLATE NOCASE, d TEXT COLLATE NOCASE)`;
  const made = await plan_(sql, [by("citext"), saying({ "t.d": { nocase: "index" } })]);
  expect(typesIn(made)).toEqual({
    "t.n": "bigint",
    "t.b": "text",
    "t.r": "text",
    "t.c": "citext",
    "t.d": "text",
  });
  expect(refused(made.findings)).toEqual({});
});

async function plan_(sql: string, mappings: readonly Mapping[]) {
  const file = makeSqlite("caseless", sql);
  try {
    return await plan(file.path, { mappings });
  } finally {
    file.remove();
  }
}

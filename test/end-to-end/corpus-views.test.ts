/** Views of files that this project did not write: each is in the target and gives the same rows, or is listed with its reason. */
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { quote } from "../../src/model/identifier.js";
import { createDatabase, type TestDatabase } from "../database.js";
import { asMultiset, canonicalJson, postgresValue } from "../translate/sql/related-tables.js";
import { comparable, type Comparable } from "../translate/sql/two-engines.js";
import { run } from "./command.js";
import { corpusFile, hasCorpus } from "./corpus.js";

interface Report {
  readonly status: string;
  readonly notCarried: readonly { type: string; name: string; reason: string }[];
}

/** Whole numbers that count time are compared as moments; the files count milliseconds and microseconds. */
function moment(value: unknown): Comparable {
  if (typeof value === "string")
    return `text ${value
      .replace("T", " ")
      .replace(/(\.0+)?(Z|\+00:00)$/, "")
      .replace(/(\.\d*?)0+$/, "$1")}`;
  if (typeof value !== "bigint") return comparable(value);
  const micros = value > 10n ** 14n ? value : value > 10n ** 11n ? value * 1000n : value * 1_000_000n;
  const text = new Date(Number(micros / 1000n)).toISOString().slice(0, 19).replace("T", " ");
  const rest = (micros % 1_000_000n).toString().padStart(6, "0").replace(/0+$/, "");
  return `text ${text}${rest === "" ? "" : `.${rest}`}`;
}

async function viewRows(sqlite: Database.Database, postgres: TestDatabase, view: string) {
  const types = await postgres.query(
    `SELECT attname, atttypid::regtype AS type FROM pg_attribute WHERE attrelid = $1::regclass ORDER BY attnum`,
    [quote(view)],
  );
  const statement = sqlite.prepare<[], unknown[]>(`SELECT * FROM ${quote(view)}`).safeIntegers();
  const ours = statement.raw().all();
  const theirs = await postgres.query(`SELECT * FROM ${quote(view)}`);
  const sqliteValue = (value: unknown, type: string): Comparable =>
    type.startsWith("timestamp")
      ? moment(value)
      : type === "jsonb" && typeof value === "string"
        ? canonicalJson(value)
        : comparable(value);
  return {
    columns: [statement.columns().map(({ name }) => name), types.map(({ attname }) => attname)],
    sqlite: ours.map((row) => row.map((value, at) => sqliteValue(value, types[at]?.["type"] ?? ""))),
    postgres: theirs.map((row) =>
      types.map(({ attname, type }) => postgresValue(row[attname ?? ""] ?? null, type ?? "")),
    ),
  };
}

describe.skipIf(!hasCorpus)("the views of", () => {
  test.each([
    ["northwind_small", 1, []],
    [
      "chat_hangouts_android",
      7,
      [
        "conversations_view",
        "invites_view",
        "merged_contacts_with_details",
        "search_merged_contacts_with_details_by_display_name",
      ],
    ],
    ["datasette_fixtures", 4, []],
    ["pocketbase_data", 3, []],
  ] as const)("%s are carried or listed", async (name, carried, listed) => {
    const postgres = await createDatabase();
    const sqlite = new Database(corpusFile(name), { readonly: true });
    try {
      const result = await run(["migrate", corpusFile(name), postgres.url, "--json", "--quiet"]);
      const report = JSON.parse(result.out) as Report;
      expect(report.status, result.err).toBe("migrated");
      const views = sqlite
        .prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'view' ORDER BY name")
        .pluck()
        .all();
      const made = await postgres.query("SELECT viewname FROM pg_views WHERE schemaname = 'public'");
      const found = made.map(({ viewname }) => viewname ?? "");
      const lines = report.notCarried.filter(({ type }) => type === "view");
      expect([...found, ...lines.map((line) => line.name)].sort()).toEqual([...views].sort());
      expect(lines.map((line) => line.name).sort()).toEqual(listed);
      expect(lines.filter(({ reason }) => reason === "")).toEqual([]);
      expect(found).toHaveLength(carried);
      await postgres.query("SET timezone = 'UTC'");
      for (const view of found) {
        const rows = await viewRows(sqlite, postgres, view);
        expect(rows.columns[1], view).toEqual(rows.columns[0]);
        expect(asMultiset(rows.postgres), view).toEqual(asMultiset(rows.sqlite));
      }
    } finally {
      sqlite.close();
      await postgres.drop();
    }
  });
});

/** The digest is SHA-256 of the value's bytes, whatever stands in it, and PostgreSQL takes it for an index. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { columnTerm } from "../../../src/model/plan.js";
import { pgType, type PgTypeName } from "../../../src/model/postgres.js";
import { digestTerm } from "../../../src/translate/limits/digest-term.js";
import { databaseForAll } from "../../database.js";

const database = databaseForAll();

const ofColumn = (name: string, type: PgTypeName) => digestTerm(columnTerm(name), pgType(type));

/** Backslashes and what escapes are made of, more often than chance would have them. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom("\\", "\\x", "\\000", "\\377", "'", "\n", "é", "\u{1f600}"),
      fc.string({ unit: "grapheme", maxLength: 5 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join("").replaceAll("\0", ""));

test("of every text it is that of its UTF-8", async () => {
  const { sql } = ofColumn("v", "text");
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 1, maxLength: 100 }), async (texts) => {
      const values = JSON.stringify(texts).replaceAll("'", "''");
      const rows = await database.query(
        `SELECT encode(${sql}, 'hex') AS digest FROM json_array_elements_text('${values}') WITH ORDINALITY AS t (v, n) ORDER BY n`,
      );
      expect(rows.map(({ digest }) => digest)).toEqual(
        texts.map((each) => createHash("sha256").update(each, "utf8").digest("hex")),
      );
    }),
    { numRuns: 50 },
  );
});

test.each(["text", "bytea", "character varying"] as const)(
  "a unique index over digests of %s keeps equal values out and NULLs apart",
  async (type) => {
    await database.query(
      `DROP TABLE IF EXISTS t; CREATE TABLE t (v ${type}); CREATE UNIQUE INDEX ON t (${ofColumn("v", type).sql});
       INSERT INTO t VALUES (NULL), (NULL), (repeat('x', 5000)::${type}), (repeat('x', 5001)::${type})`,
    );
    await expect(database.query(`INSERT INTO t VALUES (repeat('x', 5000)::${type})`)).rejects.toThrow(
      "duplicate key value",
    );
  },
);

test.each(["numeric", "jsonb", "character", "bigint"] as const)(
  "%s has none: equal values may have other bytes, or no value is long",
  (type) => {
    expect(ofColumn("v", type)).toEqual(columnTerm("v"));
  },
);

/** PostgreSQL says the size of an entry where it refuses one: it has to be ours, to the byte. */
import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pgType, typeSql, type PgType } from "../../../src/model/postgres.js";
import { entryBytes, largestEntry, leastBytes } from "../../../src/translate/limits/entry-size.js";
import { databaseForAll } from "../../database.js";

const database = databaseForAll();

const fixed: readonly (readonly [PgType, string])[] = [
  [pgType("boolean"), "true"],
  [pgType("smallint"), "1"],
  [pgType("integer"), "1"],
  [pgType("bigint"), "1"],
  [pgType("double precision"), "1"],
  [pgType("date"), "'2000-01-01'"],
  [pgType("timestamp with time zone"), "'2000-01-01'"],
  [pgType("uuid"), "'00000000-0000-0000-0000-000000000000'"],
];

interface Field {
  readonly type: PgType;
  readonly sql: string;
  /** null: NULL. */
  readonly bytes: number | null;
}

const fixedField = fc.constantFrom(...fixed).map(([type, sql]): Field => ({ type, sql, bytes: sql.length }));
const varyingField =
  (name: "text" | "bytea") =>
  (length: number): Field => {
    const hex = randomBytes(Math.ceil(length / 2))
      .toString("hex")
      .slice(0, length);
    return name === "text"
      ? { type: pgType(name), sql: `'${hex}'`, bytes: length }
      : { type: pgType(name), sql: `decode('${randomBytes(length).toString("hex")}', 'hex')`, bytes: length };
  };
const short = fc.integer({ min: 0, max: 140 });
const field = fc.oneof(
  fixedField,
  short.map(varyingField("text")),
  short.map(varyingField("bytea")),
  fixedField.map((each): Field => ({ ...each, sql: "NULL", bytes: null })),
);

/** What PostgreSQL says that the entry has, or null where it takes it. */
async function sizeInPostgres(fields: readonly Field[]): Promise<number | null> {
  const columns = fields.map(({ type }, at) => `c${at} ${typeSql(type)}`).join(", ");
  // What is not compressed, as our count has it.
  const storage = fields.flatMap(({ type }, at) =>
    type.name === "text" || type.name === "bytea" ? [`ALTER COLUMN c${at} SET STORAGE EXTERNAL`] : [],
  );
  try {
    await database.query(
      `DROP TABLE IF EXISTS entry; CREATE TABLE entry (${columns}); ALTER TABLE entry ${storage.join(", ")};
       INSERT INTO entry VALUES (${fields.map(({ sql }) => sql).join(", ")});
       CREATE INDEX ON entry (${fields.map((_, at) => `c${at}`).join(", ")})`,
    );
    return null;
  } catch (error) {
    const [, size] =
      /^index row size (\d+) exceeds btree version 4 maximum 2704/.exec((error as Error).message) ?? [];
    if (size === undefined) throw error;
    return Number(size);
  }
}

const ours = (fields: readonly Field[]): number | null =>
  entryBytes(
    fields.map(({ type }) => type),
    fields.map(({ bytes }) => bytes),
  );

describe("the size of an entry", () => {
  test("is what PostgreSQL says, where it refuses one", async () => {
    const long = fc.integer({ min: 2705, max: 3500 }).map(varyingField("text"));
    await fc.assert(
      fc.asyncProperty(
        fc.array(field, { maxLength: 12 }),
        long,
        fc.array(field, { maxLength: 12 }),
        async (before, middle, after) => {
          const fields = [...before, middle, ...after];
          expect(await sizeInPostgres(fields)).toBe(ours(fields));
        },
      ),
      { numRuns: 40 },
    );
  });

  test.each([2691, 2692, 2693])("a text of %i bytes is taken just where ours says so", async (length) => {
    const fields = [varyingField("text")(length)];
    const isTooLong = ours(fields)! > largestEntry;
    expect(isTooLong).toBe(length > 2692);
    expect((await sizeInPostgres(fields)) !== null).toBe(isTooLong);
  });

  test("of a type whose form is not known is not known, also where the value is NULL", () => {
    expect(entryBytes([pgType("bigint"), pgType("jsonb")], [8, null])).toBe(null);
  });

  test("a limit of the type counts for less than the longest value", () => {
    expect(entryBytes([pgType("character varying", 10)], [5000])).toBe(8 + 1 + 40 + 7);
  });
});

test("no entry is too long whose values have fewer bytes than the least", () => {
  fc.assert(
    fc.property(
      fc.array(field, { minLength: 1, maxLength: 32 }),
      fc.integer({ min: 0, max: 31 }),
      (fields, which) => {
        const types = fields.map(({ type }) => type);
        const most = leastBytes(types) - 1;
        if (most < 0) return;
        const sizes = fields.map((_, at) => (at === which % fields.length ? most : 0));
        expect(entryBytes(types, sizes)).toBeLessThanOrEqual(largestEntry);
      },
    ),
  );
});

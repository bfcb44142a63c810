/**
 * Our canonical bytes against the server's: PostgreSQL reads each value in a spelling of its own and gives it back
 * through the very SQL that digests tables.
 */
import fc from "fast-check";
import { expect } from "vitest";
import { pgType, type PgType, type PgTypeName } from "../../src/model/postgres.js";
import type { Session } from "../../src/target/session.js";
import { canonicalField, type ColumnForm } from "../../src/validate/canonical/column-form.js";
import { oids, RowBytes } from "../../src/validate/canonical/row-bytes.js";
import { canonicalRowsSql } from "../../src/validate/target/canonical-sql.js";

/** A value of the source (a string is TEXT), and the parameters a, b, c from which PostgreSQL makes the same value. */
export interface Case {
  readonly source: string | bigint | number | Buffer;
  readonly parameters: readonly string[];
}

/** The most common case: PostgreSQL reads what SQLite holds. */
export const asWritten = (source: string): Case => ({ source, parameters: [source] });

/**
 * Asserts that batches of cases have the same canonical rows on both sides. `expression` makes the value of `type`
 * from a, b and c; where it gives NULL, the source's value must not convert.
 */
export const expectAgreement = async (
  session: Session,
  type: PgType | PgTypeName,
  unit: ColumnForm["unit"],
  expression: string,
  cases: fc.Arbitrary<Case>,
  { runs = 12, perRun = 200 } = {},
): Promise<void> => {
  const form: ColumnForm = { type: typeof type === "string" ? pgType(type) : type, unit };
  await fc.assert(
    fc.asyncProperty(fc.array(cases, { minLength: perRun / 2, maxLength: perRun }), async (batch) => {
      const server = await serverRows(session, form.type, expression, batch);
      const own = batch.map(({ source }, number) => ownRow(form, source, number));
      const wrong = batch.flatMap((one, number) =>
        server[number] === own[number] ? [] : [{ ...one, server: server[number], own: own[number] }],
      );
      expect(wrong).toEqual([]);
    }),
    { numRuns: runs },
  );
};

/** Rows of two fields, the value and its number, in hexadecimal. */
const serverRows = async (
  session: Session,
  type: PgType,
  expression: string,
  cases: readonly Case[],
): Promise<readonly string[]> => {
  const width = cases[0]?.parameters.length ?? 1;
  const rows = cases.map(
    (_, row) =>
      `(${row}, ${Array.from({ length: width }, (_, at) => `$${row * width + at + 1}::text`).join(", ")})`,
  );
  const names = ["a", "b", "c"].slice(0, width);
  const relation = `(SELECT n, ${expression} AS value FROM (VALUES ${rows.join(", ")}) AS p(n, ${names.join(", ")}))`;
  const columns = [
    { name: "value", type },
    { name: "n", type: pgType("bigint") },
  ];
  const found = await session.query(
    `SELECT encode(bytes, 'hex') AS bytes FROM (${canonicalRowsSql(relation, columns)}) AS r`,
    cases.flatMap(({ parameters }) => parameters),
  );
  return found.map((row) => row["bytes"] ?? "");
};

const ownRow = (form: ColumnForm, source: Case["source"], number: number): string => {
  const row = new RowBytes(2);
  const field = canonicalField(form);
  const isText = typeof source === "string";
  const misfit = field.write(isText ? Buffer.from(source, "utf8") : source, isText, row);
  if (misfit !== null) {
    row.clear();
    row.writeNull(field.oid);
  }
  row.writeInt64(oids.int8, BigInt(number));
  return row.view().toString("hex");
};

/** Types whose input function alone decides which texts are values: each has its `public.try_TYPE(text)`. */
const triedTypes = ["smallint", "integer", "json", "jsonb", "uuid", "inet", "cidr", "macaddr"];

/** SQL functions that give NULL where PostgreSQL refuses (pg_input_is_valid came with 16). */
export const refusalsAsNull: readonly string[] = [
  ...triedTypes.map((type) =>
    tryFunction(`try_${type}(input text) RETURNS ${type}`, `RETURN input::${type};`),
  ),
  tryFunction("try_numeric(input text) RETURNS numeric", "RETURN input::numeric;"),
  tryFunction(
    "try_numeric(input text, p int, s int) RETURNS numeric",
    `IF scale(trim_scale(input::numeric)) > s THEN RETURN NULL; END IF;
     EXECUTE format('SELECT %L::numeric(%s, %s)', input, p, s) INTO input;
     RETURN input::numeric;`,
  ),
  tryFunction(
    "try_real(input text) RETURNS real",
    "IF input::float8::real::float8 <> input::float8 THEN RETURN NULL; END IF; RETURN input::real;",
  ),
  tryFunction(
    "try_instant(unix_microseconds numeric) RETURNS timestamptz",
    // Counted from 2000 on: 64 bits of microseconds from 1970 on end before timestamptz does.
    `RETURN '2000-01-01 00:00:00+00'::timestamptz
       + ((unix_microseconds - 946684800000000)::text || ' microseconds')::interval;`,
  ),
];

function tryFunction(head: string, body: string): string {
  return `CREATE FUNCTION public.${head} LANGUAGE plpgsql AS
    $$ BEGIN ${body} EXCEPTION WHEN OTHERS THEN RETURN NULL; END $$`;
}

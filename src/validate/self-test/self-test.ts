/**
 * Before any table is read: edges of every type in use go through the very SQL that digests tables, and the sums must be
 * those of our own bytes. It catches a server whose version, relationship to PostgreSQL or settings give another
 * canonical form; without it such a server would call every table different, or worse.
 */
import { pgType, typeSql, typeWords, type PgType } from "../../model/postgres.js";
import type { Session } from "../../target/session.js";
import { canonicalField } from "../canonical/column-form.js";
import { MultisetSum, sameDigest } from "../multiset-sum.js";
import { RowBytes } from "../canonical/row-bytes.js";
import { testedNames, testedType, vectors, type TestedName, type Vector } from "./vectors.js";
import { digestSql } from "../target/canonical-sql.js";

/**
 * Null if the server's canonical form of `types` is ours, else the sentence that says of which types it is not.
 * Runs inside a transaction of read-transaction.ts.
 *
 * @throws what the session throws, e.g. where the server has no record_send.
 */
export const selfTest = async (session: Session, types: readonly PgType[]): Promise<string | null> => {
  const names = [...new Set(types.flatMap(testedNames))];
  if (names.length === 0 || (await agrees(session, names))) {
    return null;
  }
  const disagreeing: string[] = [];
  for (const name of names) {
    if (!(await agrees(session, [name]))) {
      disagreeing.push(name === "array" ? "arrays" : typeWords(pgType(name)));
    }
  }
  return `the self-test failed: this server gives ${disagreeing.join(", ")} another canonical form than PostgreSQL does`;
};

const agrees = async (session: Session, types: readonly TestedName[]): Promise<boolean> => {
  const rows = Math.max(...types.map((type) => vectors[type].length));
  const table = Array.from({ length: rows }, (_, row) => types.map((type) => vectorAt(type, row)));
  const placeholders = table.map(
    (cells, row) => `(${cells.map((_, column) => `$${row * types.length + column + 1}::text`).join(", ")})`,
  );
  const names = types.map((_, column) => `c${column}`);
  const values = types.map((type, column) => `p.c${column}::${typeSql(testedType(type))} AS c${column}`);
  const relation = `(SELECT ${values.join(", ")} FROM (VALUES ${placeholders.join(", ")}) AS p(${names.join(", ")}))`;
  const columns = types.map((type, column) => ({ name: `c${column}`, type: testedType(type) }));
  const [found] = await session.query(
    digestSql(relation, columns),
    table.flat().map(({ target }) => target),
  );
  return sameDigest(ownDigest(types, table), {
    rows: BigInt(found?.["rows"] ?? 0),
    lane0: BigInt(found?.["lane0"] ?? 0),
    lane1: BigInt(found?.["lane1"] ?? 0),
  });
};

/** Types with fewer vectors than others are filled up with NULL. */
const vectorAt = (type: TestedName, row: number): Vector =>
  vectors[type][row] ?? { target: null, source: null };

const ownDigest = (types: readonly TestedName[], table: readonly (readonly Vector[])[]) => {
  const fields = types.map((type) => canonicalField({ type: testedType(type), unit: "microseconds" }));
  const row = new RowBytes(types.length);
  const sum = new MultisetSum();
  for (const cells of table) {
    row.clear();
    for (const [column, field] of fields.entries()) {
      const source = cells[column]?.source ?? null;
      const isText = typeof source === "string";
      const value = isText ? Buffer.from(source, "utf8") : source;
      const misfit = value === null ? row.writeNull(field.oid) : field.write(value, isText, row);
      if (misfit !== null) {
        throw new Error(`The self-test's own vector ${String(source)} ${misfit}`);
      }
    }
    sum.add(row.view());
  }
  return sum.total();
};

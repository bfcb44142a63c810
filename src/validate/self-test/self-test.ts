/**
 * Before any table is read: edges of every type in use go through the very SQL that digests tables, and the sums must be
 * those of our own bytes. It catches a server whose version, relationship to PostgreSQL or settings give another
 * canonical form; without it such a server would call every table different, or worse.
 */
import { quoteLiteral } from "../../model/identifier.js";
import { pgType, typeSql, typeWords, type PgType } from "../../model/postgres.js";
import type { ProofMethod } from "../../model/verdict.js";
import type { Session } from "../../target/session.js";
import { canonicalField } from "../canonical/column-form.js";
import { CopyBytes } from "../canonical/copy-bytes.js";
import { MultisetSum, sameDigest, type MultisetDigest } from "../multiset-sum.js";
import { RowBytes } from "../canonical/row-bytes.js";
import { testedNames, testedType, vectors, type TestedName, type Vector } from "./vectors.js";
import { digestRelation } from "../target/digest.js";
import { receiveRelation } from "../target/stream.js";
import { streamRelation } from "../target/stream-digest.js";

/**
 * Null if the server's canonical form of `types` is ours, else the sentence that says of which types it is not.
 * Runs inside a transaction of read-transaction.ts.
 *
 * @param method by which the tables are going to be read.
 * @throws what the session throws, e.g. where the server has no record_send.
 */
export const selfTest = async (
  session: Session,
  types: readonly PgType[],
  method: ProofMethod,
): Promise<string | null> => {
  const names = [...new Set(types.flatMap(testedNames))];
  if (names.length === 0 || (await agrees(session, names, method))) {
    return null;
  }
  const disagreeing: string[] = [];
  for (const name of names) {
    if (!(await agrees(session, [name], method))) {
      disagreeing.push(name === "array" ? "arrays" : typeWords(pgType(name)));
    }
  }
  return `the self-test failed: this server gives ${disagreeing.join(", ")} another canonical form than PostgreSQL does`;
};

const agrees = async (
  session: Session,
  types: readonly TestedName[],
  method: ProofMethod,
): Promise<boolean> => {
  const rows = Math.max(...types.map((type) => vectors[type].length));
  const table = Array.from({ length: rows }, (_, row) => types.map((type) => vectorAt(type, row)));
  const own = ownDigest(types, table);
  const columns = types.map((type, column) => ({ name: `c${column}`, type: testedType(type) }));
  const relation = relationOf(types, table);
  if (method === "digest") {
    return sameDigest(own, await digestRelation(session, relation, columns));
  }
  return (
    sameDigest(own, await streamRelation(session, relation, columns)) &&
    (await receiveRelation(session, relation, columns, ownBytes(types, table)))
  );
};

/** COPY takes no parameters, so the vectors stand in it. */
const relationOf = (types: readonly TestedName[], table: readonly (readonly Vector[])[]): string => {
  const rows = table.map(
    (cells) =>
      `(${cells.map(({ target }) => (target === null ? "NULL::text" : `${quoteLiteral(target)}::text`)).join(", ")})`,
  );
  const names = types.map((_, column) => `c${column}`);
  const values = types.map((type, column) => `p.c${column}::${typeSql(testedType(type))} AS c${column}`);
  return `(SELECT ${values.join(", ")} FROM (VALUES ${rows.join(", ")}) AS p(${names.join(", ")}))`;
};

/** Types with fewer vectors than others are filled up with NULL. */
const vectorAt = (type: TestedName, row: number): Vector =>
  vectors[type][row] ?? { target: null, source: null };

const ownDigest = (types: readonly TestedName[], table: readonly (readonly Vector[])[]): MultisetDigest => {
  const row = new RowBytes(types.length);
  const sum = new MultisetSum();
  writeRows(types, table, row, () => {
    sum.add(row.view());
  });
  return sum.total();
};

/** What a COPY of the values as they are has to send. */
const ownBytes = (types: readonly TestedName[], table: readonly (readonly Vector[])[]): CopyBytes => {
  const bytes = new CopyBytes(types.length, true);
  writeRows(types, table, bytes, () => {
    bytes.keep();
  });
  bytes.keepEnd();
  return bytes;
};

const writeRows = (
  types: readonly TestedName[],
  table: readonly (readonly Vector[])[],
  row: RowBytes,
  onRow: () => void,
): void => {
  const fields = types.map((type) => canonicalField({ type: testedType(type), unit: "microseconds" }));
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
    onRow();
  }
};

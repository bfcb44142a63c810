/**
 * The target's values as binary COPY sends them with the least work of the server, for rows that are compared byte by byte
 * (canonical/copy-bytes.ts). Of the canonical form they keep what the bytes say, and leave out what hashing needs: no long value becomes a
 * marker, and no text is made that the type's own output is.
 */
import { quote } from "../../model/identifier.js";
import type { PgType } from "../../model/postgres.js";
import { canonicalSql, type DigestColumn } from "./canonical-sql.js";

/** A query of them, each a column; ordered by the column of this name where there is one. */
export const sentFieldsSql = (
  relation: string,
  columns: readonly DigestColumn[],
  orderBy: string | null,
): string => {
  const order = orderBy === null ? "" : ` ORDER BY t.${quote(orderBy)}`;
  const values = columns.map(({ name, type }) => sentSql(type, `t.${quote(name)}`));
  return `SELECT ${values.join(", ")} FROM ${relation} AS t${order}`;
};

const sentSql = (type: PgType, column: string): string => {
  switch (type.name) {
    // They send their text (enum_send, json_send), jsonb_send with a version before it; the cast would make another text of it.
    case "enum":
    case "json":
    case "jsonb":
      return column;
    default:
      return canonicalSql(type, column);
  }
};

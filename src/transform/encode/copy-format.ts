/** In which of COPY's formats a table's rows go. */
import { copiedColumns, type TablePlan } from "../../model/plan.js";
import type { PgType } from "../../model/postgres.js";
import { hasConstantOid } from "../fields/array.js";

export type CopyFormat = "binary" | "text";

/** Binary costs the server half as much; text only where a column's type has no binary form that is known before. */
export const copyFormat = (table: Pick<TablePlan, "columns">): CopyFormat =>
  copiedColumns(table).every(({ type }) => hasBinaryForm(type)) ? "binary" : "text";

const hasBinaryForm = (type: PgType): boolean =>
  type.name !== "other" && (type.name !== "array" || hasConstantOid(type.element));

/** What binary COPY begins and ends with (PostgreSQL documentation, COPY, "Binary Format"). */
export const copySignature: readonly number[] = [
  ...Buffer.from("PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0", "latin1"),
];
export const copyTrailer: readonly number[] = [0xff, 0xff];

/**
 * What each slice's transaction loaded. The row is written in that very transaction, so it stands for its rows: they have the same
 * `xmin` (docs/decisions/history.md, "Undo").
 */
import { quoteLiteral } from "../../model/identifier.js";
import type { LoadMark } from "../../model/history.js";
import { historySchema } from "./schema.js";

/** @param rows that COPY has counted. */
export const recordLoadSql = ({ run, table, slice }: LoadMark, rows: number): string =>
  `INSERT INTO ${historySchema}.loads (run, table_name, slice, rows) VALUES (${run}, ${quoteLiteral(table)}, ${slice}, ${rows})`;

import type { QuietWay } from "../../model/existing.js";

/**
 * What a transaction begins with that writes into tables of others: with it neither their triggers fire nor are their foreign keys
 * checked (PostgreSQL documentation, 19.11.1 "Statement Behavior", session_replication_role). What is set aside needs nothing.
 */
export const quietSql = (way: QuietWay): readonly string[] =>
  way === "replica" ? ["SET LOCAL session_replication_role = replica"] : [];

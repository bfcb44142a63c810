/** How far the numbers of an identity column go: as far as its type, which a rule may have made narrower than SQLite's. */
import type { PgType } from "../../model/postgres.js";

/** The largest number (PostgreSQL documentation, table 8.2). */
export function largestOf({ name }: PgType): bigint {
  if (name === "smallint") return 2n ** 15n - 1n;
  return name === "integer" ? 2n ** 31n - 1n : 2n ** 63n - 1n;
}

/** The types whose canonical form is known so far. */
import { typeWords, type PgType, type PgTypeName } from "../model/postgres.js";

export type ComparedName =
  | Extract<PgTypeName, "boolean" | "bigint" | "double precision" | "numeric" | "text" | "character varying">
  | Extract<PgTypeName, "bytea" | "uuid" | "jsonb" | "date" | "time without time zone">
  | Extract<PgTypeName, "timestamp with time zone">;

const comparedNames: ReadonlySet<string> = new Set<ComparedName>([
  "boolean",
  "bigint",
  "double precision",
  "numeric",
  "text",
  "character varying",
  "bytea",
  "uuid",
  "jsonb",
  "date",
  "time without time zone",
  "timestamp with time zone",
]);

/** @throws Error for the others; no plan names them before they have their form here. */
export const comparedName = (type: PgType): ComparedName => {
  if (!comparedNames.has(type.name)) throw new Error(`${typeWords(type)} cannot be compared yet`);
  return type.name as ComparedName;
};

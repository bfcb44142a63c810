/** What a run made, by object identifiers: names may be given to others later. */
import { quoteLiteral } from "../../model/identifier.js";
import { historySchema } from "./schema.js";

export type MadeKind = "schema" | "collation" | "table" | "view" | "function";

const catalogs: Readonly<Record<Exclude<MadeKind, "schema">, readonly [catalog: string, prefix: string]>> = {
  collation: ["pg_collation", "coll"],
  table: ["pg_class", "rel"],
  view: ["pg_class", "rel"],
  function: ["pg_proc", "pro"],
};

/**
 * To be asked where they have just been made, in that transaction; whatever the search path.
 *
 * @param schema where they stand; of kind `schema` no matter.
 * @param names of objects without arguments; none is no statement.
 */
export function recordMadeSql(
  run: number,
  kind: MadeKind,
  schema: string,
  names: readonly string[],
): readonly string[] {
  if (names.length === 0) return [];
  const [catalog, prefix] = kind === "schema" ? ["pg_namespace", "nsp"] : catalogs[kind];
  const place =
    kind === "schema"
      ? ""
      : ` AND o.${prefix}namespace = (SELECT n.oid FROM pg_catalog.pg_namespace n WHERE n.nspname = ${quoteLiteral(schema)})`;
  return [
    `INSERT INTO ${historySchema}.made (run, kind, name, object)
     SELECT ${run}, '${kind}', o.${prefix}name, o.oid FROM pg_catalog.${catalog} o
      WHERE o.${prefix}name IN (${names.map(quoteLiteral).join(", ")})${place}`,
  ];
}

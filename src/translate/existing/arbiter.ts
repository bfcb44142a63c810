/** The key by which ON CONFLICT tells whether a row is there already (PostgreSQL documentation, INSERT, "ON CONFLICT Clause"). */
import type { ArbiterKey } from "../../model/existing.js";
import type { KeyFault } from "../../model/existing-finding.js";
import type { TargetKey, TargetTable } from "../../model/target-schema.js";

/** Why there is none; of the key that comes nearest. */
export interface NoArbiter {
  readonly key: string | null;
  readonly reason: KeyFault;
}

/**
 * The primary key, else the first unique one by its name, that tells every row apart by what the source brings.
 *
 * @param loaded columns that are filled from the source.
 */
export function arbiterOf({ keys, columns }: TargetTable, loaded: readonly string[]): ArbiterKey | NoArbiter {
  const notNull = columns.flatMap((column) => (column.notNull ? [column.column] : []));
  let nearest: NoArbiter | null = null;
  for (const key of keys.filter(({ kind }) => kind !== "exclusion")) {
    const reason = faultOf(key, loaded, notNull);
    if (reason === null)
      return { name: key.name, columns: key.columns ?? [], isConstraint: key.kind !== "index" };
    nearest ??= { key: key.name, reason };
  }
  return nearest ?? { key: null, reason: "none" };
}

export const isArbiter = (found: ArbiterKey | NoArbiter): found is ArbiterKey => "columns" in found;

function faultOf(
  key: TargetKey,
  loaded: readonly string[],
  notNull: readonly string[],
): Exclude<KeyFault, "none"> | null {
  if (key.columns === null) return "expression";
  if (key.isPartial) return "partial";
  if (!key.isImmediate) return "deferrable";
  if (!key.isValid) return "invalid";
  if (key.isPeriod) return "period";
  if (!key.columns.every((column) => loaded.includes(column))) return "not-filled";
  return key.columns.every((column) => notNull.includes(column)) ? null : "nullable";
}

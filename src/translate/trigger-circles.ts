/** Which triggers would fire themselves, by themselves or by way of others. */
import { sameName } from "../model/identifier.js";
import type { Written } from "./sql/trigger-body.js";

export interface TriggerEvents {
  readonly name: string;
  /** In the source. */
  readonly table: string;
  readonly event: "INSERT" | "UPDATE" | "DELETE";
  /** Of UPDATE OF; null: any. */
  readonly columns: readonly string[] | null;
  readonly writes: readonly Written[];
}

/** @returns the names of those on a way that comes back. */
export function selfFiring(triggers: readonly TriggerEvents[]): ReadonlySet<string> {
  const fires = new Map(
    triggers.map((trigger) => [
      trigger,
      triggers.filter((other) => trigger.writes.some((write) => isFiredBy(other, write))),
    ]),
  );
  const comesBack = (start: TriggerEvents): boolean => {
    const seen = new Set<TriggerEvents>();
    const waiting = [...(fires.get(start) ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next === start) return true;
      if (seen.has(next)) continue;
      seen.add(next);
      waiting.push(...(fires.get(next) ?? []));
    }
    return false;
  };
  return new Set(triggers.filter(comesBack).map(({ name }) => name));
}

const isFiredBy = ({ table, event, columns }: TriggerEvents, write: Written): boolean =>
  sameName(table, write.table) &&
  event === write.event &&
  (columns === null ||
    write.columns === null ||
    columns.some((name) => write.columns!.some((set) => sameName(set, name))));

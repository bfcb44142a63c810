/** Which triggers would fire themselves, by themselves or by way of others. */
import { sameName } from "../../model/identifier.js";
import type { Written } from "../sql/trigger/surroundings.js";

export interface TriggerEvents {
  readonly name: string;
  /** In the source. */
  readonly table: string;
  readonly event: "INSERT" | "UPDATE" | "DELETE";
  /** Of UPDATE OF; null: any. */
  readonly columns: readonly string[] | null;
  readonly writes: readonly Written[];
}

/** `alone`: what it does fires itself, and nothing else does. `with others`: it is on a way that comes back by others. */
export type Circle = "alone" | "with others";

/** By name, those that would fire themselves. */
export function selfFiring(triggers: readonly TriggerEvents[]): ReadonlyMap<string, Circle> {
  const fires = new Map(
    triggers.map((trigger) => [
      trigger,
      triggers.filter((other) => trigger.writes.some((write) => isFiredBy(other, write))),
    ]),
  );
  const circleOf = (trigger: TriggerEvents): Circle | null => {
    const fired = fires.get(trigger) ?? [];
    const others = fired.filter((each) => each !== trigger);
    if (others.some((each) => reaches(each, trigger, fires))) return "with others";
    if (!fired.includes(trigger)) return null;
    const isFiredByOthers = triggers.some(
      (each) => each !== trigger && (fires.get(each) ?? []).includes(trigger),
    );
    return isFiredByOthers ? "with others" : "alone";
  };
  return new Map(
    triggers.flatMap((trigger) => {
      const circle = circleOf(trigger);
      return circle === null ? [] : [[trigger.name, circle] as const];
    }),
  );
}

function reaches(
  start: TriggerEvents,
  end: TriggerEvents,
  fires: ReadonlyMap<TriggerEvents, readonly TriggerEvents[]>,
): boolean {
  const seen = new Set<TriggerEvents>();
  const waiting = [start];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (next === end) return true;
    if (seen.has(next)) continue;
    seen.add(next);
    waiting.push(...(fires.get(next) ?? []));
  }
  return false;
}

const isFiredBy = ({ table, event, columns }: TriggerEvents, write: Written): boolean =>
  sameName(table, write.table) &&
  event === write.event &&
  (columns === null ||
    write.columns === null ||
    columns.some((name) => write.columns!.some((set) => sameName(set, name))));

/** Which task runs where and when: lanes take tasks as they become free, and a task may bring others after it. */

/** A piece of work for one lane of kind `L`. */
export interface Task<L> {
  /** Whether this lane can do it. */
  readonly takes: (lane: L) => boolean;
  /** @returns tasks that may begin now; they go before those that wait. */
  readonly run: (lane: L) => Promise<readonly Task<L>[]>;
}

/**
 * Runs all tasks, each lane one at a time, in the given order as far as lanes can take them.
 *
 * @param onTrouble called once, when the first task has failed: ends the work that the other lanes have under way.
 * @throws what the first failing task threw, when every lane has come to rest: nothing goes on behind the caller's back.
 */
export async function runTasks<L>(
  lanes: readonly L[],
  tasks: readonly Task<L>[],
  onTrouble: () => void,
): Promise<void> {
  const waiting = [...tasks];
  const idle = new Set(lanes);
  const busy = new Set<Promise<void>>();
  const troubles: unknown[] = [];

  const begin = (lane: L, task: Task<L>): void => {
    idle.delete(lane);
    const work = task
      .run(lane)
      .then((next) => void waiting.unshift(...next))
      .catch((error: unknown) => {
        troubles.push(error);
        if (troubles.length === 1) onTrouble();
      })
      .finally(() => {
        idle.add(lane);
        busy.delete(work);
      });
    busy.add(work);
  };

  for (;;) {
    for (const lane of troubles.length === 0 ? idle : []) {
      const at = waiting.findIndex((task) => task.takes(lane));
      if (at !== -1) begin(lane, waiting.splice(at, 1)[0]!);
    }
    if (busy.size === 0) break;
    await Promise.race(busy);
  }
  if (troubles.length > 0) throw troubles[0];
  if (waiting.length > 0) throw new Error(`${waiting.length} tasks that no lane takes`);
}

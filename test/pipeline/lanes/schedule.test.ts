import { describe, expect, test } from "vitest";
import { runTasks, type Task } from "../../../src/pipeline/lanes/schedule.js";

const nothing = (): void => undefined;
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A task for any lane that notes its name when it is done. */
const noting = (done: string[], name: string, next: readonly Task<string>[] = []): Task<string> => ({
  takes: () => true,
  run: async () => {
    await turn();
    done.push(name);
    return next;
  },
});

const failing = (message: string): Task<string> => ({
  takes: () => true,
  run: async () => {
    await turn();
    throw new Error(message);
  },
});

describe("trouble", () => {
  test("the first trouble is thrown when every lane has come to rest, and what waits is not begun", async () => {
    const done: string[] = [];
    let end = nothing;
    const slow: Task<string> = {
      takes: () => true,
      run: async () => {
        await new Promise<void>((resolve) => (end = resolve));
        done.push("slow");
        throw new Error("ended");
      },
    };
    const run = runTasks(["a", "b"], [slow, failing("first"), noting(done, "late")], () => {
      expect(done).toEqual([]);
      end();
    });
    await expect(run).rejects.toThrow("first");
    expect(done).toEqual(["slow"]);
  });

  test("is told once", async () => {
    let told = 0;
    const run = runTasks(["a", "b", "c"], [failing("1"), failing("2"), failing("3")], () => (told += 1));
    await expect(run).rejects.toThrow("1");
    expect(told).toBe(1);
  });

  test("a task that no lane takes is a bug, and said so", async () => {
    await expect(
      runTasks(["a"], [{ takes: () => false, run: () => Promise.resolve([]) }], nothing),
    ).rejects.toThrow("1 tasks that no lane takes");
  });
});

test("no tasks: nothing happens", async () => {
  await expect(runTasks(["a"], [], nothing)).resolves.toBeUndefined();
});

test("each lane does one task at a time, and all lanes work", async () => {
  const running = new Map<string, number>();
  let most = 0;
  const task: Task<string> = {
    takes: () => true,
    run: async (lane) => {
      expect(running.get(lane) ?? 0).toBe(0);
      running.set(lane, 1);
      most = Math.max(
        most,
        [...running.values()].reduce((sum, one) => sum + one, 0),
      );
      await turn();
      running.set(lane, 0);
      return [];
    },
  };
  await runTasks(
    ["a", "b", "c"],
    Array.from({ length: 20 }, () => task),
    nothing,
  );
  expect(most).toBe(3);
});

test("tasks that a task brings go before those that wait, in their order", async () => {
  const done: string[] = [];
  const tasks = [
    noting(done, "1", [noting(done, "1a", [noting(done, "1aa")]), noting(done, "1b")]),
    noting(done, "2"),
  ];
  await runTasks(["only"], tasks, nothing);
  expect(done).toEqual(["1", "1a", "1aa", "1b", "2"]);
});

test("a lane passes over what it does not take", async () => {
  const done: string[] = [];
  const task = (name: string, lane: string): Task<string> => ({
    ...noting(done, name),
    takes: (each) => each === lane,
  });
  await runTasks(["a", "b"], [task("a1", "a"), task("a2", "a"), task("b1", "b")], nothing);
  expect(done).toEqual(["a1", "b1", "a2"]);
});

/** A second, real process that has a SQLite file open and does what it is told, line by line. */
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";

export interface OtherProcess {
  /** Runs statements one after another; answers `ok` or the code of the first error. */
  run(...statements: readonly string[]): Promise<string>;
  /** Runs a statement again and again until `stop`; where it is locked out it rolls back and tries again. */
  repeat(statement: string): Promise<string>;
  /** @returns How often the repeated statement was committed. */
  stop(): Promise<number>;
  kill(): Promise<void>;
  /** Closes its connection and ends. */
  end(): Promise<void>;
}

/** One statement in a process of its own, while this one stands still; answers `ok` or the code of the error. */
export const runElsewhere = (file: string, statement: string): string => {
  const once = `
    const database = new (require("better-sqlite3"))(process.argv[1], { timeout: 0 });
    try { database.exec(process.argv[2]); console.log("ok"); } catch (error) { console.log(error.code); }
    database.close();`;
  return execFileSync(process.execPath, ["-e", once, file, statement], { encoding: "utf8" }).trim();
};

const program = `
const Database = require("better-sqlite3");
const database = new Database(process.argv[1], { timeout: 0 });
let repeated = null;
let count = 0;
const once = () => {
  if (repeated === null) return;
  try {
    database.exec(repeated);
    count++;
  } catch (error) {
    if (!/BUSY/.test(error.code)) throw error;
    if (database.inTransaction) database.exec("ROLLBACK");
  }
  setTimeout(once, 3);
};
const answers = {
  run: (statements) => { for (const sql of statements) database.exec(sql); return "ok"; },
  repeat: ([sql]) => { repeated = sql; count = 0; once(); return "ok"; },
  stop: () => { repeated = null; return String(count); },
  end: () => { database.close(); process.stdin.destroy(); return "ok"; },
};
const answer = (line) => {
  const [what, statements] = JSON.parse(line);
  try { return answers[what](statements); } catch (error) { return error.code ?? String(error); }
};
require("node:readline").createInterface(process.stdin).on("line", (line) => console.log(answer(line)));
console.log("ready");
`;

export const startProcess = async (file: string): Promise<OtherProcess> => {
  const child = spawn(process.execPath, ["-e", program, file], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const line = await lines.next();
    if (line.done === true) throw new Error("the other process ended");
    return line.value;
  };
  const ask = (what: string, statements: readonly string[]): Promise<string> => {
    child.stdin.write(`${JSON.stringify([what, statements])}\n`);
    return next();
  };
  await next();
  return {
    run: (...statements) => ask("run", statements),
    repeat: (statement) => ask("repeat", [statement]),
    stop: async () => Number(await ask("stop", [])),
    kill,
    end: async () => {
      await ask("end", []);
      await exited;
    },
  };
};

/** Runs the built command as a user does: its own process, its own streams. */
import { spawn, type ChildProcess } from "node:child_process";
import { join } from "node:path";

const main = join(import.meta.dirname, "..", "..", "dist", "main.js");

export interface CommandResult {
  readonly exitCode: number | null;
  readonly out: string;
  readonly err: string;
}

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly done: Promise<CommandResult>;
}

export interface CommandOptions {
  readonly cwd?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly uid?: number;
  /** A descriptor that takes standard output instead of `out`. */
  readonly stdout?: number;
}

export function startCommand(parameters: readonly string[], options: CommandOptions = {}): RunningCommand {
  const child = spawn(process.execPath, [main, ...parameters], {
    cwd: options.cwd,
    env: { ...process.env, ...options.environment },
    stdio: ["ignore", options.stdout ?? "pipe", "pipe"],
    ...(options.uid === undefined ? {} : { uid: options.uid, gid: options.uid }),
  });
  let out = "";
  let err = "";
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (out += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (err += text));
  const done = new Promise<CommandResult>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (exitCode) => resolve({ exitCode, out, err }));
  });
  return { child, done };
}

export const run = (parameters: readonly string[], options: CommandOptions = {}): Promise<CommandResult> =>
  startCommand(parameters, options).done;

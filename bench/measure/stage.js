/** One stage of the way of a row, alone in a process of its own, which tells its CPU time itself. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { sqliftCommand } from "../peers/sqlift.js";
import { runCommand } from "./command.js";

/** The stages, with their parameters. `iterate` is what they are held against: rows as JavaScript values. */
export const stages = {
  read: (file) => [file],
  encode: (file, plan) => [file, plan],
  classify: (file) => [file],
  "prove-source": (file, plan) => [file, plan],
  iterate: (file) => [file, "message"],
};

/** Profiles `file` once. @returns {Promise<string>} a file with its plan */
export async function planOf(file, folder) {
  const { out } = await runCommand(...sqliftCommand("plan", file, "--json", "--quiet"));
  const path = join(folder, "plan.json");
  writeFileSync(path, out);
  return path;
}

/**
 * @param {keyof typeof stages} name
 * @param {string} [profile] where a CPU profile of it is to be written
 * @returns {Promise<{ rows: number, seconds: number, cpuSeconds: number }>}
 * @throws Error where it read another number of rows than there are
 */
export async function runStage(name, file, plan, rows, profile) {
  const script = fileURLToPath(new URL(`../stages/${name}.js`, import.meta.url));
  const { out } = await runCommand(process.execPath, [script, ...stages[name](file, plan)], {
    environment: profile === undefined ? process.env : { ...process.env, BENCH_CPU_PROFILE: profile },
  });
  const told = JSON.parse(out);
  if (told.rows !== rows) throw new Error(`${name} read ${told.rows} rows, not ${rows}`);
  return told;
}

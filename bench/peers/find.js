/** Looks for the programs that we are held against; none of them is installed here. */
import { spawnSync } from "node:child_process";

/** @returns {string | null} its version, or null where it is not on the PATH */
export function findVersion(program) {
  const { status, stdout } = spawnSync(program, ["--version"], { encoding: "utf8" });
  if (status !== 0) return null;
  return /\d+(?:\.\d+)+\S*/.exec(stdout)?.[0].replace(/"$/, "") ?? stdout.trim();
}

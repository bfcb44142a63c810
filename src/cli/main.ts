#!/usr/bin/env node
/** The command: parses the arguments, runs, sets the exit code. */
import { reportError } from "./report-error.js";
import { buildProgram, CommanderError, isMisuse } from "./program.js";

const misuseExitCode = 3;

// A reader such as `head` may hang up early; that is its right and no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE") throw error;
});

try {
  await buildProgram((code) => {
    process.exitCode = code;
  }).parseAsync(process.argv);
} catch (error) {
  if (error instanceof CommanderError) process.exitCode = isMisuse(error) ? misuseExitCode : 0;
  else process.exitCode = reportError(error, process.argv.includes("--json"));
}

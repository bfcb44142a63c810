#!/usr/bin/env node
/** The command: parses the arguments, runs, sets the exit code. */
import { leaveAtOnce } from "./interrupt.js";
import { buildProgram, CommanderError, isMisuse } from "./program.js";
import { reportError, reportMisuse } from "./report-error.js";
import { outliveReaders } from "./terminal.js";

const isJson = process.argv.includes("--json");

outliveReaders();
// Node's own exit code for an accident outside of every promise is 1, which here would be an answer.
process.once("uncaughtException", (error) => leaveAtOnce(reportError(error, isJson)));

try {
  await buildProgram((code) => {
    process.exitCode = code;
  }).parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) process.exitCode = reportError(error, isJson);
  else process.exitCode = isMisuse(error) ? reportMisuse(error, isJson) : 0;
}

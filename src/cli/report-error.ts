/** An error in words: one paragraph and what would help; a bug of ours shows its stack. */
import pc from "picocolors";
import { ToolError } from "../errors.js";
import { errorJson, type ErrorFacts } from "../report/json.js";
import { errorExitCode, type ExitCode } from "./exit-code.js";
import { visibleLines } from "./terminal.js";
import { withoutPasswords } from "./without-passwords.js";

const bugExitCode = 2;

/** @returns the exit code. */
export function reportError(error: unknown, json: boolean): ExitCode {
  if (!(error instanceof ToolError)) {
    const stack = withoutPasswords(stackOf(error));
    if (json) printJson({ code: "bug", message: stack, hint: null });
    process.stderr.write(`This is a bug in sqlift:\n${visibleLines(stack)}\n`);
    return bugExitCode;
  }
  const message = withoutPasswords(error.message);
  const hint = error.hint === null ? null : withoutPasswords(error.hint);
  if (json) printJson({ code: error.code, message, hint });
  const { red, bold } = pc.createColors(process.stderr.isTTY && pc.isColorSupported);
  const lines = visibleLines(hint === null ? message : `${message}\n${hint}`);
  process.stderr.write(`${red(bold("error:"))} ${lines}\n`);
  return errorExitCode(error.code);
}

/** For what the parser of the arguments has told on standard error already. Returns the exit code. */
export function reportMisuse(error: Error, json: boolean): ExitCode {
  const message = withoutPasswords(error.message.replace(/^error: /, ""));
  if (json) printJson({ code: "usage", message, hint: "sqlift COMMAND --help lists the options." });
  return errorExitCode("usage");
}

const printJson = (facts: ErrorFacts): void =>
  void process.stdout.write(`${JSON.stringify(errorJson(facts), null, 2)}\n`);

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause = error.cause === undefined ? "" : `\ncaused by: ${stackOf(error.cause)}`;
  return `${error.stack ?? error.message}${cause}`;
}

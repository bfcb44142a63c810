/** An error in words: one paragraph and what would help; a bug of ours shows its stack. */
import pc from "picocolors";
import { ToolError } from "../errors.js";
import { errorJson } from "../report/json.js";
import { errorExitCode, type ExitCode } from "./exit-code.js";

const bugExitCode = 2;

/** @returns the exit code. */
export function reportError(error: unknown, json: boolean): ExitCode {
  if (!(error instanceof ToolError)) {
    const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`This is a bug in sqlift:\n${withoutPasswords(stack)}\n`);
    return bugExitCode;
  }
  const message = withoutPasswords(error.message);
  const hint = error.hint === null ? null : withoutPasswords(error.hint);
  if (json)
    process.stdout.write(`${JSON.stringify(errorJson({ code: error.code, message, hint }), null, 2)}\n`);
  const { red, bold } = pc.createColors(process.stderr.isTTY && pc.isColorSupported);
  process.stderr.write(`${red(bold("error:"))} ${message}\n${hint === null ? "" : `${hint}\n`}`);
  return errorExitCode(error.code);
}

/** The last guard: whatever a library wrote into a message, the password of a URL is not printed. */
export const withoutPasswords = (text: string): string =>
  text.replaceAll(/(postgres(?:ql)?:\/\/[^\s:/@]*):\S*@/gi, "$1:***@");

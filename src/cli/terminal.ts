/** The two output streams and what they can show. */
import pc from "picocolors";
import { visible } from "../report/display-width.js";
import { plainStyle, type Style } from "../report/style.js";
import { withoutPasswords } from "./without-passwords.js";

export interface Terminal {
  /** The answer: a report or one JSON document, to standard output. */
  print(text: string): void;
  /** Progress and log, to standard error. */
  tell(text: string): void;
  readonly outStyle: Style;
  readonly errorStyle: Style;
  /** Whether lines on standard error can be drawn again. */
  readonly isLive: boolean;
}

export interface TerminalChoices {
  readonly color: boolean;
  readonly quiet: boolean;
}

export function openTerminal(choices: TerminalChoices): Terminal {
  return {
    // The stream, not console: a long document must not be cut at a pipe's buffer.
    print: (text) => void process.stdout.write(`${text}\n`),
    tell: (text) => {
      if (!choices.quiet) process.stderr.write(`${withoutPasswords(text)}\n`);
    },
    outStyle: styleFor(process.stdout.isTTY, choices.color),
    errorStyle: styleFor(process.stderr.isTTY, choices.color),
    isLive: process.stderr.isTTY && process.env["TERM"] !== "dumb" && !choices.quiet,
  };
}

function styleFor(isTerminal: boolean, wanted: boolean): Style {
  if (!isTerminal || !wanted || !pc.isColorSupported) return plainStyle;
  const { bold, dim, red, yellow, green, cyan } = pc.createColors(true);
  return { bold, dim, red, yellow, green, cyan };
}

/** Several lines of which some hold names and values of databases: see `visible`. */
export const visibleLines = (text: string): string => text.split("\n").map(visible).join("\n");

/** The answer could not be written: whoever asked does not have it. */
const unwrittenExitCode = 2;

/**
 * A reader such as `head` may hang up early, and a terminal may be closed, also in the middle of a run: that is their
 * right, no error of ours, and no reason to leave a run half done. A full disk under standard output is another matter.
 */
export function outliveReaders(): void {
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE" || error.code === "EIO") return;
    process.stderr.write(`error: the report cannot be written: ${error.message}\n`);
    // At the end, for the command sets the exit code of its answer after this.
    process.once("exit", () => (process.exitCode = unwrittenExitCode));
  });
}

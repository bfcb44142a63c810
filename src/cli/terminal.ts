/** The two output streams and what they can show. Everything that is printed passes here. */
import pc from "picocolors";
import { plainStyle, type Style } from "../report/style.js";

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
      if (!choices.quiet) process.stderr.write(`${text}\n`);
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

/** Options that several commands share, and what becomes of them. */
import { parse } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { makeProgress, type Progress } from "./progress.js";
import { openTerminal, type Terminal } from "./terminal.js";

/** A command with the options that all reporting commands have. */
export const reportingCommand = (name: string) =>
  new Command(name)
    .option("--schema <name>", "the schema of the target (default: public, or the URL's schema)")
    .option("--json", "print one JSON document instead of text")
    .option("--quiet", "no progress on standard error")
    .option("--no-color", "no colours")
    .option("--temp-dir <dir>", "where private copies of the source go")
    .helpOption("--help", "print help");

export interface ReportingOptions {
  readonly schema?: string | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: boolean;
  readonly tempDir?: string | undefined;
}

export interface Screen {
  readonly terminal: Terminal;
  readonly progress: Progress;
}

/** The streams as the options want them; the live view's library is loaded only where it is used. */
export async function openScreen(options: ReportingOptions): Promise<Screen> {
  const terminal = openTerminal({ color: options.color, quiet: options.quiet ?? false });
  const live = terminal.isLive ? (await import("log-update")).createLogUpdate(process.stderr) : null;
  return { terminal, progress: makeProgress(terminal, live) };
}

/** `data/chinook.db` -> `embedded:./chinook.pg` */
export const defaultTarget = (source: string): string => `embedded:./${parse(source).name}.pg`;

export const jsonText = (document: unknown): string => JSON.stringify(document, null, 2);

/** What the commands that report have in common: their options, progress, Ctrl-C, and one report at the end. */
import { Command, InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { type RunOptions, type SourceMode, sourceModes } from "../pipeline/open.js";
import type { Style } from "../report/style.js";
import { withInterrupt } from "./interrupt.js";
import { makeProgress } from "./progress.js";
import { openTerminal } from "./terminal.js";

/** Each is a thread with its memory and a connection of the server's 100 or so. */
const mostJobs = 64;

/** A command with the options that all have that report; `hideHelp`: only `--help --all` lists it. */
export const targetCommand = (name: string) =>
  new Command(name)
    .option("--json", "print one JSON document instead of text")
    .addOption(new Option("--role <name>", "act as this role, which then owns what is made").hideHelp())
    .addOption(new Option("--quiet", "no progress on standard error").hideHelp())
    .addOption(new Option("--no-color", "no colours").hideHelp())
    .helpOption("--help", "print help");

/** One that reads a source, too. */
export const reportingCommand = (name: string) =>
  targetCommand(name)
    .option("--schema <name>", "the schema of the target (default: public, or the URL's)")
    .addOption(
      new Option(
        "--source <mode>",
        "how the source is read; lock: its writers wait, snapshot: a private copy",
      )
        .choices(sourceModes)
        .default("auto" as const)
        .hideHelp(),
    )
    .addOption(new Option("--temp-dir <dir>", "where private copies of the source go").hideHelp())
    .addOption(
      new Option("--jobs <number>", "worker threads and connections (default: one a core, at most 8)")
        .argParser(parseJobs)
        .hideHelp(),
    );

/** @throws InvalidArgumentError, which commander puts into words. */
function parseJobs(text: string): number {
  const jobs = Number(text);
  if (/^[0-9]+$/.test(text) && jobs >= 1 && jobs <= mostJobs) return jobs;
  throw new InvalidArgumentError(`A number from 1 to ${mostJobs} is wanted.`);
}

export interface ReportingOptions {
  readonly schema?: string | undefined;
  readonly role?: string | undefined;
  readonly json?: true | undefined;
  readonly quiet?: true | undefined;
  readonly color: boolean;
  readonly source?: SourceMode | undefined;
  readonly tempDir?: string | undefined;
  readonly jobs?: number | undefined;
}

export interface Report<T> {
  readonly text: (result: T, style: Style) => string;
  /** The document of --json. */
  readonly json: (result: T) => unknown;
}

/** Does `work` with the options of the command, and prints what came of it. */
export async function runReporting<T>(
  options: ReportingOptions,
  work: (run: RunOptions) => Promise<T>,
  report: Report<T>,
): Promise<T> {
  const terminal = openTerminal({ color: options.color, quiet: options.quiet ?? false });
  // Loaded only where it is used.
  const live = terminal.isLive ? (await import("log-update")).createLogUpdate(process.stderr) : null;
  const { onProgress, end } = makeProgress(terminal, live);
  const run = {
    environment: process.env,
    schema: options.schema,
    role: options.role,
    sourceMode: options.source,
    ownProcess: true,
    tempDirectory: options.tempDir,
    jobs: options.jobs,
    onProgress,
  };
  let result: T;
  try {
    result = await withInterrupt(terminal, (signal) => work({ ...run, signal }));
  } finally {
    end();
  }
  terminal.print(
    options.json ? JSON.stringify(report.json(result), null, 2) : report.text(result, terminal.outStyle),
  );
  return result;
}

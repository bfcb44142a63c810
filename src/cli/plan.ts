/** sqlift plan: the dry-run report. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { ToolError } from "../errors.js";
import type { Plan } from "../model/plan.js";
import type { RunOptions } from "../pipeline/open.js";
import { ddlScript, plan } from "../pipeline/plan.js";
import { planJson } from "../report/json.js";
import { suggestedMapping } from "../report/suggest.js";
import { planText } from "../report/terminal.js";
import { planExitCode } from "./exit-code.js";
import { choicesOf, planningCommand, type PlanningOptions } from "./planning.js";
import { runReporting, type ReportingOptions } from "./reporting.js";

export const planCommand = (onExitCode: (code: number) => void) =>
  planningCommand("plan")
    .description("say what migrate would do: reads every value, writes nothing")
    .argument("<source>", "a SQLite file")
    .argument("[target]", "postgres://... : also look for names that are taken there")
    .option("--strict", "exit 1 also where something is not carried over")
    .option("--trial", "let the target try the plan's SQL, in a transaction that is rolled back")
    .addOption(
      new Option(
        "--target-version <number>",
        "the PostgreSQL that the plan is for, without a target (default: 18)",
      )
        .argParser(parseVersion)
        .hideHelp(),
    )
    .option("--sql <file>", "write the whole DDL as a script for psql")
    .option("--suggest <file>", "write a mapping with what the values suggest, to choose from")
    .addOption(
      new Option("--sample <rows>", "read about so many rows of each table instead of all")
        .argParser(parseRows)
        .hideHelp(),
    )
    .action(async (source, target, options) => onExitCode(await runPlan(source, target, options)));

type PlanCommandOptions = ReportingOptions &
  PlanningOptions & {
    readonly strict?: true | undefined;
    readonly suggest?: string | undefined;
    readonly sql?: string | undefined;
    readonly sample?: number | undefined;
    readonly trial?: true | undefined;
    readonly targetVersion?: number | undefined;
  };

/** @returns the exit code. */
export async function runPlan(
  source: string,
  target: string | undefined,
  options: PlanCommandOptions,
): Promise<number> {
  const started = performance.now();
  const { suggest, sql, sample: sampleRows, trial, targetVersion } = options;
  // Better now than after every value has been read.
  if (suggest !== undefined) refuseFile(suggest, "--suggest");
  if (sql !== undefined) refuseFile(sql, "--sql");
  const choices = await choicesOf(options);
  const make = (run: RunOptions) =>
    plan(source, { ...run, ...choices, target, sampleRows, trial, targetVersion });
  const made = await runReporting(options, make, {
    text: planText,
    json: (result: Plan) => planJson(result, (performance.now() - started) / 1000),
  });
  if (suggest !== undefined) await writeNew(suggest, suggestedMapping(made), "suggested mapping");
  if (sql !== undefined) await writeNew(sql, ddlScript(made), "DDL");
  return planExitCode(made, options.strict ?? false);
}

/** @throws ToolError `usage`: what somebody has edited is not written over. */
function refuseFile(path: string, option: string): void {
  if (existsSync(path))
    throw new ToolError(
      "usage",
      `${path} is there already, and is not written over.`,
      `Name another file for ${option}.`,
    );
}

/** @throws ToolError `usage`. */
async function writeNew(path: string, text: string, what: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: "wx" });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ToolError("usage", `The ${what} cannot be written: ${reason}`, null, {
      cause: error,
    });
  }
}

/** @throws InvalidArgumentError, which commander puts into words. */
function parseVersion(text: string): number {
  if (/^\d{1,3}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("The number of a major version such as 16 is wanted.");
}

/** @throws InvalidArgumentError, which commander puts into words. */
function parseRows(text: string): number {
  if (/^[1-9]\d{0,11}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A whole number of rows, at least 1, is wanted.");
}

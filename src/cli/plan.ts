/** sqlift plan: the dry-run report. */
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { ToolError } from "../errors.js";
import type { Plan } from "../model/plan.js";
import type { RunOptions } from "../pipeline/open.js";
import { plan } from "../pipeline/plan.js";
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
    readonly sample?: number | undefined;
  };

/** @returns the exit code. */
export async function runPlan(
  source: string,
  target: string | undefined,
  options: PlanCommandOptions,
): Promise<number> {
  const started = performance.now();
  const { suggest, sample: sampleRows } = options;
  // Better now than after every value has been read.
  if (suggest !== undefined) refuseFile(suggest);
  const choices = await choicesOf(options);
  const make = (run: RunOptions) => plan(source, { ...run, ...choices, target, sampleRows });
  const made = await runReporting(options, make, {
    text: planText,
    json: (result: Plan) => planJson(result, (performance.now() - started) / 1000),
  });
  if (suggest !== undefined) await writeSuggestions(suggest, made);
  return planExitCode(made, options.strict ?? false);
}

/** @throws ToolError `usage`: what somebody has edited is not written over. */
function refuseFile(path: string): void {
  if (existsSync(path))
    throw new ToolError(
      "usage",
      `${path} is there already, and is not written over.`,
      "Name another file for --suggest.",
    );
}

/** @throws ToolError `usage`. */
async function writeSuggestions(path: string, made: Plan): Promise<void> {
  try {
    await writeFile(path, suggestedMapping(made), { flag: "wx" });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ToolError("usage", `The suggested mapping cannot be written: ${reason}`, null, {
      cause: error,
    });
  }
}

/** @throws InvalidArgumentError, which commander puts into words. */
function parseRows(text: string): number {
  if (/^[1-9]\d{0,11}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A whole number of rows, at least 1, is wanted.");
}

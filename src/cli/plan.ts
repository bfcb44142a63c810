/** sqlift plan: the dry-run report. */
import type { Plan } from "../model/plan.js";
import { plan } from "../pipeline/plan.js";
import { planJson } from "../report/json.js";
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
    .action(async (source, target, options) => onExitCode(await runPlan(source, target, options)));

/** @returns the exit code. */
export async function runPlan(
  source: string,
  target: string | undefined,
  options: ReportingOptions & PlanningOptions & { readonly strict?: true | undefined },
): Promise<number> {
  const started = performance.now();
  const choices = await choicesOf(options);
  const made = await runReporting(options, (run) => plan(source, { ...run, ...choices, target }), {
    text: planText,
    json: (result: Plan) => planJson(result, (performance.now() - started) / 1000),
  });
  return planExitCode(made, options.strict ?? false);
}

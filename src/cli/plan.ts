/** sqlift plan: the dry-run report. */
import { plan } from "../pipeline/plan.js";
import { planJson } from "../report/json.js";
import { planText } from "../report/terminal.js";
import { planExitCode } from "./exit-code.js";
import { withInterrupt } from "./interrupt.js";
import { jsonText, openScreen, reportingCommand, type ReportingOptions } from "./options.js";

export const planCommand = (onExitCode: (code: number) => void) =>
  reportingCommand("plan")
    .description("say what migrate would do: reads every value, writes nothing")
    .argument("<source>", "a SQLite file")
    .argument("[target]", "postgres://... : also look for names that are taken there")
    .option("--strict", "exit 1 also where something is not carried over")
    .action(async (source, target, options) => onExitCode(await runPlan(source, target, options)));

export async function runPlan(
  source: string,
  target: string | undefined,
  options: ReportingOptions & { readonly strict?: true | undefined },
): Promise<number> {
  const started = performance.now();
  const { terminal, progress } = await openScreen(options);
  try {
    const made = await withInterrupt(terminal, (signal) =>
      plan(source, {
        target,
        environment: process.env,
        schema: options.schema,
        tempDirectory: options.tempDir,
        onProgress: progress.onProgress,
        signal,
      }),
    );
    progress.end();
    const seconds = (performance.now() - started) / 1000;
    terminal.print(options.json ? jsonText(planJson(made, seconds)) : planText(made, terminal.outStyle));
    return planExitCode(made, options.strict ?? false);
  } finally {
    progress.end();
  }
}

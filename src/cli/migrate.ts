/** sqlift migrate: the whole way, with proof. */
import { parse } from "node:path";
import { Option } from "@commander-js/extra-typings";
import { ToolError } from "../errors.js";
import { scriptWords } from "../model/script.js";
import { migrate } from "../pipeline/migrate.js";
import { refuseUrl, type RunOptions } from "../pipeline/open.js";
import { ScriptSteps, type StepOptions } from "../pipeline/steps/steps.js";
import { migrationJson } from "../report/json.js";
import { migrationText } from "../report/terminal.js";
import { migrationExitCode } from "./exit-code.js";
import { runPlan } from "./plan.js";
import { collect } from "./mapping-choice.js";
import { choicesOf, planningCommand } from "./planning.js";
import { runReporting, type ReportingOptions } from "./reporting.js";
import { openTerminal } from "./terminal.js";

export const migrateCommand = (onExitCode: (code: number) => void) =>
  planningCommand("migrate")
    .description("move a SQLite file into PostgreSQL and prove the copy")
    .argument("<source>", "a SQLite file")
    .argument("[target]", "postgres://... or embedded:DIR (default: embedded:./NAME.pg)")
    .option("--before <path>", "an SQL file, or a folder of them, to run first", collect)
    .option("--after <path>", "one to run when the rows are in place", collect)
    .addOption(
      new Option("--on-step-failure <what>", "what comes after such a file that fails")
        .choices(["stop", "continue"] as const)
        .hideHelp(),
    )
    .option("--dry-run", "the same as plan")
    .addOption(new Option("--create-database", "create the database if it is not there").hideHelp())
    .addOption(new Option("--no-history", "keep nothing in schema sqlift").hideHelp())
    .option("--no-validate", "do not prove the copy")
    .option("--strict", "exit 1 also where something is not carried over")
    .action(async (source, target, options) => {
      const { validate, createDatabase, history, before, after, onStepFailure } = options;
      if (onStepFailure !== undefined && before === undefined && after === undefined)
        throw new ToolError(
          "usage",
          "--on-step-failure says what comes after an SQL file that fails, and none is given.",
          "Give them by --before or --after.",
        );
      const steps = { before, after, onStepFailure };
      if (options.dryRun) {
        tellSteps(steps, options);
        onExitCode(await runPlan(source, target, options));
        return;
      }
      refuseUrl(source);
      const choices = await choicesOf(options);
      const spec = target ?? defaultTarget(source);
      const move = (run: RunOptions) => {
        if (target === undefined)
          run.onProgress?.({
            kind: "says",
            message: `No target was named: a PostgreSQL of its own, ${spec}`,
          });
        return migrate(source, spec, { ...run, ...choices, ...steps, validate, createDatabase, history });
      };
      const outcome = await runReporting(options, move, { text: migrationText, json: migrationJson });
      onExitCode(migrationExitCode(outcome, options.strict ?? false));
    });

/** @throws ToolError as the files would be refused. */
function tellSteps(steps: StepOptions, { color, quiet }: ReportingOptions): void {
  const terminal = openTerminal({ color, quiet: quiet ?? false });
  for (const step of new ScriptSteps(steps).outcomes)
    terminal.tell(`${step.phase}: ${scriptWords(step)} would be looked at, and run if it is new`);
}

/** `data/chinook.db` -> `embedded:./chinook.pg` */
const defaultTarget = (source: string): string => `embedded:./${parse(source).name}.pg`;

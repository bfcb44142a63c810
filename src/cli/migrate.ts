/** sqlift migrate: the whole way, with proof. */
import { migrate } from "../pipeline/migrate.js";
import { migrationJson } from "../report/json.js";
import { migrationText } from "../report/terminal.js";
import { migrationExitCode } from "./exit-code.js";
import { withInterrupt } from "./interrupt.js";
import { defaultTarget, jsonText, openScreen, reportingCommand } from "./options.js";
import { runPlan } from "./plan.js";

export const migrateCommand = (onExitCode: (code: number) => void) =>
  reportingCommand("migrate")
    .description("move a SQLite file into PostgreSQL and prove the copy")
    .argument("<source>", "a SQLite file")
    .argument("[target]", "postgres://... or embedded:DIR (default: embedded:./NAME.pg)")
    .option("--dry-run", "the same as plan")
    .option("--no-validate", "do not prove the copy")
    .option("--strict", "exit 1 also where something is not carried over")
    .action(async (source, target, options) => {
      if (options.dryRun) {
        onExitCode(await runPlan(source, target, options));
        return;
      }
      const { terminal, progress } = await openScreen(options);
      const spec = target ?? defaultTarget(source);
      if (target === undefined) terminal.tell(`No target was named: a PostgreSQL of its own, ${spec}`);
      try {
        const outcome = await withInterrupt(terminal, (signal) =>
          migrate(source, spec, {
            environment: process.env,
            schema: options.schema,
            tempDirectory: options.tempDir,
            validate: options.validate,
            onProgress: progress.onProgress,
            signal,
          }),
        );
        progress.end();
        terminal.print(
          options.json ? jsonText(migrationJson(outcome)) : migrationText(outcome, terminal.outStyle),
        );
        onExitCode(migrationExitCode(outcome, options.strict ?? false));
      } finally {
        progress.end();
      }
    });

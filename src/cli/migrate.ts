/** sqlift migrate: the whole way, with proof. */
import { parse } from "node:path";
import { Option } from "@commander-js/extra-typings";
import { migrate } from "../pipeline/migrate.js";
import { refuseUrl, type RunOptions } from "../pipeline/open.js";
import { migrationJson } from "../report/json.js";
import { migrationText } from "../report/terminal.js";
import { migrationExitCode } from "./exit-code.js";
import { runPlan } from "./plan.js";
import { choicesOf, planningCommand } from "./planning.js";
import { runReporting } from "./reporting.js";

export const migrateCommand = (onExitCode: (code: number) => void) =>
  planningCommand("migrate")
    .description("move a SQLite file into PostgreSQL and prove the copy")
    .argument("<source>", "a SQLite file")
    .argument("[target]", "postgres://... or embedded:DIR (default: embedded:./NAME.pg)")
    .option("--dry-run", "the same as plan")
    .addOption(new Option("--create-database", "create the database if it is not there").hideHelp())
    .option("--no-validate", "do not prove the copy")
    .option("--strict", "exit 1 also where something is not carried over")
    .action(async (source, target, options) => {
      if (options.dryRun) {
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
        const { validate, createDatabase } = options;
        return migrate(source, spec, { ...run, ...choices, validate, createDatabase });
      };
      const outcome = await runReporting(options, move, { text: migrationText, json: migrationJson });
      onExitCode(migrationExitCode(outcome, options.strict ?? false));
    });

/** `data/chinook.db` -> `embedded:./chinook.pg` */
const defaultTarget = (source: string): string => `embedded:./${parse(source).name}.pg`;

/** sqlift status: what was done in a target, and what is left to do. */
import { status } from "../pipeline/status.js";
import { statusJson } from "../report/json.js";
import { statusText } from "../report/terminal.js";
import { statusExitCode } from "./exit-code.js";
import { collect } from "./mapping-choice.js";
import { runReporting, targetCommand } from "./reporting.js";

export const statusCommand = (onExitCode: (code: number) => void) =>
  targetCommand("status")
    .description("list the runs that a database keeps, and what is left to do")
    .argument("<target>", "postgres://... or embedded:DIR")
    .option("--schema <name>", "only runs into this schema")
    .option("--accept <file>", "let an SQL file count as done, as it is now", collect)
    .action(async (target, options) => {
      const report = { text: statusText, json: statusJson };
      const outcome = await runReporting(
        options,
        (run) => status(target, { ...run, accept: options.accept }),
        report,
      );
      onExitCode(statusExitCode(outcome));
    });

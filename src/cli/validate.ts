/** sqlift validate: is the copy still right? */
import { validate } from "../pipeline/validate.js";
import { validationJson } from "../report/json.js";
import { validationText } from "../report/terminal.js";
import { validationExitCode } from "./exit-code.js";
import { reportingCommand, runReporting } from "./reporting.js";

export const validateCommand = (onExitCode: (code: number) => void) =>
  reportingCommand("validate")
    .description("compare a SQLite file with a database by counts and checksums")
    .argument("<source>", "a SQLite file")
    .argument("<target>", "postgres://... or embedded:DIR")
    .action(async (source, target, options) => {
      const report = { text: validationText, json: validationJson };
      const outcome = await runReporting(options, (run) => validate(source, target, run), report);
      onExitCode(validationExitCode(outcome));
    });

/** sqlift validate: is the copy still right? */
import { validate } from "../pipeline/validate.js";
import { validationJson } from "../report/json.js";
import { validationText } from "../report/terminal.js";
import { validationExitCode } from "./exit-code.js";
import { withInterrupt } from "./interrupt.js";
import { jsonText, openScreen, reportingCommand } from "./options.js";

export const validateCommand = (onExitCode: (code: number) => void) =>
  reportingCommand("validate")
    .description("compare a SQLite file with a database by counts and checksums")
    .argument("<source>", "a SQLite file")
    .argument("<target>", "postgres://... or embedded:DIR")
    .action(async (source, target, options) => {
      const { terminal, progress } = await openScreen(options);
      try {
        const outcome = await withInterrupt(terminal, (signal) =>
          validate(source, target, {
            environment: process.env,
            schema: options.schema,
            tempDirectory: options.tempDir,
            onProgress: progress.onProgress,
            signal,
          }),
        );
        progress.end();
        terminal.print(
          options.json ? jsonText(validationJson(outcome)) : validationText(outcome, terminal.outStyle),
        );
        onExitCode(validationExitCode(outcome));
      } finally {
        progress.end();
      }
    });

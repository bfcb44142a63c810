/** sqlift validate: is the copy still right? */
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { validate } from "../pipeline/validate.js";
import { validationJson } from "../report/json.js";
import { validationText } from "../report/terminal.js";
import { validationExitCode } from "./exit-code.js";
import { collect, mappingOption, mappingsOf } from "./mapping-choice.js";
import { reportingCommand, runReporting } from "./reporting.js";

export const validateCommand = (onExitCode: (code: number) => void) =>
  reportingCommand("validate")
    .description(
      "compare a SQLite file with a database by counts and checksums, and find the rows that differ",
    )
    .argument("<source>", "a SQLite file, or a certificate: then the later check without the file")
    .argument("<target>", "postgres://... or embedded:DIR")
    .addOption(mappingOption())
    .option("--include <pattern>", "compare only the tables that fit, a* for instance", collect)
    .option("--exclude <pattern>", "do not compare the tables that fit", collect)
    .option(
      "--max-differences <number>",
      "how many rows that differ are listed of a table; all are counted (default: 1000)",
      parseCount,
    )
    .option("--certificate <file>", "write what was compared, how, and what came of it, as JSON")
    .option("--resume <file>", "keep what is proven in this file, and go on from there when it is run again")
    .addOption(
      new Option(
        "--method <method>",
        "where the target's rows are hashed; digest: in the database, stream: here (default: what is measured to be cheaper)",
      )
        .choices(["auto", "digest", "stream"] as const)
        .default("auto" as const)
        .hideHelp(),
    )
    .addOption(
      new Option(
        "--reader <reader>",
        "who reads the source; pages: the faster reader that the loader uses too (default: SQLite itself)",
      )
        .choices(["sqlite", "pages"] as const)
        .hideHelp(),
    )
    .addOption(
      new Option("--allow-unproven <table>", "do not fail where this table cannot be proven")
        .argParser((table: string, before: readonly string[]) => [...before, table])
        .default([] as readonly string[])
        .hideHelp(),
    )
    .action(async (source, target, options) => {
      const report = { text: validationText, json: validationJson };
      const { include, exclude, maxDifferences, allowUnproven, reader, certificate, resume } = options;
      const method = options.method === "auto" ? undefined : options.method;
      const asked = { include, exclude, maxDifferences, allowUnproven, method, reader, certificate, resume };
      const mappings = await mappingsOf(options.mapping);
      const outcome = await runReporting(
        options,
        (run) => validate(source, target, { ...run, ...mappings, ...asked }),
        report,
      );
      onExitCode(validationExitCode(outcome));
    });

/** @throws InvalidArgumentError, which commander puts into words. */
function parseCount(text: string): number {
  const count = Number(text);
  if (/^[0-9]+$/.test(text) && Number.isSafeInteger(count)) return count;
  throw new InvalidArgumentError("A whole number, 0 or more, is wanted.");
}

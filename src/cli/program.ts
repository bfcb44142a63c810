/** The commands, their arguments and options (commander). What each does is in the file of its name. */
import { Command, CommanderError, type CommandUnknownOpts } from "@commander-js/extra-typings";
import { toolVersion } from "../model/version.js";
import { migrateCommand } from "./migrate.js";
import { mappingsCommand } from "./mappings.js";
import { planCommand } from "./plan.js";
import { serveCommand } from "./serve.js";
import { statusCommand } from "./status.js";
import { undoCommand } from "./undo.js";
import { validateCommand } from "./validate.js";
import { withoutPasswords } from "./without-passwords.js";

/**
 * @returns the program with its commands; parsing throws CommanderError instead of leaving the process.
 */
export function buildProgram(onExitCode: (code: number) => void): Command {
  const program = new Command("sqlift")
    .description("Moves a SQLite database into PostgreSQL and proves that the copy is right.")
    .version(toolVersion, "--version", "print the version")
    .helpOption("--help", "print help")
    .helpCommand(false)
    .showHelpAfterError("(sqlift --help lists the commands, sqlift COMMAND --help their options)");
  const commands = [
    planCommand,
    migrateCommand,
    validateCommand,
    statusCommand,
    undoCommand,
    mappingsCommand,
    serveCommand,
  ];
  for (const make of commands) program.addCommand(make(onExitCode));
  const outputError = (text: string, write: (text: string) => void): void => write(withoutPasswords(text));
  for (const command of [program, ...program.commands])
    command.exitOverride().configureOutput({ outputError });
  for (const command of program.commands) offerAll(command, process.argv.includes("--all"));
  return program;
}

/** A help text is for a screen; the options that few need come with `--help --all`. */
function offerAll(command: CommandUnknownOpts, isAll: boolean): void {
  const hidden = command.options.filter((option) => option.hidden);
  if (hidden.length === 0) return;
  if (isAll) for (const option of hidden) option.hidden = false;
  else command.addHelpText("after", `\n--help --all lists ${hidden.length} more options`);
}

/** Help and version are no misuse; everything else that commander refuses is. */
export const isMisuse = (error: CommanderError): boolean => error.exitCode !== 0;
export { CommanderError };

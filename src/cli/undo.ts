/** sqlift undo: removes what a run made, after showing it. */
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { undo } from "../pipeline/undo.js";
import { undoJson } from "../report/json.js";
import { undoQuestion, undoShownText, undoText } from "../report/terminal.js";
import { canAsk, confirm } from "./confirm.js";
import { undoExitCode } from "./exit-code.js";
import { runReporting, targetCommand } from "./reporting.js";
import { openTerminal } from "./terminal.js";

export const undoCommand = (onExitCode: (code: number) => void) =>
  targetCommand("undo")
    .description("remove what a run made, and nothing else, after showing it")
    .argument("<target>", "postgres://... or embedded:DIR")
    .argument("[run]", "its number (default: the newest)", parseRun)
    .option("--yes", "do not ask")
    .action(async (target, run, options) => {
      const mayAsk = options.yes !== true && canAsk();
      const outcome = await runReporting(
        options,
        ({ signal, ...others }) =>
          undo(target, run ?? null, {
            ...others,
            signal,
            confirm: async (facts) => {
              if (options.yes === true || !mayAsk) return options.yes === true;
              const terminal = openTerminal({ color: options.color, quiet: false });
              terminal.tell(undoShownText(facts, terminal.errorStyle));
              return confirm(undoQuestion(facts), signal);
            },
          }),
        { text: undoText, json: undoJson },
      );
      onExitCode(undoExitCode(outcome, mayAsk));
    });

/** @throws InvalidArgumentError, which commander puts into words. */
function parseRun(text: string): number {
  const run = Number(text);
  if (/^[0-9]+$/.test(text) && run >= 1 && Number.isSafeInteger(run)) return run;
  throw new InvalidArgumentError("The number of a run is wanted: sqlift status TARGET lists them.");
}

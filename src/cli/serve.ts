/** sqlift serve: opens an embedded database that migrate made. */
import { Command } from "@commander-js/extra-typings";
import type { ToolError } from "../errors.js";
import { serve } from "../pipeline/serve.js";
import { openTerminal } from "./terminal.js";

export const serveCommand = (onExitCode: (code: number) => void) =>
  new Command("serve")
    .description("start an embedded database made earlier and print its URL, until Ctrl-C")
    .argument("<dir>", "the folder that migrate made")
    .option("--quiet", "only the URL")
    .helpOption("--help", "print help")
    .action(async (directory, options) => {
      const terminal = openTerminal({ color: true, quiet: options.quiet ?? false });
      const serving = await serve(directory.replace(/^embedded:/, ""), process.env);
      for (const note of serving.notes) terminal.tell(note);
      // The URL holds the password: an embedded server has no other user than the person in front of it.
      terminal.print(serving.url);
      terminal.tell(serving.joined ? "It ran already; Ctrl-C leaves it running." : "Ctrl-C stops it.");
      const ended = await untilSignal(serving.ended);
      if (ended !== null) throw ended;
      const end = await serving.stop();
      terminal.tell(end === "kept" ? "Left; the server runs on for others." : "Stopped.");
      onExitCode(0);
    });

/** Waits for a signal (null), or for the end of the server, and says what ended it. */
const untilSignal = (ended: Promise<ToolError>): Promise<ToolError | null> =>
  new Promise((resolve) => {
    // A pending promise alone does not keep Node alive.
    const alive = setInterval(() => undefined, 2 ** 30);
    const finish = (error: ToolError | null): void => {
      clearInterval(alive);
      resolve(error);
    };
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => finish(null));
    void ended.then(finish);
  });

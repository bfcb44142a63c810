/** sqlift mappings: the mappings that come with it. */
import { Command } from "@commander-js/extra-typings";
import { builtInMappings, builtInText } from "../mapping/built-in.js";
import type { Mapping, Recognition } from "../model/mapping.js";
import { tableLines } from "../report/table-layout.js";
import { openTerminal } from "./terminal.js";

export const mappingsCommand = (onExitCode: (code: number) => void) =>
  new Command("mappings")
    .description("list the built-in mappings, or print one")
    .argument("[name]", "the one to print, as a file to start from")
    .helpOption("--help", "print help")
    .action((name) => {
      const terminal = openTerminal({ color: true, quiet: false });
      const text =
        name === undefined
          ? tableLines(builtInMappings().map(mappingCells)).join("\n")
          : builtInText(name).trimEnd();
      terminal.print(text);
      onExitCode(0);
    });

const mappingCells = ({ name, because, recognise }: Mapping): readonly string[] => [
  name,
  recognise === null ? "by its name alone" : `by ${tellTales(recognise)}`,
  because ?? "",
];

/** `migrations (id, batch), jobs` */
const tellTales = ({ tables, columns }: Recognition): string =>
  [...new Set([...tables, ...columns.map(({ table }) => table)])]
    .map((name) => {
      const of = columns.filter(({ table }) => table === name).map(({ column }) => column);
      return of.length === 0 ? name : `${name} (${of.join(", ")})`;
    })
    .join(", ");

/** What the commands that make a plan have in common: the options that say what is carried, and how. */
import { InvalidArgumentError, Option } from "@commander-js/extra-typings";
import { ToolError } from "../errors.js";
import { existingRowsWays, type ExistingRows } from "../model/existing.js";
import type { Mapping, PolicyRule } from "../model/mapping.js";
import type { Nocase } from "../model/nocase.js";
import type { OnOrphans } from "../model/orphans.js";
import type { MaxRejects } from "../model/reject.js";
import type { RunOptions } from "../pipeline/open.js";
import { collect, mappingOption, mappingsOf } from "./mapping-choice.js";
import { reportingCommand } from "./reporting.js";

/** The first three can be said several times. */
export const planningCommand = (name: string) =>
  reportingCommand(name)
    .addOption(mappingOption())
    .option("--include <pattern>", "carry only the tables that fit, a* for instance", collect)
    .option("--exclude <pattern>", "do not carry the tables that fit", collect)
    .option("--into-existing", "load into tables that are in the target already")
    .addOption(
      new Option("--existing-rows <what>", "rows that are in them already").choices(existingRowsWays),
    )
    .addOption(
      new Option("--on-reject <what>", "rows that do not fit").choices(["fail", "quarantine"] as const),
    )
    .addOption(
      new Option("--on-orphans <what>", "rows whose foreign key points at no row")
        .choices(["fail", "not-valid", "quarantine"] as const)
        .hideHelp(),
    )
    .option("--max-rejects <n|p%>", "how many rows quarantine may keep apart", parseMaxRejects)
    .addOption(
      new Option("--allow-unproven <table>", "do not fail where this table cannot be proven")
        .argParser(collect)
        .hideHelp(),
    )
    .addOption(
      new Option("--fts <what>", "full-text indexes").choices(["skip", "tsvector"] as const).hideHelp(),
    )
    .addOption(
      new Option("--nocase <what>", "columns declared COLLATE NOCASE")
        .choices(["index", "citext", "icu"] as const)
        .hideHelp(),
    )
    .addOption(
      new Option("--nul <what>", "NUL characters in text")
        .choices(["reject", "strip", "replace"] as const)
        .hideHelp(),
    )
    .addOption(
      new Option("--invalid-utf8 <what>", "text that is no UTF-8")
        .choices(["reject", "replace", "bytea"] as const)
        .hideHelp(),
    );

export interface PlanningOptions {
  readonly mapping?: readonly string[] | undefined;
  readonly include?: readonly string[] | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly intoExisting?: true | undefined;
  readonly existingRows?: ExistingRows | undefined;
  readonly allowUnproven?: readonly string[] | undefined;
  readonly onReject?: "fail" | "quarantine" | undefined;
  readonly onOrphans?: OnOrphans | undefined;
  readonly maxRejects?: MaxRejects | undefined;
  readonly fts?: "skip" | "tsvector" | undefined;
  readonly nocase?: Nocase | undefined;
  readonly nul?: PolicyRule["nul"];
  readonly invalidUtf8?: PolicyRule["invalidUtf8"];
}

type Choices = Pick<
  RunOptions,
  | "mappings"
  | "builtIns"
  | "include"
  | "exclude"
  | "intoExisting"
  | "existingRows"
  | "allowUnproven"
  | "onReject"
  | "onOrphans"
  | "maxRejects"
  | "fullText"
>;

/** @throws ToolError `usage`, `mapping-not-found`, `mapping-invalid`. */
export async function choicesOf(options: PlanningOptions): Promise<Choices> {
  const { mapping: names = [], include, exclude, onReject, onOrphans, maxRejects } = options;
  if (maxRejects !== undefined && onReject !== "quarantine" && onOrphans !== "quarantine")
    throw new ToolError(
      "usage",
      "--max-rejects says how many rows may be kept apart, and without --on-reject quarantine or --on-orphans quarantine none is.",
      "Add --on-reject quarantine.",
    );
  if (options.intoExisting === true) refuseForExisting(options);
  else if (options.existingRows !== undefined)
    throw new ToolError(
      "usage",
      "--existing-rows says what becomes of rows in tables of the target, and without --into-existing none gets any.",
      "Add --into-existing.",
    );
  const { mappings, builtIns } = await mappingsOf(names);
  const values = valuesMapping(options);
  return {
    mappings: values === null ? mappings : [...mappings, values],
    builtIns,
    include,
    exclude,
    intoExisting: options.intoExisting,
    existingRows: options.existingRows,
    allowUnproven: options.allowUnproven,
    onReject,
    onOrphans,
    maxRejects,
    fullText: options.fts,
  };
}

/** @throws ToolError `usage` for what says how tables are made. */
function refuseForExisting({ fts, nocase, onOrphans }: PlanningOptions): void {
  const given = { "--fts": fts, "--nocase": nocase, "--on-orphans": onOrphans };
  const [option] = Object.entries(given).flatMap(([name, value]) => (value === undefined ? [] : [name]));
  if (option !== undefined)
    throw new ToolError(
      "usage",
      `${option} says how tables are made, and with --into-existing they are there.`,
      `Leave one of the two out.`,
    );
}

/** `--nul`, `--invalid-utf8` and `--nocase` as a mapping that comes last. */
function valuesMapping({ nul, invalidUtf8, nocase }: PlanningOptions): Mapping | null {
  const said = [
    ...(nul ? [`--nul ${nul}`] : []),
    ...(invalidUtf8 ? [`--invalid-utf8 ${invalidUtf8}`] : []),
    ...(nocase ? [`--nocase ${nocase}`] : []),
  ];
  if (said.length === 0) return null;
  const name = said.join(" ");
  return {
    name,
    isBuiltIn: false,
    checksum: null,
    because: null,
    recognise: null,
    names: null,
    tables: [],
    types: [],
    values: {
      pattern: "*",
      place: { mapping: name, line: null },
      because: null,
      skip: null,
      rename: null,
      type: null,
      unit: null,
      decode: null,
      zone: null,
      nocase,
      policy: { ...(nul && { nul }), ...(invalidUtf8 && { invalidUtf8 }) },
    },
  };
}

/** @throws InvalidArgumentError, which commander puts into words. */
function parseMaxRejects(text: string): MaxRejects {
  const [, number = "", sign] = /^(\d{1,15}(?:\.\d+)?)(%?)$/.exec(text) ?? [];
  if (sign === "%" && Number(number) <= 100) return { percent: Number(number) };
  if (sign === "" && !number.includes(".")) return { rows: Number(number) };
  throw new InvalidArgumentError("A number of rows such as 10, or a share of them such as 0.5%, is wanted.");
}

/** Opens both sides as the options of a command want them. */
import { ToolError } from "../errors.js";
import { quote } from "../model/identifier.js";
import type { ExistingRows } from "../model/existing.js";
import type { Mapping } from "../model/mapping.js";
import type { OnProgress } from "../model/progress.js";
import type { OnOrphans } from "../model/orphans.js";
import type { MaxRejects, OnReject } from "../model/reject.js";
import { openSource } from "../source/open.js";
import { removePrivateFolders } from "../source/private-folder.js";
import { type OpenSourceOptions, type Source, type SourceMode, sourceModes } from "../source/source.js";
import { openTarget } from "../target/connection/connect.js";
import { embeddedMajor } from "../target/embedded/binaries.js";
import { schemaRefusal } from "../target/schema-name.js";
import type { Target } from "../target/session.js";
import { CopyReaders } from "./lanes/copy-readers.js";

export interface RunOptions {
  /** The target's schema; default: the one that the URL names, else `public`. */
  readonly schema?: string | undefined;
  /** Whom the target's sessions act as, and what is made belongs to (SET ROLE); default: who logs in. */
  readonly role?: string | undefined;
  /** Where private copies of the source go; default: the system's temporary folder. */
  readonly tempDirectory?: string | undefined;
  /** How the rows of one moment are held; default: `auto`. */
  readonly sourceMode?: SourceMode | undefined;
  /**
   * Whether nothing else in this process opens the source; default: false. Then `auto` means `snapshot`, and with
   * `lock` the rows are read by SQLite alone, which is slower (docs/decisions/source-safety.md).
   */
  readonly ownProcess?: boolean | undefined;
  /** Worker threads, and connections that load at the same time; default: one a core, at most 8. */
  readonly jobs?: number | undefined;
  /** What somebody says of tables and columns; later ones count more. */
  readonly mappings?: readonly Mapping[] | undefined;
  /** Mappings that are taken where the file calls for them; default: none. */
  readonly builtIns?: readonly Mapping[] | undefined;
  /** Patterns of tables' names with * and ?: no other tables are carried, or compared; default: all are. */
  readonly include?: readonly string[] | undefined;
  /** Patterns of tables that are not carried, or compared, also where `include` has them. */
  readonly exclude?: readonly string[] | undefined;
  /** What is done with rows that do not fit; default: `fail`, nothing is written. */
  readonly onReject?: OnReject | undefined;
  /** How many rows `quarantine` may reject; default: any number. */
  readonly maxRejects?: MaxRejects | undefined;
  /** What is done with rows whose foreign key points at no row; default: `not-valid`, they are carried. */
  readonly onOrphans?: OnOrphans | undefined;
  /** Tables, by their names in the source, that may stay unproven. */
  readonly allowUnproven?: readonly string[] | undefined;
  /** Whether the rows go into tables that are in the target already; default: tables are made. */
  readonly intoExisting?: boolean | undefined;
  /** What becomes of rows that are there, where no mapping says so of the table; default: `refuse`. */
  readonly existingRows?: ExistingRows | undefined;
  /** What becomes of full-text indexes: nothing (default), or a column of type tsvector with its index. Text of their own is carried. */
  readonly fullText?: "skip" | "tsvector" | undefined;
  /** Stands for process.env: PG* variables and the like; default: none. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  readonly onProgress?: OnProgress | undefined;
  /** Ends the run with the ToolError `interrupted`. */
  readonly signal?: AbortSignal | undefined;
}

export { removePrivateFolders, type SourceMode, sourceModes };

/**
 * As a path it would be said to be missing, with its password.
 *
 * @throws ToolError `usage` for a URL or a target in the place of the file
 */
export function refuseUrl(path: string): void {
  if (/^(?:[a-z][a-z0-9+.-]*:\/\/|embedded:)/i.test(path))
    throw new ToolError(
      "usage",
      "SOURCE is a SQLite file, and this is a URL or a target.",
      "The file comes first, then the target: sqlift migrate chat.db postgres://USER@HOST:PORT/DATABASE",
    );
}

/**
 * Opens the source for `work`, with threads that can prove it where it is a private copy; closes both.
 *
 * @param proves false: there is no proof, and no such threads.
 * @throws ToolError as openSourceFor, and what `work` throws.
 */
export async function withSource<T>(
  path: string,
  options: RunOptions,
  proves: boolean,
  work: (source: Source, readers: CopyReaders) => Promise<T>,
): Promise<T> {
  const readers = new CopyReaders(options.jobs);
  let source: Source | null = null;
  try {
    source = await openSourceFor(path, options, proves ? (copy) => readers.open(copy) : undefined);
    return await work(source, readers);
  } finally {
    await readers.close();
    source?.close();
  }
}

/** @throws ToolError openSource's codes; `usage` for a URL. */
export async function openSourceFor(
  path: string,
  options: RunOptions,
  whileNamed?: OpenSourceOptions["whileNamed"],
): Promise<Source> {
  refuseUrl(path);
  const onSays = teller(options);
  const source = await openSource(path, {
    mode: options.sourceMode,
    ownProcess: options.ownProcess,
    tempDirectory: options.tempDirectory,
    signal: options.signal,
    whileNamed,
    onSays,
  });
  if (source.reads === "original")
    onSays(`${source.file} is read under a shared lock: its writers wait until the end.`);
  return source;
}

/**
 * @param mustExist whether an embedded database must be there already: what only reads makes none.
 * @throws ToolError openTarget's codes.
 */
export const openTargetFor = (
  spec: string,
  options: RunOptions & { readonly createDatabase?: boolean | undefined },
  mustExist = false,
): Promise<Target> =>
  openTarget(spec, {
    environment: options.environment ?? {},
    onSays: teller(options),
    role: options.role,
    createDatabase: options.createDatabase,
    mustExist,
    signal: options.signal,
  });

const teller =
  ({ onProgress }: RunOptions) =>
  (message: string): void =>
    onProgress?.({ kind: "says", message });

/** What the plan is for. */
export interface PlannedTarget {
  /** Where the tables are to go; null: the default. */
  readonly schema: string | null;
  /** Major. */
  readonly serverVersion: number;
}

/**
 * @param target null: an embedded server that is not there yet
 * @throws ToolError `usage` as namedSchema
 */
export const plannedTarget = (options: RunOptions, target: Target | null): PlannedTarget => ({
  schema: namedSchema(options, target),
  serverVersion: target === null ? embeddedMajor : Math.floor(target.version / 10_000),
});

/**
 * The schema that the options or else the URL name, or null.
 *
 * @throws ToolError `usage` for one that cannot hold somebody's tables.
 */
function namedSchema(options: RunOptions, target: Target | null): string | null {
  const name = options.schema ?? target?.schema ?? null;
  const refusal = name === null ? null : schemaRefusal(name);
  if (name === null || refusal === null) return name;
  throw new ToolError(
    "usage",
    `The tables cannot go into schema ${quote(name)}: ${refusal}.`,
    "Name another one by --schema.",
  );
}

export const defaultSchema = "public";

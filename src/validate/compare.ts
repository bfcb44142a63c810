/**
 * Whether the tables of the target hold the very rows of the source, by counts and checksums over canonical values, or byte by byte. Tables are
 * cut into parts, and each part is digested on both sides at the same time, by code that shares nothing with what moved the
 * rows (docs/decisions/validation.md).
 */
import { comparedColumns, type Plan } from "../model/plan.js";
import type { OnProgress } from "../model/progress.js";
import type { ProofMethod, TableVerdict } from "../model/verdict.js";
import { sourceError } from "../source/source-error.js";
import type { Source } from "../source/source.js";
import type { Session } from "../target/session.js";
import { throwIfInterrupted } from "./interruption.js";
import type { Located } from "./locate/located.js";
import { chooseMethod } from "./method.js";
import { othersAlone, type OthersOptions } from "./others.js";
import { partsInTurn, type PartRunner } from "./part-runner.js";
import type { Resumption } from "./resume/resumption.js";
import { testMethods } from "./self-test/methods.js";
import { orphanColumns, type OrphanColumns } from "./source/orphan-rows.js";
import { TableProof } from "./table-proof.js";
import { missingClock, readClocks } from "./target/clocks.js";
import { currentSnapshot, withReadTransaction } from "./target/read-transaction.js";
import { readShapes } from "./target/shape.js";
import { unproven, type Side } from "./verdict.js";

/** Of a table, that are listed where nobody says how many. */
const defaultDifferences = 1000;

export interface ValidateOptions {
  /**
   * The run that moved the tables, whose rejected rows stand in the target's sqlift.rejected_rows; null, as without it: none is
   * known, and every row of the source has to stand in its table.
   */
  readonly run?: number | null | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Rowids by which a table of the source may be cut into parts, ascending; default: none is cut. */
  readonly cuts?: ((table: string) => readonly bigint[]) | undefined;
  /** How many rows that differ are listed of a table, at least 0; all are counted. Default: 1,000. */
  readonly maxDifferences?: number | undefined;
  /** Whether the digests of all tables are wanted, and not only the answer whether they are the same; default: false. */
  readonly digests?: boolean | undefined;
  /** How the target's rows are hashed; default: by what is measured to be cheaper. */
  readonly method?: ProofMethod | undefined;
  /** Told what all rows of the target are read in: pg_current_snapshot(). */
  readonly onSnapshot?: ((snapshot: string) => void) | undefined;
  /** Keeps what is proven, and knows what earlier sittings have proven; default: nothing is kept. */
  readonly resumption?: Resumption | undefined;
  /** Whose rows in the tables are none of what is compared; default: all rows are compared. */
  readonly others?: OthersOptions | undefined;
  /** Whether the session is in a transaction, whose rows are compared before it ends; default: false. */
  readonly joined?: boolean | undefined;
  /** Proves the parts; default: here, one after another. */
  readonly runner?: PartRunner | undefined;
}

/**
 * Gives every table of the plan its verdict, in the plan's order. Reads both sides and changes neither.
 *
 * @param session An idle session; all tables are read in one REPEATABLE READ transaction of it, and of others that see the same.
 * @param schema Where the target's tables stand now; before a migration is done that is not yet `plan.schema`.
 * @throws ToolError `target-lost` and the like when the connection is gone, `interrupted` when the signal is given.
 *   What concerns one table only (no right to read it, a damaged page) makes that table `unproven`.
 */
export const validateTables = async (
  source: Source,
  session: Session,
  plan: Plan,
  schema: string,
  options: ValidateOptions = {},
): Promise<readonly TableVerdict[]> => {
  throwIfInterrupted(options.signal);
  const planned = plan.tables.reduce((sum, { rows }) => sum + rows, 0);
  options.onProgress?.({ kind: "phase", phase: "validate", tables: plan.tables.length, rows: planned });
  // What SQLite computes when it is asked stands nowhere in the file: there is nothing to hold it against.
  const tables = plan.tables.map((table) => ({ ...table, columns: comparedColumns(table) }));
  return withReadTransaction(
    session,
    () => validateEach(source, session, { ...plan, tables }, schema, options),
    options.joined,
  );
};

const validateEach = async (
  source: Source,
  session: Session,
  plan: Plan,
  schema: string,
  options: ValidateOptions,
): Promise<readonly TableVerdict[]> => {
  const snapshot = await currentSnapshot(session);
  options.onSnapshot?.(snapshot);
  const { resumption, run = null } = options;
  await resumption?.begin(session, { source, plan, schema, run, snapshot });
  const before = resumption?.method ?? null;
  const tested = await testMethods(session, plan, before?.by ?? options.method ?? null);
  if (tested.failure !== null) {
    const { failure } = tested;
    return plan.tables.map((table) => unproven(table, failure));
  }
  const clocks = await readClocks(session, plan);
  const orphans = await readOrphans(source, plan, options);
  const shapes = await readShapes(session, schema, plan.tables, options.signal);
  const proofs: (TableProof | TableVerdict)[] = [];
  for (const table of plan.tables) {
    throwIfInterrupted(options.signal);
    const missing = missingClock(table, clocks);
    const { signal, cuts, digests = false } = options;
    const of = {
      table,
      schema,
      run: table.rejected > 0 ? run : null,
      clocks,
      orphans: orphans.get(table.source),
    };
    const shape = shapes.get(table.target)!;
    proofs.push(
      missing === null
        ? new TableProof({ source, session, ...of, signal, cuts, digests }, shape)
        : unproven(table, missing),
    );
  }
  const begun = proofs.filter((proof) => proof instanceof TableProof);
  const measurable = begun.flatMap((proof) => proof.measurable ?? []);
  const method = before ?? tested.method ?? (await chooseMethod(session, measurable, options.signal));
  resumption?.start(method);
  const asked = begun.flatMap((proof) => proof.cut(method).map((part, at) => ({ part, at, proof })));
  const runner = options.runner ?? partsInTurn(source, session, options);
  await runner.prove(
    asked.map(({ part }) => ({ part, earlier: resumption?.earlier(part) ?? null })),
    (index, proven) => {
      const { proof, part, at } = asked[index]!;
      resumption?.note(part, proven);
      proof.note(at, proven.proof);
    },
  );
  const verdicts: TableVerdict[] = [];
  for (const proof of proofs) {
    verdicts.push(proof instanceof TableProof ? await proof.judge() : proof);
  }
  const told = await withDifferences(proofs, verdicts, runner, options);
  return apartFromOthers(session, schema, plan, { proofs, verdicts: told }, options.others);
};

/** Where the rows of others are all that differs, the table is what it must be. */
const apartFromOthers = async (
  session: Session,
  schema: string,
  { tables }: Plan,
  { proofs, verdicts }: Judged,
  others: OthersOptions | undefined,
): Promise<readonly TableVerdict[]> => {
  if (others === undefined) return verdicts;
  const told: TableVerdict[] = [];
  for (const [at, verdict] of verdicts.entries()) {
    const [proof, table] = [proofs[at], tables[at]!];
    const rows = await othersAlone(session, schema, table, verdict, others.xminsOf(table));
    if (rows !== null) others.onOthers(table, rows);
    told.push(rows !== null && proof instanceof TableProof ? proof.apartFromOthers(verdict) : verdict);
  }
  return told;
};

interface Judged {
  readonly proofs: readonly (TableProof | TableVerdict)[];
  readonly verdicts: readonly TableVerdict[];
}

/** The verdicts; of tables that differ with the rows that do. */
const withDifferences = async (
  proofs: readonly (TableProof | TableVerdict)[],
  verdicts: readonly TableVerdict[],
  runner: PartRunner,
  { maxDifferences = defaultDifferences, onProgress }: ValidateOptions,
): Promise<readonly TableVerdict[]> => {
  const asked = verdicts.flatMap((verdict, of) => {
    const proof = proofs[of];
    return proof instanceof TableProof && verdict.verdict === "different"
      ? proof.locateJobs(maxDifferences).map((job) => ({ job, of }))
      : [];
  });
  for (const of of new Set(asked.map((each) => each.of))) {
    onProgress?.({
      kind: "says",
      message: `${verdicts[of]?.source ?? ""}: looking for the rows that differ`,
    });
  }
  const found: Side<Located>[] = [];
  await runner.locate(
    asked.map(({ job }) => job),
    (index, located) => (found[index] = located),
  );
  const told: TableVerdict[] = [];
  for (const [of, verdict] of verdicts.entries()) {
    const proof = proofs[of];
    const sides = asked.flatMap((each, index) => (each.of === of ? (found[index] ?? []) : []));
    told.push(
      proof instanceof TableProof && sides.length > 0
        ? await proof.withDifferences(verdict, sides, maxDifferences)
        : verdict,
    );
  }
  return told;
};

/** @throws ToolError the source codes: without knowing which rows stay no table can be compared. */
const readOrphans = async (
  source: Source,
  plan: Plan,
  { signal }: ValidateOptions,
): Promise<ReadonlyMap<string, OrphanColumns>> => {
  try {
    return await orphanColumns(source, plan, signal);
  } catch (error) {
    throw sourceError(error, source.path, "looking for rows that point nowhere");
  }
};

/** The later check: whether the target's tables are as they were when a certificate was made. The source is not needed. */
import type { Certificate, CertifiedTable } from "../../model/certificate.js";
import type { OnProgress } from "../../model/progress.js";
import {
  unprovenVerdict,
  type MethodChoice,
  type ProofMethod,
  type TableVerdict,
} from "../../model/verdict.js";
import type { Session } from "../../target/session.js";
import { throwIfInterrupted } from "../interruption.js";
import { chooseMethod } from "../method.js";
import { digestText } from "../multiset-sum.js";
import { readSide } from "../read-side.js";
import { testMethods } from "../self-test/methods.js";
import { digestTarget } from "../target/digest.js";
import { withReadTransaction } from "../target/read-transaction.js";
import { readShapes, type TargetShape } from "../target/shape.js";
import { streamDigest } from "../target/stream-digest.js";
import type { Side } from "../verdict.js";
import { judgeAgain, type FoundTable } from "./judge.js";

export interface CheckOptions {
  /** How the target's rows are hashed; default: by what is measured to be cheaper. */
  readonly method?: ProofMethod | undefined;
  readonly onProgress?: OnProgress | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gives every table of the certificate its verdict, in its order; reads the target alone, and changes nothing.
 *
 * @param session Idle; all tables are read in one REPEATABLE READ transaction of it.
 * @param schema Where the tables stand.
 * @throws ToolError `target-lost` and the like when the connection is gone, `interrupted`.
 */
export const checkTables = async (
  session: Session,
  certificate: Certificate,
  schema: string,
  options: CheckOptions = {},
): Promise<readonly TableVerdict[]> => {
  const { tables } = certificate;
  throwIfInterrupted(options.signal);
  const rows = tables.reduce((sum, { targetRows }) => sum + (targetRows ?? 0), 0);
  options.onProgress?.({ kind: "phase", phase: "validate", tables: tables.length, rows });
  return withReadTransaction(session, async () => {
    const wanted = tables.filter(({ targetDigest }) => targetDigest !== null);
    const plan = { tables: wanted.map(({ columns }) => ({ columns, rejected: 0 })) };
    const tested = await testMethods(session, plan, options.method ?? null);
    if (tested.failure !== null) {
      const { failure } = tested;
      return tables.map((table) => unprovenVerdict(table, failure, { ...table, asked: table.asked }));
    }
    const shapes = await readShapes(session, schema, wanted, options.signal);
    const measurable = wanted.flatMap((table) => {
      const shape = shapes.get(table.target)?.read ?? null;
      return shape?.departure === null ? [{ table, schema, shape, isKeyed: false }] : [];
    });
    const method = tested.method ?? (await chooseMethod(session, measurable, options.signal));
    const verdicts: TableVerdict[] = [];
    for (const table of tables) {
      throwIfInterrupted(options.signal);
      const shape = table.targetDigest === null ? undefined : shapes.get(table.target);
      const found = shape === undefined ? null : await find(session, schema, table, shape, method, options);
      verdicts.push(judgeAgain(table, found, method));
    }
    return verdicts;
  });
};

const find = async (
  session: Session,
  schema: string,
  table: CertifiedTable,
  { read: shape, unread }: Side<TargetShape>,
  { by }: MethodChoice,
  { onProgress, signal }: CheckOptions,
): Promise<Side<FoundTable>> => {
  if (shape === null) {
    return { read: null, unread };
  }
  const { departure, notCompared } = shape;
  if (departure !== null) {
    return { read: { rows: shape.rows, digest: null, departure, notCompared }, unread: null };
  }
  const told = { phase: "validate", table: table.source } as const;
  onProgress?.({ kind: "table", ...told, rows: 0, totalRows: table.targetRows });
  const doing = `read the target's table ${schema}.${table.target}`;
  const side = await readSide(session, signal, doing, (reading) =>
    by === "digest"
      ? digestTarget(reading, schema, table, { by: "all" })
      : streamDigest(reading, schema, table, { by: "all" }, signal),
  );
  if (side.read === null) {
    return side;
  }
  const rows = Number(side.read.rows);
  onProgress?.({ kind: "table-done", ...told, rows });
  return { read: { rows, digest: digestText(side.read), departure, notCompared }, unread: null };
};

/** The later check: whether the target's tables are as they were when a certificate was made. The source is not needed. */
import type { Certificate } from "../../model/certificate.js";
import type { OnProgress } from "../../model/progress.js";
import { unprovenVerdict, type ProofMethod, type TableVerdict } from "../../model/verdict.js";
import type { Session } from "../../target/session.js";
import { throwIfInterrupted } from "../interruption.js";
import { chooseMethod } from "../method.js";
import { mergeDigests } from "../merge.js";
import { digestText, type MultisetDigest } from "../multiset-sum.js";
import { testMethods } from "../self-test/methods.js";
import { withReadTransaction } from "../target/read-transaction.js";
import { readShapes, type TargetShape } from "../target/shape.js";
import type { Side } from "../verdict.js";
import { cutByBlocks, digestsInTurn, type DigestRunner } from "./digest-again.js";
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
 * @param session Idle; all tables are read in one REPEATABLE READ transaction of it, and of others that see the same.
 * @param schema Where the tables stand.
 * @param runner digests parts of tables; default: here, one after another.
 * @throws ToolError `target-lost` and the like when the connection is gone, `interrupted`.
 */
export const checkTables = async (
  session: Session,
  certificate: Certificate,
  schema: string,
  options: CheckOptions = {},
  runner?: DigestRunner,
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
    const tasks = measurable.flatMap(({ table, shape }) =>
      cutByBlocks(shape).map((part) => ({
        schema,
        table: { target: table.target, columns: table.columns.map(({ target, type }) => ({ target, type })) },
        source: table.source,
        rows: table.targetRows,
        method: method.by,
        ...part,
      })),
    );
    const parts = new Map<string, Side<MultisetDigest>[]>();
    await (runner ?? digestsInTurn(session, options)).digest(tasks, (index, digest) => {
      const { target } = tasks[index]!.table;
      parts.set(target, [...(parts.get(target) ?? []), digest]);
    });
    return tables.map((table) => {
      const shape = table.targetDigest === null ? undefined : shapes.get(table.target);
      const found = shape === undefined ? null : foundOf(shape, parts.get(table.target) ?? []);
      return judgeAgain(table, found, method);
    });
  });
};

const foundOf = (
  { read: shape, unread }: Side<TargetShape>,
  parts: readonly Side<MultisetDigest>[],
): Side<FoundTable> => {
  if (shape === null) {
    return { read: null, unread };
  }
  const { departure, notCompared, rows } = shape;
  if (departure !== null) {
    return { read: { rows, digest: null, departure, notCompared }, unread: null };
  }
  const sum = mergeDigests(parts);
  return sum.read === null
    ? sum
    : {
        read: { rows: Number(sum.read.rows), digest: digestText(sum.read), departure, notCompared },
        unread: null,
      };
};

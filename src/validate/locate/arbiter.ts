/**
 * PostgreSQL is the arbiter: no difference is told before the server agrees that there is one. Where it calls equal what
 * our canonical forms call different, one of the two is wrong, and nothing is proven.
 */
import type { TablePlan } from "../../model/plan.js";
import type { TableDifferences } from "../../model/verdict.js";
import type { Session, TextRow } from "../../target/session.js";
import { questionSql, type AskedValue } from "./arbiter-sql.js";
import type { Identity } from "./identity.js";
import type { Located, Suspect } from "./located.js";
import { renderField } from "./rendering.js";
import { keyOf, rowDifference } from "./row-difference.js";
import { fieldsOf, markerOf, sameField } from "./row-fields.js";

export interface Ruling {
  /** What the server agrees to. */
  readonly differences: TableDifferences;
  /** A sentence about the first suspect that the server calls equal, and how many there are; null without any. */
  readonly disagreement: string | null;
}

export interface ArbiterInput {
  readonly schema: string;
  readonly table: TablePlan;
  readonly identity: Identity;
  /** No more are listed, though all that were kept are asked about. */
  readonly mostListed: number;
}

/** The protocol has room for 65,535 parameters, of which a value takes two. */
const mostParameters = 60_000;
const mostRows = 500;

/** A query's text and parameters are held on both sides. */
const mostBytes = 16 * 1024 * 1024;

/** How many differences to keep for a list of so many: some are asked about even where none is to be listed. */
export const keptFor = (mostListed: number): number => Math.max(mostListed, 100);

/**
 * Asks about all suspects that were kept, inside a transaction of read-transaction.ts.
 *
 * @throws what the session throws: it belongs into `attempt`.
 */
export const arbitrate = async (session: Session, input: ArbiterInput, located: Located): Promise<Ruling> => {
  // By an index, if there is one of the key.
  await session.query(
    "SELECT set_config('enable_indexscan', 'on', true), set_config('enable_seqscan', 'on', true)",
  );
  const { table, identity, mostListed } = input;
  const agreed: Suspect[] = [];
  const refused: string[] = [];
  for (const batch of batchesOf(located.suspects, table.columns.length)) {
    for (const [suspect, objection] of await askedAbout(session, input, batch)) {
      if (objection === null) {
        agreed.push(suspect);
      } else {
        refused.push(`${placeOf(table, identity, suspect)}: ${objection}`);
      }
    }
  }
  const withdrawn = (kind: Suspect["kind"]): number => sum(located.suspects, kind) - sum(agreed, kind);
  return {
    differences: {
      missing: located.missing - withdrawn("missing"),
      extra: located.extra - withdrawn("extra"),
      changed: located.changed - withdrawn("changed"),
      listed: agreed.slice(0, mostListed).map((suspect) => rowDifference(table, identity, suspect)),
    },
    disagreement: refused[0] === undefined ? null : disagreementWords(refused[0], refused.length),
  };
};

const disagreementWords = (first: string, rows: number): string =>
  `PostgreSQL and the canonical form of this program disagree on ${rows === 1 ? "a row" : `${rows} rows`}, ${first}`;

const placeOf = (table: TablePlan, identity: Identity, suspect: Suspect): string => {
  const key = keyOf(table, identity, suspect);
  return key === null
    ? `a row of ${table.target}`
    : `${table.target}, ${key.map(({ column, value }) => `${column} ${value ?? "NULL"}`).join(", ")}`;
};

const sum = (suspects: readonly Suspect[], kind: Suspect["kind"]): number =>
  suspects.reduce((rows, suspect) => rows + (suspect.kind === kind ? suspect.rows : 0), 0);

function* batchesOf(suspects: readonly Suspect[], columns: number): Generator<readonly Suspect[]> {
  const most = Math.max(1, Math.min(mostRows, Math.floor(mostParameters / (2 * Math.max(columns, 1)))));
  let batch: Suspect[] = [];
  let bytes = 0;
  for (const suspect of suspects) {
    batch.push(suspect);
    bytes += subjectOf(suspect).length;
    if (batch.length === most || bytes > mostBytes) {
      yield batch;
      batch = [];
      bytes = 0;
    }
  }
  if (batch.length > 0) {
    yield batch;
  }
}

/** The row that the server is asked about. */
const subjectOf = ({ expected, actual }: Suspect): Uint8Array => expected ?? actual ?? new Uint8Array();

/** What the server holds against each; null: it agrees. */
const askedAbout = async (
  session: Session,
  { schema, table, identity }: ArbiterInput,
  batch: readonly Suspect[],
): Promise<readonly (readonly [Suspect, string | null])[]> => {
  const asked = batch.map((suspect) => ({ suspect, fields: fieldsOf(Buffer.from(subjectOf(suspect))) }));
  // NULL finds nothing: such a row is looked for by all its values.
  const hasKey = ({ fields }: (typeof asked)[number]): boolean =>
    !identity.isRowid || identity.fields.every((field) => fields[field] !== null);
  const answers: (readonly [Suspect, string | null])[] = [];
  for (const [of, keyed] of [
    [asked.filter(hasKey), true],
    [asked.filter((each) => !hasKey(each)), false],
  ] as const) {
    if (of.length === 0) {
      continue;
    }
    const rows = of.map(({ fields }) => fields.map((field, at) => askedValue(table, field, at)));
    const { sql, parameters } = questionSql(schema, table, keyed ? identity.fields : [], rows);
    const found = await session.query(sql, parameters);
    for (const [at, { suspect }] of of.entries()) {
      answers.push([suspect, objectionTo(suspect, found[at] ?? {}, table, keyed && identity.isRowid)]);
    }
  }
  return answers;
};

const askedValue = ({ columns }: TablePlan, field: Buffer | null, at: number): AskedValue => {
  const type = columns[at]?.type;
  const isLong = field !== null && type?.name !== "other" && markerOf(field) !== null;
  if (field === null || isLong || type === undefined) {
    return { text: null, marker: isLong ? markerOf(field) : null };
  }
  return { text: renderField(type, field), marker: null };
};

const objectionTo = (
  suspect: Suspect,
  answer: TextRow,
  { columns }: TablePlan,
  isRowid: boolean,
): string | null => {
  const [found, whole] = [Number(answer["found"]), Number(answer["whole"])];
  const { kind, targetRows, expected, actual } = suspect;
  if (kind !== "changed") {
    // Without a row of the key there is none that is the same; with one, the key's rows were not told apart as they should.
    const isRight = whole === targetRows && !(isRowid && kind === "missing" && found > 0);
    return isRight
      ? null
      : `the server has ${found} of its key and ${whole} like it, ${targetRows} were seen`;
  }
  if (found === 0) {
    return "the server has no row of its key";
  }
  if (found > 1) {
    return isRowid && whole > 0 ? "the server has the very row that was found to be changed" : null;
  }
  const [one, other] = [fieldsOf(Buffer.from(expected ?? [])), fieldsOf(Buffer.from(actual ?? []))];
  const equal = columns.find(
    (_, at) => answer[`s${at}`] === "t" && !sameField(one[at] ?? null, other[at] ?? null),
  );
  return equal === undefined
    ? null
    : `the server calls column ${equal.target} equal to what it must be, though its bytes are not`;
};

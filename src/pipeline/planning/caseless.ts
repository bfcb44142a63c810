/** Which columns compare without case by themselves: those that are wanted, where no values speak against it. */
import { findMerged, type Key, type KeySide } from "../../export/merged-values.js";
import { sameName } from "../../model/identifier.js";
import type { CaselessColumn } from "../../model/nocase.js";
import type { SqliteSchema, SqliteTable } from "../../model/sqlite.js";
import type { Source } from "../../source/source.js";
import { describeText } from "../../transform/explain/describe.js";
import {
  wantedCaseless,
  withoutRefused,
  type CaselessColumns,
  type CaselessRefusal,
} from "../../translate/columns/caseless.js";
import type { Rules } from "../../translate/rules/rules.js";
import { pauser } from "../pause.js";

export interface CaselessInput {
  readonly source: Source;
  readonly schema: SqliteSchema;
  readonly rules: Rules;
  /** Major. */
  readonly serverVersion: number;
  /** Whether values are looked at; a plan from a sample does not. */
  readonly looksAtValues: boolean;
  readonly signal: AbortSignal | undefined;
}

/** @throws ToolError the source codes, `interrupted`. */
export async function caselessColumns(input: CaselessInput): Promise<CaselessColumns> {
  const { source, schema, rules, serverVersion, looksAtValues, signal } = input;
  const wanted = wantedCaseless(schema, rules, serverVersion);
  if (wanted.columns.length === 0 || !looksAtValues) return wanted;
  const refusals: CaselessRefusal[] = [];
  const pause = pauser(signal);
  for (const { sides, caseless, words } of keysOf(schema, wanted.columns)) {
    const folded = caseless.map((each) => each !== null);
    // Both extremes have to hold where one key has columns of both.
    for (const as of new Set(caseless.flatMap((each) => (each === null ? [] : [each.as])))) {
      const search = findMerged(source, sides, folded, as);
      let found = search.next();
      while (found.done !== true) {
        await pause();
        found = search.next();
      }
      const { pairs, tooMany } = found.value;
      if (pairs.length === 0 && !tooMany) continue;
      const because = tooMany
        ? `${words} has too many values beyond ASCII to hold them against one another`
        : `in ${words} SQLite keeps apart what would be equal`;
      const said = pairs.map(([a, b]) => [keyWords(a), keyWords(b)] as const);
      const whole = caseless.flatMap((each) => (each === null ? [] : [each]));
      refusals.push(...whole.map((of) => ({ of, because, pairs: said })));
    }
  }
  const settled = withoutRefused(schema, wanted.columns, firstOfEach(refusals));
  return { columns: settled.columns, findings: [...wanted.findings, ...settled.findings] };
}

/** Cut, and without control characters: the run history keeps the plan, and PostgreSQL no NUL. */
const keyWords = (key: Key): string =>
  key
    .map((value) => Buffer.from(value))
    .map((bytes) => describeText(bytes, 0, bytes.length))
    .join(", ");

/** A column is told of once. */
const firstOfEach = (refusals: readonly CaselessRefusal[]): readonly CaselessRefusal[] =>
  refusals.filter(({ of }, at) => refusals.findIndex((each) => each.of === of) === at);

interface ComparedKey {
  readonly sides: readonly KeySide[];
  /** By their place in the key: its columns without case; null: others. */
  readonly caseless: readonly (CaselessColumn | null)[];
  readonly words: string;
}

function keysOf({ tables }: SqliteSchema, wanted: readonly CaselessColumn[]): readonly ComparedKey[] {
  return tables.flatMap((table) => [...uniqueKeys(table, wanted), ...foreignKeys(table, tables, wanted)]);
}

function uniqueKeys(table: SqliteTable, wanted: readonly CaselessColumn[]): readonly ComparedKey[] {
  return table.indexes
    .filter(({ unique }) => unique)
    .flatMap(({ terms }) => {
      // Without a term, rather more keys are the same.
      const stored = terms.filter(({ column }) => column !== null && isStored(table, column));
      const columns = stored.map(({ column }) => column!);
      const caseless = stored.map(({ column, collation }) =>
        collation.toUpperCase() === "NOCASE" ? wantedAt(table, column!, wanted) : null,
      );
      return keyWith([{ table, columns }], caseless, `the key ${table.name} (${columns.join(", ")})`);
    });
}

function foreignKeys(
  table: SqliteTable,
  tables: readonly SqliteTable[],
  wanted: readonly CaselessColumn[],
): readonly ComparedKey[] {
  return table.foreignKeys.flatMap(({ childColumns, parentTable, parentColumns }) => {
    const parent = tables.find(({ name }) => sameName(name, parentTable));
    const columns = parentColumns ?? parent?.primaryKey ?? [];
    if (parent === undefined || columns.length !== childColumns.length) return [];
    const stored = childColumns
      .map((child, at) => ({ child, parent: columns[at]! }))
      .filter((each) => isStored(table, each.child) && isStored(parent, each.parent));
    const sides = [
      { table: parent, columns: stored.map((each) => each.parent) },
      { table, columns: stored.map((each) => each.child) },
    ];
    const caseless = stored.map(({ child }) => wantedAt(table, child, wanted));
    return keyWith(sides, caseless, `the foreign key ${table.name} (${childColumns.join(", ")})`);
  });
}

const keyWith = (
  sides: readonly KeySide[],
  caseless: readonly (CaselessColumn | null)[],
  words: string,
): readonly ComparedKey[] => (caseless.every((each) => each === null) ? [] : [{ sides, caseless, words }]);

const isStored = ({ columns }: SqliteTable, name: string): boolean =>
  columns.some((each) => sameName(each.name, name) && each.generated !== "virtual");

const wantedAt = (
  { name }: SqliteTable,
  column: string,
  wanted: readonly CaselessColumn[],
): CaselessColumn | null =>
  wanted.find((each) => each.table === name && sameName(each.column, column)) ?? null;

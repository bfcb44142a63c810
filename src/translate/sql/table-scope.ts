/** The columns of a planned table as the names of expressions: what they are in PostgreSQL, and what SQLite held in them. */
import { quote } from "../../model/identifier.js";
import type { ColumnPlan, TablePlan } from "../../model/plan.js";
import type { PgType } from "../../model/postgres.js";
import type { ColumnProfile, TableProfile } from "../../model/profile.js";
import type { Affinity, SqliteTable, SqliteVirtual, StorageClass } from "../../model/sqlite.js";
import { collationNamed, declaredCollation } from "./collation.js";
import type { ScopeColumn, ScopeTable } from "./scope.js";
import { atom, type ColumnFacts, type Kind, type TruthSpelling, type Typed } from "./typed.js";

/** What an expression can know of a table. */
export interface KnownTable {
  readonly source: SqliteTable;
  readonly plan: Pick<TablePlan, "columns">;
  readonly profile: TableProfile;
  /** Folded column name -> the collation that it declares. */
  readonly collations: ReadonlyMap<string, string>;
}

/**
 * @param name what its columns may be qualified with
 * @param prefix how PostgreSQL qualifies them, quoted; null: not at all
 */
export function tableScope(known: KnownTable, name: string, prefix: string | null): ScopeTable {
  const columns = known.plan.columns.flatMap((planned): ScopeColumn[] => {
    const column = known.source.columns.find((each) => each.name === planned.source);
    if (column === undefined) return [];
    const sql = prefix === null ? quote(planned.target) : `${prefix}.${quote(planned.target)}`;
    const profile = known.profile.columns.find((each) => each.column === planned.source) ?? null;
    const collation = declaredCollation(known.collations, planned.source);
    const typed = columnTyped(sql, planned, column.affinity, profile, collation);
    const isHidden = known.source.virtual?.hidden.includes(column.name) ?? false;
    return [{ name: planned.source, typed, ...(isHidden ? { isHidden } : {}) }];
  });
  const alias = known.source.rowidAlias;
  const rowid = columns.find((column) => column.name === alias)?.typed ?? null;
  const missing = [
    ...known.source.columns.map((column) => column.name),
    ...(known.source.virtual?.unstored ?? []),
  ];
  return {
    name,
    columns:
      known.source.virtual === undefined ? columns : withRowidNames(columns, known.source.virtual, rowid),
    rowid,
    missing: missing.filter((each) => columns.every((column) => column.name !== each)),
    ...(known.source.virtual === undefined ? {} : { computed: known.source.virtual.computed }),
  };
}

/** The rowid of a virtual table is no column of it, whatever it is in the target. */
const withRowidNames = (
  columns: readonly ScopeColumn[],
  { rowidNames }: SqliteVirtual,
  rowid: Typed | null,
): readonly ScopeColumn[] => [
  ...columns.filter(({ typed }) => typed !== rowid),
  ...(rowid === null ? [] : rowidNames.map((name) => ({ name, typed: rowid, isHidden: true }))),
];

/** @param collation in upper case */
export function columnTyped(
  sql: string,
  planned: ColumnPlan,
  affinity: Affinity,
  profile: ColumnProfile | null,
  collation: string,
): Typed {
  const meant = kindOf(planned.type);
  const stored = storedIn(profile, meant, planned);
  const kind = isFaithful(meant, stored, profile) ? meant : "other";
  const facts: ColumnFacts = {
    name: planned.source,
    type: planned.type,
    unit: planned.unit,
    truth: kind === "boolean" ? truthSpelling(stored, profile, planned) : null,
  };
  return atom(kind, comparedByBytes(sql, planned), [], {
    affinity,
    collation: { name: collationNamed(collation), from: "column" },
    stored,
    column: facts,
  });
}

/** What compares without case, by more than A to Z, as a text that compares as SQLite's rules are spelled out for. */
const comparedByBytes = (sql: string, { type, collation }: ColumnPlan): string =>
  type.name === "citext" ? `${sql}::text` : collation === undefined ? sql : `(${sql} COLLATE "C")`;

/** Whether SQLite reckons and compares with what the column holds as PostgreSQL does: not with digits, nor with spelled bytes. */
function isFaithful(kind: Kind, stored: StorageClass | null, profile: ColumnProfile | null): boolean {
  switch (kind) {
    case "integer":
      return stored === "integer";
    case "real":
      return stored === "real" || (stored === null && isNumbers(profile));
    case "numeric":
      return stored === "integer" || stored === "real" || (stored === null && isNumbers(profile));
    case "bytes":
      return stored === "blob";
    default:
      return true;
  }
}

const isNumbers = (profile: ColumnProfile | null): boolean =>
  profile === null || (profile.texts.count === 0 && profile.blobs.count === 0);

/** By the first word: a column whose words are of several kinds cannot be told from one that keeps to it. */
function truthSpelling(
  stored: StorageClass | null,
  profile: ColumnProfile | null,
  { policy }: ColumnPlan,
): TruthSpelling | null {
  if (stored === "integer") return "numbers";
  const text = stored === "text" ? profile?.examples.text?.value : undefined;
  if (text === undefined) return null;
  const word = text.replaceAll("'", "");
  const { trueWords = [], falseWords = [] } = policy;
  // With other words besides, some rows may have these and some those.
  if (trueWords.length === 1 && falseWords.length === 1) {
    const own = [falseWords[0]!, trueWords[0]!] as const;
    return own.includes(word) ? own : null;
  }
  const words =
    trueWords.length + falseWords.length > 0 ? undefined : spellings.find((each) => each.includes(word));
  const isOneLength = profile?.texts.longestCharacters === 1 || word.length > 1;
  return words !== undefined && isOneLength ? words : null;
}

const spellings: readonly (readonly [string, string])[] = [
  ["f", "t"],
  ["false", "true"],
  ["F", "T"],
  ["False", "True"],
  ["FALSE", "TRUE"],
];

export function kindOf(type: PgType): Kind {
  switch (type.name) {
    case "boolean":
    case "numeric":
    case "uuid":
    case "json":
    case "jsonb":
    case "date":
    case "text":
      return type.name;
    case "smallint":
    case "integer":
    case "bigint":
      return "integer";
    case "real":
    case "double precision":
      return "real";
    case "character varying":
    case "citext": // Read as text: comparedByBytes.
      return "text";
    case "bytea":
      return "bytes";
    case "time without time zone":
      return "time";
    case "timestamp without time zone":
      return "timestamp";
    case "timestamp with time zone":
      return "timestamptz";
    // Blanks at the end do not count in char(n).
    default:
      return "other";
  }
}

/** The one storage class of all its values; of a column without values, what its type is written in. */
function storedIn(profile: ColumnProfile | null, kind: Kind, planned: ColumnPlan): StorageClass | null {
  if (profile === null) return usualClass(kind, planned);
  const counts = [
    ["integer", profile.integers.count],
    ["real", profile.reals.count],
    ["text", profile.texts.count],
    ["blob", profile.blobs.count],
  ] as const;
  const present = counts.filter(([, count]) => count > 0);
  if (present.length === 0) return usualClass(kind, planned);
  return present.length === 1 ? present[0]![0] : null;
}

function usualClass(kind: Kind, { unit, decode }: ColumnPlan): StorageClass | null {
  switch (kind) {
    case "boolean":
    case "integer":
      return "integer";
    case "real":
      return "real";
    case "numeric":
    case "null":
    case "other":
      return null;
    case "bytes":
      return decode === null ? "blob" : "text";
    case "timestamptz":
    case "timestamp":
    case "date":
      return unit === null ? "text" : "integer";
    default:
      return "text";
  }
}

/**
 * Keys that SQLite keeps apart under NOCASE, which folds A to Z alone, and that would be one in PostgreSQL. Printable ASCII is
 * folded alike everywhere, so only keys with other characters are gathered, and the rest held against those.
 */
import { quote } from "../model/identifier.js";
import type { SqliteTable } from "../model/sqlite.js";
import type { Source } from "../source/source.js";
import { sourceError } from "../source/source-error.js";
import { caselessForms, type CaselessForms } from "./caseless-forms.js";

/** Columns whose values make keys, and stand for the columns of the other sides by their order. */
export interface KeySide {
  readonly table: SqliteTable;
  readonly columns: readonly string[];
}

/** The values of a row, as texts. */
export type Key = readonly string[];

export interface MergedKeys {
  /** The first few. */
  readonly pairs: readonly (readonly [Key, Key])[];
  /** Whether there were too many keys to hold against one another; then none were. */
  readonly tooMany: boolean;
}

const namedPairs = 10;
/** Of keys with other characters; about 200 bytes each. */
const mostKeys = 2_000_000;
const rowsPerTurn = 1024;

/**
 * Null comes out now and then, for the caller to let others run.
 *
 * @param sides one for a key, child and parent for a foreign key
 * @param folded by their place in the key: the columns that are to compare without case
 * @throws ToolError the source codes.
 */
export function* findMerged(
  source: Source,
  sides: readonly KeySide[],
  folded: readonly boolean[],
  as: "citext" | "icu",
): Generator<null, MergedKeys> {
  const search = new Search(caselessForms(as), folded);
  for (const isGathering of [true, false]) {
    if (!isGathering && !search.mayMeetPlain) break;
    for (const side of sides) {
      const sql = keysSql(side, folded, isGathering);
      try {
        let rows = 0;
        for (const row of source.database
          .prepare<[], (string | bigint | number | Buffer)[]>(sql)
          .raw()
          .iterate()) {
          search.add(row.map(String), isGathering);
          if (search.size > mostKeys) return { pairs: [], tooMany: true };
          rows += 1;
          if (rows % rowsPerTurn === 0) yield null;
        }
      } catch (error) {
        throw sourceError(error, source.path, `comparing the keys of ${quote(side.table.name)}`);
      }
    }
  }
  return { pairs: search.pairs, tooMany: false };
}

/** A key with a NULL is equal to none. */
function keysSql({ table, columns }: KeySide, folded: readonly boolean[], hasOthers: boolean): string {
  const names = columns.map((name) => `t.${quote(name)}`);
  const others = names
    .filter((_, at) => folded[at])
    // GLOB sees nothing behind a NUL.
    .map((name) => `${name} GLOB '*[^ -~]*' OR instr(${name}, char(0)) > 0`);
  const present = names.map((name) => `${name} IS NOT NULL`).join(" AND ");
  const which = `(${others.join(" OR ")})`;
  return `SELECT ${names.join(", ")} FROM main.${quote(table.name)} AS t WHERE ${present} AND ${hasOthers ? which : `NOT ${which}`}`;
}

class Search {
  readonly pairs: (readonly [Key, Key])[] = [];
  readonly #forms: CaselessForms;
  readonly #folded: readonly boolean[];
  /** Keys that may be one, each as NOCASE folds it. */
  readonly #buckets = new Map<string, Map<string, Key>>();
  size = 0;
  /** Whether a key with other characters may be equal to one without. */
  mayMeetPlain = false;

  constructor(forms: CaselessForms, folded: readonly boolean[]) {
    this.#forms = forms;
    this.#folded = folded;
  }

  add(key: Key, isGathered: boolean): void {
    const coarse = JSON.stringify(
      key.map((text, at) => (this.#folded[at] === true ? this.#forms.coarse(text) : text)),
    );
    const bucket = this.#buckets.get(coarse) ?? new Map<string, Key>();
    if (!isGathered && bucket.size === 0) return;
    const exact = JSON.stringify(key.map((text, at) => (this.#folded[at] === true ? foldAscii(text) : text)));
    if (bucket.has(exact)) return;
    for (const other of bucket.values())
      if (this.pairs.length < namedPairs && this.#isOne(key, other)) this.pairs.push([other, key]);
    if (!isGathered) return;
    bucket.set(exact, key);
    this.#buckets.set(coarse, bucket);
    this.size += 1;
    if (/^[ -~]*$/.test(coarse)) this.mayMeetPlain = true;
  }

  #isOne(a: Key, b: Key): boolean {
    return a.every((text, at) => this.#folded[at] !== true || this.#forms.areOne(text, b[at]!));
  }
}

/** As NOCASE does (sqlite.org/datatype3.html, section 7). */
const foldAscii = (text: string): string => text.replace(/[A-Z]+/g, (some) => some.toLowerCase());

/**
 * The differences of a part, or of several: all are counted, of the first ones the rows are kept, until the arbiter has been asked
 * about them. Plain data, which crosses threads (a Buffer arrives as a Uint8Array there).
 */

export interface Suspect {
  readonly kind: "missing" | "extra" | "changed";
  /** How many rows are missing, extra or changed. */
  readonly rows: number;
  /** How many such rows each side has; the others of these may be told of as changed. */
  readonly sourceRows: number;
  readonly targetRows: number;
  /** Canonical rows; null where that side has none. */
  readonly expected: Uint8Array | null;
  readonly actual: Uint8Array | null;
  /** The source's values as SQLite would write them, by the plan's columns; null where it has no such row. */
  readonly shown: readonly string[] | null;
}

export interface Located {
  /** In rows. */
  readonly missing: number;
  readonly extra: number;
  readonly changed: number;
  /** The first of them, in the order in which they were found. */
  readonly suspects: readonly Suspect[];
}

/** Rows can be large: of a few of them the rest is not kept. */
const mostBytes = 64 * 1024 * 1024;

type KeptSuspect = { -readonly [Name in keyof Suspect]: Suspect[Name] };

/** Counts differences and keeps the first. */
export class Differences {
  readonly #most: number;
  readonly #kept: KeptSuspect[] = [];
  /** The extra rows that were kept of the group, by their bytes. */
  readonly #group = new Map<string, KeptSuspect>();
  #bytes = 0;
  #missing = 0;
  #extra = 0;
  #changed = 0;

  /** @param most how many are kept */
  constructor(most: number) {
    this.#most = most;
  }

  /**
   * @param rows how many are missing
   * @param counts how many such rows each side has
   */
  missing(
    row: Buffer,
    shown: () => readonly string[],
    rows = 1,
    counts = { sourceRows: 1, targetRows: 0 },
  ): void {
    this.#missing += rows;
    this.#keep("missing", { rows, ...counts }, row, null, shown);
  }

  changed(expected: Buffer, actual: Buffer, shown: () => readonly string[]): void {
    this.#changed += 1;
    this.#keep("changed", { rows: 1, sourceRows: 1, targetRows: 1 }, expected, actual, shown);
  }

  /** As `missing`. */
  extra(row: Buffer, rows = 1, counts = { sourceRows: 0, targetRows: 1 }): void {
    this.#extra += rows;
    this.#keep("extra", { rows, ...counts }, null, row, null);
  }

  /** From here on extra rows are told from one another: `extraOfGroup` counts equal ones together. */
  beginGroup(): void {
    if (this.#group.size > 0) {
      this.#group.clear();
    }
  }

  /** One more row that the source does not have. */
  extraOfGroup(row: Buffer): void {
    const bytes = row.toString("latin1");
    const same = this.#group.get(bytes);
    if (same !== undefined) {
      this.#extra += 1;
      same.rows += 1;
      same.targetRows += 1;
      return;
    }
    const kept = this.#kept.length;
    this.extra(row);
    const added = this.#kept[kept];
    if (added !== undefined) {
      this.#group.set(bytes, added);
    }
  }

  located(): Located {
    const [missing, extra, changed] = [this.#missing, this.#extra, this.#changed];
    return { missing, extra, changed, suspects: this.#kept };
  }

  #keep(
    kind: Suspect["kind"],
    counts: Pick<Suspect, "rows" | "sourceRows" | "targetRows">,
    expected: Buffer | null,
    actual: Buffer | null,
    shown: (() => readonly string[]) | null,
  ): void {
    if (this.#kept.length >= this.#most || this.#bytes > mostBytes) {
      return;
    }
    this.#bytes += (expected?.length ?? 0) + (actual?.length ?? 0);
    const copies = { expected: copyOf(expected), actual: copyOf(actual) };
    this.#kept.push({ kind, ...counts, ...copies, shown: shown?.() ?? null });
  }
}

/** Not of Node's pool: all of it would cross threads with the row. */
const copyOf = (row: Buffer | null): Uint8Array | null => (row === null ? null : new Uint8Array(row));

/** Puts together what parts of a table found, in the order of the parts and not in that in which they come. */
export class LocatedParts {
  readonly #most: number;
  readonly #parts: { readonly part: number; located: Located }[] = [];

  /** @param most how many differences are kept */
  constructor(most: number) {
    this.#most = most;
  }

  /** @param part its place among the parts */
  add(part: number, located: Located): void {
    this.#parts.push({ part, located });
    this.#parts.sort((one, other) => one.part - other.part);
    // What is beyond the first ones now will be so whatever parts are still to come.
    let room = this.#most;
    for (const each of this.#parts) {
      const suspects = each.located.suspects.slice(0, room);
      room -= suspects.length;
      each.located = { ...each.located, suspects };
    }
  }

  located(): Located {
    const all = this.#parts.map(({ located }) => located);
    const sum = (count: (of: Located) => number): number => all.reduce((total, of) => total + count(of), 0);
    return {
      missing: sum(({ missing }) => missing),
      extra: sum(({ extra }) => extra),
      changed: sum(({ changed }) => changed),
      suspects: all.flatMap(({ suspects }) => suspects),
    };
  }
}

/**
 * Names in the target: kept as they are, but for those that PostgreSQL cannot hold. Counted in bytes of UTF-8,
 * not in characters, and never made equal by cutting.
 */
import type { Finding } from "../model/finding.js";
import { maximumNameBytes } from "../model/identifier.js";

type NameChange = Extract<Finding, { kind: "name-changed" }>;

/** One namespace: the relations of a schema, the columns of a table, the constraints of a table. */
export class NameBook {
  readonly #taken: Set<string>;

  /** @param taken names that are not free. */
  constructor(taken: Iterable<string> = []) {
    this.#taken = new Set(taken);
  }

  /**
   * A name like `wanted` that fits and is free, and is taken from now on.
   *
   * @param ending stays whole where `wanted` has to be cut: `_pkey`; ASCII.
   */
  take(wanted: string, ending = ""): string {
    const base = wanted === "" ? "_" : wanted;
    let name = cutToBytes(base, maximumNameBytes - ending.length) + ending;
    for (let count = 2; this.#taken.has(name); count += 1) {
      const suffix = `${ending}_${count}`;
      name = cutToBytes(base, maximumNameBytes - suffix.length) + suffix;
    }
    this.#taken.add(name);
    return name;
  }

  /** A name for each of `wanted`: those that can stay do, and the others make way for them. */
  takeAll(wanted: readonly string[]): readonly string[] {
    const kept = wanted.map((name) => (this.#canStay(name) ? this.take(name) : null));
    return kept.map((name, index) => name ?? this.take(wanted[index]!));
  }

  #canStay(name: string): boolean {
    return name !== "" && Buffer.byteLength(name) <= maximumNameBytes && !this.#taken.has(name);
  }
}

/** The columns that every table has (PostgreSQL documentation, 5.6). */
const systemColumns: ReadonlySet<string> = new Set(["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"]);

/** The names of a table's columns, in their order. */
export function columnNames(wanted: readonly string[]): readonly string[] {
  const book = new NameBook(systemColumns);
  const kept = book.takeAll(wanted.filter((name) => !systemColumns.has(name)));
  let next = 0;
  return wanted.map((name) => (systemColumns.has(name) ? book.take(`${name}_`) : kept[next++]!));
}

/** The finding for a name that could not stay, or none. */
export function nameChange(
  table: string,
  what: NameChange["what"],
  from: string,
  to: string,
): readonly NameChange[] {
  if (from === to) return [];
  const why =
    from === ""
      ? "empty"
      : systemColumns.has(from) && what === "column"
        ? "system-column"
        : Buffer.byteLength(from) > maximumNameBytes
          ? "too-long"
          : "collision";
  return [{ kind: "name-changed", at: { table }, what, from, to, why }];
}

/** Cuts between characters, never within one. */
function cutToBytes(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  let cut = "";
  let length = 0;
  for (const character of text) {
    length += Buffer.byteLength(character);
    if (length > bytes) break;
    cut += character;
  }
  return cut;
}

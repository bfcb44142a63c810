/**
 * Names in the target: kept as they are, but for those that PostgreSQL cannot hold. Counted in bytes of UTF-8,
 * not in characters, and never made equal by cutting.
 */
import type { Finding } from "../model/finding.js";
import { maximumNameBytes } from "../model/identifier.js";

type NameChange = Extract<Finding, { kind: "name-changed" }>;

/** One namespace: the relations of a schema, the columns of a table, the constraints of a table. */
export class NameBook {
  readonly #taken = new Set<string>();

  /** A name like `wanted` that fits and is free, and is taken from now on. */
  take(wanted: string): string {
    const base = wanted === "" ? "_" : wanted;
    let name = cutToBytes(base, maximumNameBytes);
    for (let count = 2; this.#taken.has(name); count += 1) {
      const suffix = `_${count}`;
      name = cutToBytes(base, maximumNameBytes - suffix.length) + suffix;
    }
    this.#taken.add(name);
    return name;
  }
}

/** The columns that every table has (PostgreSQL documentation, 5.6). */
const systemColumns = new Set(["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"]);

export function takeColumnName(book: NameBook, name: string): string {
  return book.take(systemColumns.has(name) ? `${name}_` : name);
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

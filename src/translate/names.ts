/**
 * Names in the target: kept as they are unless a mapping says otherwise, but for those that PostgreSQL cannot hold. Counted
 * in bytes of UTF-8, not in characters, and never made equal by cutting or by a style.
 */
import type { Finding } from "../model/finding.js";
import { maximumNameBytes, sameName } from "../model/identifier.js";
import type { NameStyle } from "../model/mapping.js";
import type { NamedThing, NameFinding } from "../model/name-finding.js";
import { styledName } from "./name-style.js";

/** A name that something is to have. */
export interface Wish {
  /** What people call it: in the source, or by a rule of a mapping. */
  readonly from: string;
  readonly wanted: string;
  readonly style: NameStyle;
}

/** @param rename what a rule calls it, in whatever style */
export const wish = (source: string, style: NameStyle, rename: string | null = null): Wish =>
  rename === null
    ? { from: source, wanted: styledName(source, style), style }
    : { from: rename, wanted: rename, style: "keep" };

/** A name that people gave, and what became of it. */
export interface GivenName {
  readonly wish: Wish;
  /** In the target. */
  readonly name: string;
}

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

  /** A name for each: those that can stay do, and the others make way for them; a style's names come after people's own. */
  takeAll(wishes: readonly Wish[]): readonly string[] {
    const own = wishes.map(({ from, wanted }) => (from === wanted ? this.#takeAsIs(wanted) : null));
    const styled = wishes.map(({ wanted }, index) => own[index] ?? this.#takeAsIs(wanted));
    return styled.map((name, index) => name ?? this.take(wishes[index]!.wanted));
  }

  #takeAsIs(wanted: string): string | null {
    return this.#canStay(wanted) ? this.take(wanted) : null;
  }

  #canStay(name: string): boolean {
    return name !== "" && Buffer.byteLength(name) <= maximumNameBytes && !this.#taken.has(name);
  }
}

/** One for each; null: without a name, which leaves the book as it is. */
export function takeGiven(book: NameBook, wishes: readonly (Wish | null)[]): readonly (GivenName | null)[] {
  const taken = book.takeAll(wishes.filter((each) => each !== null));
  let next = 0;
  return wishes.map((each) => (each === null ? null : { wish: each, name: taken[next++]! }));
}

/** The columns that every table has (PostgreSQL documentation, 5.6). */
const systemColumns: ReadonlySet<string> = new Set(["tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"]);

/** The names of a table's columns, in their order. */
export function columnNames(wishes: readonly Wish[]): readonly string[] {
  const book = new NameBook(systemColumns);
  const kept = book.takeAll(wishes.filter(({ wanted }) => !systemColumns.has(wanted)));
  let next = 0;
  return wishes.map(({ wanted }) => (systemColumns.has(wanted) ? book.take(`${wanted}_`) : kept[next++]!));
}

/** For names that are made of a column's: its own in the target, if it is there. */
export const targetOf = (
  source: string,
  columns: readonly { readonly source: string; readonly target: string }[],
): string => columns.find((column) => sameName(column.source, source))?.target ?? source;

/**
 * The finding for a name that did not stay, or none.
 *
 * @param table that is called so, or on which it stands: in the source
 */
export function nameChange(
  table: string,
  what: NamedThing,
  { from, wanted, style }: Wish,
  to: string,
): readonly NameFinding[] {
  if (from === to) return [];
  if (style !== "keep" && wanted === to)
    return [{ kind: "names-styled", at: { table: null }, style, names: [{ what, table, from, to }] }];
  const why =
    wanted === ""
      ? "empty"
      : systemColumns.has(wanted) && what === "column"
        ? "system-column"
        : Buffer.byteLength(wanted) > maximumNameBytes
          ? "too-long"
          : "collision";
  return [{ kind: "name-changed", at: { table }, what, from, to, why }];
}

/** @param given null: nobody has named it. */
export const givenNameChange = (
  table: string,
  what: NamedThing,
  given: GivenName | null,
): readonly NameFinding[] => (given === null ? [] : nameChange(table, what, given.wish, given.name));

/** One finding for all names in another style: they are many, and none of them is a surprise. */
export function gatherStyled(findings: readonly Finding[]): readonly Finding[] {
  const styled = findings.filter((finding) => finding.kind === "names-styled");
  const [first] = styled;
  if (first === undefined) return findings;
  const one: Finding = { ...first, names: styled.flatMap(({ names }) => names) };
  return [...findings.filter(({ kind }) => kind !== "names-styled"), one];
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

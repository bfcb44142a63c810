/**
 * Which name of a target that others made is meant by which of the source: the same letter by letter, else the same but for the case
 * of A to Z, else the same in another style (userId, user_id, "User ID"). Never by likeness: a near name is somebody else's.
 */
import { foldName } from "../../model/identifier.js";
import { styledName } from "../name-style.js";

export interface WantedName {
  readonly source: string;
  /** As mappings call it; by its absence they do not, and its own name and its styled one count. */
  readonly rename: string | null;
  /** In the style that a mapping asks for; its own name where none does. */
  readonly styled: string;
}

export type NameMatch =
  | { readonly kind: "found"; readonly target: string; readonly how: "renamed" | "exact" | "case" | "style" }
  /** Several fit, or several of the source fit it. */
  | { readonly kind: "ambiguous"; readonly candidates: readonly string[] }
  | { readonly kind: "missing" };

/** @returns one for each, in their order. */
export function matchNames(wanted: readonly WantedName[], targets: readonly string[]): readonly NameMatch[] {
  const found: (NameMatch | null)[] = wanted.map(() => null);
  const free = new Set(targets);
  const take = (at: number, target: string, how: "renamed" | "exact"): void => {
    found[at] = { kind: "found", target, how };
    free.delete(target);
  };
  // What is meant letter by letter is out of the others' reach.
  for (const [at, { rename }] of wanted.entries())
    if (rename !== null && free.has(rename)) take(at, rename, "renamed");
    else if (rename !== null) found[at] = { kind: "missing" };
  for (const name of ["styled", "source"] as const)
    for (const [at, each] of wanted.entries())
      if (found[at] === null && free.has(each[name])) take(at, each[name], "exact");
  for (const how of ["case", "style"] as const) matchFolded(wanted, free, found, how);
  return found.map((match) => match ?? { kind: "missing" });
}

function matchFolded(
  wanted: readonly WantedName[],
  free: Set<string>,
  found: (NameMatch | null)[],
  how: "case" | "style",
): void {
  const fold = how === "case" ? foldName : inOneStyle;
  const open = wanted.flatMap(({ source }, at) => (found[at] === null ? [{ at, folded: fold(source) }] : []));
  const targets = [...free].map((name) => ({ name, folded: fold(name) }));
  for (const { at, folded } of open) {
    const candidates = targets.filter((target) => target.folded === folded).map(({ name }) => name);
    const rivals = open.filter((other) => other.folded === folded);
    const [target] = candidates;
    if (target === undefined) continue;
    if (candidates.length > 1 || rivals.length > 1) found[at] = { kind: "ambiguous", candidates };
    else {
      found[at] = { kind: "found", target, how };
      free.delete(target);
    }
  }
}

/** `"User ID"`, `userId` and `UserID` are `user_id`; letters beyond A to Z lose their case, too. */
const inOneStyle = (name: string): string => styledName(name, "snake");

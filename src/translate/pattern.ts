/** Patterns of names: `*` for any characters, `?` for one, and no others; without regard to the case of ASCII letters. */
import { foldName } from "../model/identifier.js";

export type Matches = (name: string) => boolean;

export function matcherOf(pattern: string): Matches {
  const folded = foldName(pattern);
  if (isExact(pattern)) return (name) => foldName(name) === folded;
  const parts = Array.from(folded, (character) => {
    if (character === "*") return "[^]*";
    return character === "?" ? "[^]" : character.replace(/[\\^$.|+()[\]{}]/u, String.raw`\$&`);
  });
  const form = new RegExp(`^${parts.join("")}$`, "u");
  return (name) => form.test(foldName(name));
}

/** Whether it stands for one name alone. */
export const isExact = (pattern: string): boolean => !/[*?]/.test(pattern);

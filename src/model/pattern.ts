/**
 * Patterns of names: `*` for any characters, `?` for one; a backslash before one of these or before another backslash makes it
 * an ordinary character, and is one itself before any other. Without regard to the case of ASCII letters.
 */
import { foldName } from "./identifier.js";

export type Matches = (name: string) => boolean;

export function matcherOf(pattern: string): Matches {
  if (isExact(pattern)) {
    const folded = foldName(nameOf(pattern));
    return (name) => foldName(name) === folded;
  }
  const parts = Array.from(foldName(pattern).match(/\\[*?\\]|[^]/gu) ?? [], (part) => {
    if (part === "*") return "[^]*";
    return part === "?" ? "[^]" : nameOf(part).replace(/[\\^$.*?|+()[\]{}]/u, String.raw`\$&`);
  });
  const form = new RegExp(`^${parts.join("")}$`, "u");
  return (name) => form.test(foldName(name));
}

/** Whether it stands for one name alone. */
export const isExact = (pattern: string): boolean => !/[*?]/.test(pattern.replaceAll(/\\[*?\\]/g, ""));

/** What an exact pattern stands for. */
export const nameOf = (pattern: string): string => pattern.replaceAll(/\\([*?\\])/g, "$1");

/** The pattern that stands for this name alone. */
export const exactPattern = (name: string): string => name.replaceAll(/[*?\\]/g, String.raw`\$&`);

/** The limit in a declared type that SQLite keeps but does not enforce: VARCHAR(30), DECIMAL(10,2). */

export interface DeclaredLimit {
  /** Characters of a text, or digits of a number. */
  readonly counts: "characters" | "digits";
  readonly length: number;
  /** Digits after the point. */
  readonly scale: number;
}

/** null where `declared` has no numbers in brackets. */
export const declaredLimit = (declared: string): DeclaredLimit | null => {
  const numbers = /\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)/u.exec(declared);
  if (numbers === null) return null;
  const counts = /CHAR|TEXT|CLOB|STRING/iu.test(declared) ? "characters" : "digits";
  return { counts, length: Number(numbers[1]), scale: Number(numbers[2] ?? 0) };
};

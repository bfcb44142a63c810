/** IF in PL/pgSQL, which reads its condition up to the first THEN that stands in no parentheses: also to that of a CASE. */

/** @param lines indented as the IF is */
export const ifThen = (condition: string, lines: readonly string[]): readonly string[] => [
  `  IF ${/\bTHEN\b/i.test(condition) ? `(${condition})` : condition} THEN`,
  ...lines.map((line) => `  ${line}`),
  "  END IF;",
];

/** Asks the person at the terminal. */
import { createInterface } from "node:readline/promises";

/** Whether there is anybody to ask. */
export const canAsk = (): boolean => process.stdin.isTTY && process.stderr.isTTY;

/** @returns whether the answer is a yes; an end of input, or Ctrl-C, is none. */
export async function confirm(question: string, signal: AbortSignal | undefined): Promise<boolean> {
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await asking.question(`${question} [y/N] `, signal === undefined ? {} : { signal });
    return /^y(?:es)?$/i.test(answer.trim());
  } catch {
    return false;
  } finally {
    asking.close();
  }
}

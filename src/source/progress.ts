/** Words about long work on a large file: none for the first seconds, then one sentence now and again. */
import { sizeWords } from "./size-words.js";

const everyMilliseconds = 3_000;

/**
 * @param what Begins the sentence: `app.db: copied`.
 * @param totalBytes How many bytes there are to do.
 * @param now Milliseconds of a clock that only goes forward.
 * @returns To be called with the bytes done so far.
 */
export const bytesWords = (
  what: string,
  totalBytes: number,
  onSays: ((message: string) => void) | undefined,
  now: () => number = () => performance.now(),
): ((bytes: number) => void) => {
  let last = now();
  return (bytes) => {
    if (now() - last < everyMilliseconds) return;
    last = now();
    onSays?.(`${what} ${sizeWords(bytes)} of ${sizeWords(totalBytes)}`);
  };
};

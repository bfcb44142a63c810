/** Digests rows whose values all convert and whose TEXT is plain: most tables are of these alone. */
import { MultisetSum, type MultisetDigest } from "../multiset-sum.js";
import type { Reading } from "./reading.js";
import type { RowEncoder } from "./row-encoder.js";
import type { RowFeed } from "./row-feed.js";

/** The clock is looked at once in so many bytes: a look costs as much as a short value. */
const bytesBetweenLooks = 16_384;

/**
 * The digest, or null where a row needs the exact reading; then all of them do, and nothing is known of any.
 *
 * @param encoder that the feed encodes into.
 * @throws what the feed throws; ToolError `interrupted`.
 */
export const digestFeed = async (
  feed: RowFeed,
  encoder: RowEncoder,
  reading: Reading,
): Promise<MultisetDigest | null> => {
  const sum = new MultisetSum();
  let rows = 0;
  let bytes = 0;
  try {
    for (let fed = feed.next(); fed !== "end"; fed = feed.next()) {
      if (fed === "inexact") {
        return null;
      }
      const canonical = encoder.view();
      sum.add(canonical);
      rows += 1;
      bytes += canonical.length;
      if (bytes >= bytesBetweenLooks) {
        bytes = 0;
        if (reading.isTurnOver) {
          await reading.passTurn(rows);
        }
      }
    }
  } finally {
    feed.close();
  }
  return sum.total();
};

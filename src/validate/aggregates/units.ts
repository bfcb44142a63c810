/** Counts of time as microseconds since 1970; apart from the canonical forms, which have arithmetic of their own. */
import type { TimeUnit } from "../../model/postgres.js";

/** @returns null where it is no whole number of them. */
export const microsecondsOfCount = (count: bigint, unit: TimeUnit): bigint | null => {
  switch (unit) {
    case "seconds":
      return count * 1_000_000n;
    case "milliseconds":
      return count * 1000n;
    case "microseconds":
      return count;
    case "nanoseconds":
      return count % 1000n === 0n ? count / 1000n : null;
    // Julian day 2440588 begins at noon of 1970-01-01.
    case "julian":
      return (count - 2_440_588n) * day + day / 2n;
    case "core-data":
      return count * 1_000_000n + sinceUnix(2001);
    case "webkit":
      return count + sinceUnix(1601);
  }
};

const day = 86_400_000_000n;

const sinceUnix = (year: number): bigint => BigInt(Date.UTC(year, 0, 1)) * 1000n;

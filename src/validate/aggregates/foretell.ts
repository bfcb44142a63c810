/** What the target's figures of a column have to be, from those of the source. */
import type { ColumnFigures, Extreme } from "./figures.js";
import type { Measure } from "./measures.js";
import { microsecondsOfText } from "./spelling.js";
import { microsecondsOfCount } from "./units.js";

/** By its absence a figure is not compared. */
export interface Foretold {
  readonly values: bigint;
  readonly least?: NonNullable<Extreme>;
  readonly greatest?: NonNullable<Extreme>;
  readonly sum?: bigint;
}

/**
 * Says no more than is certain. Whether all values are of one storage class is told by the smallest and the greatest, for
 * SQLite sorts INTEGER and REAL as numbers, then TEXT, then BLOB.
 */
export const foretell = (measure: Measure, source: ColumnFigures): Foretold => {
  const { values, least, greatest, sum } = source;
  if (values === 0n) {
    return { values };
  }
  switch (measure.kind) {
    case "values":
      return { values };
    case "integers": {
      const [from, to] = [wholeOf(least), wholeOf(greatest)];
      return from === null || to === null ? { values } : { values, least: from, greatest: to, sum };
    }
    case "numbers": {
      const [from, to] = [doubleOf(least, measure.isExact), doubleOf(greatest, measure.isExact)];
      return from === null || to === null ? { values } : { values, least: from, greatest: to };
    }
    case "times": {
      const [from, to] = [timeOf(measure, source, least), timeOf(measure, source, greatest)];
      return from === null || to === null ? { values } : { values, least: from, greatest: to };
    }
    case "truths":
      return isNumber(least) && isNumber(greatest) ? { values, sum } : { values };
    case "texts":
      return typeof least === "string" && typeof greatest === "string"
        ? { values, least, greatest, sum }
        : { values };
    case "bytes":
      return { values, sum };
  }
};

const isNumber = (value: Extreme): value is bigint | number =>
  typeof value === "bigint" || typeof value === "number";

const wholeOf = (value: Extreme): bigint | null =>
  typeof value === "bigint" ? value : Number.isInteger(value) ? BigInt(value as number) : null;

/** Above it INTEGER and REAL side by side are no longer in the order of the digits that a REAL is written with. */
const largestExact = 2 ** 53;

const doubleOf = (value: Extreme, isExact: boolean): number | null => {
  if (!isNumber(value)) {
    return null;
  }
  const double = Number(value);
  return isExact && Math.abs(double) > largestExact && Number.isFinite(double) ? null : double;
};

const timeOf = (
  { unit, spelling }: Extract<Measure, { kind: "times" }>,
  { values, least, greatest, sum }: ColumnFigures,
  value: Extreme,
): bigint | null => {
  if (typeof least !== typeof greatest) {
    return null;
  }
  if (typeof value === "bigint") {
    return unit === null ? null : microsecondsOfCount(value, unit);
  }
  // The sum is of the texts that are spelled so.
  return typeof value === "string" && spelling !== null && sum === values ? microsecondsOfText(value) : null;
};

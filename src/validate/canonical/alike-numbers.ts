/** Where it makes no difference whether a number is an INTEGER or a REAL. */
import type { ColumnForm } from "./column-form.js";

/**
 * Whether an INTEGER and the REAL of the same value become the same, or both do not convert, wherever a double holds the value and its
 * neighbours (Number.isSafeInteger). Not of text, where the one is 2 and the other 2.0, nor of counts that are rounded if they are REAL.
 */
export const areNumbersAlike = ({ type, unit }: ColumnForm): boolean => {
  switch (type.name) {
    case "boolean":
    case "smallint":
    case "integer":
    case "bigint":
    case "real":
    case "double precision":
      return true;
    case "date":
    case "timestamp without time zone":
    case "timestamp with time zone":
      return unit !== null && unit !== "nanoseconds";
    default:
      return false;
  }
};

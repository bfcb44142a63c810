/**
 * The loader and the validator decide apart from each other which values fit a type. A rejected row is proven only where
 * both rejected it, so they must decide alike for each value of each type.
 */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { canonicalField } from "../../../src/validate/canonical/column-form.js";
import { RowBytes } from "../../../src/validate/canonical/row-bytes.js";
import { anyValue } from "../../transform/arbitraries.js";
import { arrayCells, cells, type Cell } from "../../transform/cells.js";
import { edgeValues } from "../../transform/edge-values.js";
import { accepts, type Value } from "../../transform/values.js";

describe("what the loader takes is what the validator takes", () => {
  test.each([...cells, ...arrayCells])("$name", (cell) => {
    for (const value of edgeValues) expectAlike(cell, value);
    fc.assert(
      fc.property(anyValue, (value) => expectAlike(cell, value)),
      { numRuns: 1500 },
    );
  });
});

const expectAlike = (cell: Cell, value: Value): void => {
  if (value === null) return;
  const misfit = misfitOf(cell, value);
  const isTaken = accepts(cell.type, cell.unit, value);
  // Compared by expect only where it fails: values are many, and some are long.
  if (isTaken !== (misfit === null)) expect({ value, misfit, isTaken }).toBe("alike");
};

const misfitOf = ({ type, unit }: Cell, value: Exclude<Value, null>): string | null => {
  const isText = typeof value === "string" || (typeof value === "object" && !Buffer.isBuffer(value));
  const source = typeof value === "string" ? Buffer.from(value, "utf8") : isText ? value.text : value;
  return canonicalField({ type, unit }).write(source, isText, new RowBytes(1));
};

/**
 * The encoders and the validator read docs/fidelity.md apart from each other. A value that the one sends and the other
 * does not expect would be a difference in every table that holds it.
 */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { pgType } from "../../src/model/postgres.js";
import { canonicalField } from "../../src/validate/canonical/column-form.js";
import { oids, RowBytes } from "../../src/validate/canonical/row-bytes.js";
import { canonicalRowsSql } from "../../src/validate/target/canonical-sql.js";
import { anyValue } from "./arbitraries.js";
import { arrayCells, cells, type Cell } from "./cells.js";
import { edgeValues } from "./edge-values.js";
import { openOracle, type Oracle } from "./oracle.js";
import { accepts, type Value } from "./values.js";

type Held = Exclude<Value, null>;

const isHeld = (value: Value): value is Held => value !== null;

describe("what arrives is what the validator expects", () => {
  let oracle: Oracle;
  beforeAll(async () => {
    oracle = await openOracle();
  });
  afterAll(() => oracle.remove());

  const expectAgreement = async (cell: Cell, values: readonly Held[]): Promise<void> => {
    const columns = [
      { name: "v", type: cell.type },
      { name: "n", type: pgType("bigint") },
    ];
    const rows = await oracle.copy(
      cell.type,
      cell.unit,
      values,
      (table) =>
        `SELECT n, encode(bytes, 'hex') AS bytes FROM ${table} AS s CROSS JOIN LATERAL (${canonicalRowsSql("(SELECT s.v, s.n)", columns)}) AS r`,
    );
    const arrived = new Map(rows.map((row) => [Number(row["n"]), row["bytes"]]));
    const wrong = values.flatMap((value, n) => {
      const own = accepts(cell.type, cell.unit, value) ? canonicalRow(cell, value, n) : undefined;
      return arrived.get(n) === own ? [] : [{ value, own, arrived: arrived.get(n) }];
    });
    expect(wrong).toEqual([]);
  };

  test.each([...cells, ...arrayCells])("$name", async (cell) => {
    await expectAgreement(cell, edgeValues.filter(isHeld));
    const values = fc.array(anyValue.filter(isHeld), { minLength: 100, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(values, (several) => expectAgreement(cell, several)),
      { numRuns: Number(process.env["RUNS"] ?? 2) },
    );
  });
});

function canonicalRow({ type, unit }: Cell, value: Held, n: number): string {
  const row = new RowBytes(2);
  const isText = typeof value === "string" || (typeof value === "object" && !Buffer.isBuffer(value));
  const source = typeof value === "string" ? Buffer.from(value, "utf8") : isText ? value.text : value;
  const misfit = canonicalField({ type, unit }).write(source, isText, row);
  if (misfit !== null) return `refused: ${misfit}`;
  row.writeInt64(oids.int8, BigInt(n));
  return row.view().toString("hex");
}

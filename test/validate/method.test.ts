/** How all tables are to be read is found out by reading little. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { MethodChoice } from "../../src/model/verdict.js";
import { chooseMethod } from "../../src/validate/method.js";
import { withReadTransaction } from "../../src/validate/target/read-transaction.js";
import type { TargetShape } from "../../src/validate/target/shape.js";
import { columnPlan, makeTarget, tablePlan, type TestTarget } from "./room.js";

let target: TestTarget;
beforeAll(async () => {
  target = await makeTarget();
});
afterAll(() => target.remove());

const table = tablePlan("t", [columnPlan("id", "bigint"), columnPlan("body", "bytea")]);

/** As if the table were so large that it is worth measuring. */
const chosen = (of = table): Promise<MethodChoice> => {
  const shape: TargetShape = {
    rows: null,
    departure: null,
    notCompared: [],
    blocks: 5000,
    orderedColumns: new Set(),
  };
  return withReadTransaction(target.session, () =>
    chooseMethod(target.session, [{ table: of, schema: "public", shape, isKeyed: false }], undefined),
  );
};

describe("the measuring", () => {
  beforeEach(async () => {
    await target.query("DROP TABLE IF EXISTS t");
    // A row a block, and large values as they are, beside it.
    await target.query("CREATE TABLE t (id bigint, body bytea, pad text)");
    await target.query("ALTER TABLE t ALTER body SET STORAGE EXTERNAL, ALTER pad SET STORAGE PLAIN");
  });

  const fill = (rows: number, bytes: number) =>
    target.query(
      `INSERT INTO t SELECT n, convert_to(repeat('x', ${bytes}), 'UTF8'), repeat('p', 5000) FROM generate_series(1, ${rows}) AS n`,
    );

  test("reads nothing where the first block alone has too much", async () => {
    await fill(1, 20_000_000);
    expect(await chosen()).toEqual({ by: "digest", because: "the values of t are too large to measure it" });
  });

  test("reads as many blocks as have 16 MB, with what stands beside them", async () => {
    await fill(20, 1_000_000);
    expect((await chosen()).because).toMatch(/^measured on 16 blocks of t: [\d.]+ ms by digest, /);
  });

  test("leaves out of account what is not read", async () => {
    await fill(20, 1_000_000);
    const narrow = tablePlan("t", [columnPlan("id", "bigint")]);
    expect((await chosen(narrow)).because).toMatch(/^measured on 128 blocks of t: /);
  });

  test("reads 128 blocks of small values", async () => {
    await fill(200, 10);
    expect((await chosen()).because).toMatch(/^measured on 128 blocks of t: /);
  });

  test("that the server refuses leaves it to the database", async () => {
    await fill(1, 10);
    expect(await chosen(tablePlan("t", [columnPlan("gone", "bigint")]))).toEqual({
      by: "digest",
      because: "streaming could not be measured",
    });
  });
});

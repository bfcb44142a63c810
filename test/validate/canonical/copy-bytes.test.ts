/** Rows as the server's COPY sends them: held against the server itself, piece by piece. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { copyFrames } from "../../../src/target/copy-frames.js";
import { pgType, type PgType } from "../../../src/model/postgres.js";
import { canonicalField } from "../../../src/validate/canonical/column-form.js";
import { CopyBytes } from "../../../src/validate/canonical/copy-bytes.js";
import { canonicalFieldsSql } from "../../../src/validate/target/canonical-sql.js";
import { sentFieldsSql } from "../../../src/validate/target/sent-sql.js";
import { makeTarget, type TestTarget } from "../room.js";

let target: TestTarget;
beforeAll(async () => {
  target = await makeTarget();
});
afterAll(() => target.remove());

const types: readonly PgType[] = [
  pgType("bigint"),
  pgType("text"),
  pgType("jsonb"),
  pgType("json"),
  pgType("bytea"),
];
const columns = types.map((type, index) => ({ name: `c${index}`, type }));
const long = "long ".repeat(20_000);
type Row = readonly [bigint, string | null, string | null, string | null, Buffer | null];
const rows: readonly Row[] = [
  [1n, "one", '{"b":1,"a":[1,2]}', '{"b" :1}', Buffer.from("bytes")],
  [2n, null, null, null, null],
  [3n, long, `"${long}"`, `"${long}"`, Buffer.from(long)],
  [4n, "", '{"b":2,"a":[]}', " null", Buffer.alloc(0)],
];

const received = async (areWhole: boolean, some: readonly Row[]): Promise<Buffer> => {
  await target.query(
    "DROP TABLE IF EXISTS t; CREATE TABLE t (c0 bigint, c1 text, c2 jsonb, c3 json, c4 bytea)",
  );
  const literal = (value: Row[number]): string =>
    value === null ? "NULL" : Buffer.isBuffer(value) ? `'\\x${value.toString("hex")}'` : `'${String(value)}'`;
  for (const row of some) await target.query(`INSERT INTO t VALUES (${row.map(literal).join(", ")})`);
  const taken: Buffer[] = [];
  const sql = (areWhole ? sentFieldsSql : canonicalFieldsSql)("public.t", columns, "c0");
  const take = (bytes: Buffer): boolean => taken.push(Buffer.from(bytes)) > 0;
  expect(await copyFrames(target.session, `COPY (${sql}) TO STDOUT (FORMAT binary)`, take)).toBe(true);
  return Buffer.concat(taken);
};

const put = (bytes: CopyBytes, row: Row): void => {
  bytes.clear();
  row.forEach((value, index) => {
    const field = canonicalField({ type: types[index]!, unit: null });
    const isText = typeof value === "string";
    expect(value === null ? bytes.writeNull(field.oid) : field.write(value, isText, bytes)).toBeNull();
  });
  bytes.keep();
};

describe.each([
  ["as they are", true],
  ["with markers of long values", false],
])("values %s", (_, areWhole) => {
  test.each([
    ["one byte after another", 1],
    ["a few", 37],
    ["in large pieces", 65_536],
    ["all at once", Infinity],
  ])("are the server's own bytes, %s", async (__, piece) => {
    const sent = await received(areWhole, rows);
    const bytes = new CopyBytes(types.length, areWhole);
    const waiting = [...rows];
    let isEnded = false;
    for (let at = 0; at < sent.length; at += piece) {
      const some = sent.subarray(at, at + piece);
      while (bytes.keptLength < some.length) {
        const row = waiting.shift();
        if (row !== undefined) {
          put(bytes, row);
        } else {
          expect(isEnded).toBe(false);
          bytes.keepEnd();
          isEnded = true;
        }
      }
      expect(bytes.dropIfEqual(some)).toBe(true);
    }
    expect({ isEnded, kept: bytes.keptLength }).toEqual({ isEnded: true, kept: 0 });
  });

  test("may be none", async () => {
    const sent = await received(areWhole, []);
    const bytes = new CopyBytes(types.length, areWhole);
    bytes.keepEnd();
    expect(bytes.keptLength).toBe(sent.length);
    expect(bytes.dropIfEqual(sent)).toBe(true);
  });

  test("are not the same with any other bit", async () => {
    const sent = await received(areWhole, rows.slice(0, 2));
    for (let at = 0; at < sent.length; at += 1) {
      const bytes = new CopyBytes(types.length, areWhole);
      rows.slice(0, 2).forEach((row) => put(bytes, row));
      bytes.keepEnd();
      const other = Buffer.from(sent);
      other[at]! ^= 1;
      expect(bytes.dropIfEqual(other)).toBe(false);
      expect(bytes.dropIfEqual(Buffer.concat([sent, Buffer.alloc(1)]))).toBe(false);
      expect(bytes.dropIfEqual(sent)).toBe(true);
    }
  });
});

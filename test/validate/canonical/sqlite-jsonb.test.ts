/** SQLite's binary JSON: what SQLite makes, read by the validator and by the loader, which share no code. */
import Database from "better-sqlite3";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { sqliteJsonbText } from "../../../src/transform/fields/sqlite-jsonb.js";
import { textOfSqliteJsonb } from "../../../src/validate/canonical/sqlite-jsonb.js";
import { json } from "../json-texts.js";

const database = new Database(":memory:");
afterAll(() => void database.close());

const jsonb = (text: string): Buffer | null => {
  try {
    return database.prepare<[string], Buffer>("SELECT jsonb(?)").pluck().get(text) ?? null;
  } catch {
    return null;
  }
};

const byLoader = (blob: Buffer): string | null => sqliteJsonbText(blob, 0, blob.length);

describe("textOfSqliteJsonb", () => {
  test.each([
    ["", "nothing"],
    ["0000", "two elements"],
    ["10", "a payload beyond the end"],
    ["1000", "null with a payload"],
    ["c1", "a size that is cut off"],
    ["33312c32", "an INT that would be two"],
    ["57612222", "a TEXT with a quote"],
    ["57615c2262", "a TEXT with an escape"],
    ["17ff", "a TEXT that is no UTF-8"],
    ["2900ff", "a TEXT5 that is no UTF-8 after a NUL"],
    ["2c1331", "an object of one label that is none"],
    ["2c1761", "a label without a value"],
    ["0d", "a reserved type"],
  ])("takes no blob %s: %s", (hex) => {
    expect(textOfSqliteJsonb(Buffer.from(hex, "hex"))).toBeNull();
    expect(byLoader(Buffer.from(hex, "hex"))).toBeNull();
  });

  test.each([
    ["{a:1,'b':\"x\"}", '{"a":1,"b":"x"}'],
    ["[+1, 0x10, -0xA, .5, 5., +.5e3]", "[1,16,-10,0.5,5.0,0.5e3]"],
    ["'it\\'s \\x41 \"q\" \\0'", '"it\'s \\u0041 \\"q\\" \\u0000"'],
    ['[1,"a\\u00e9",null,true,{}]', '[1,"a\\u00e9",null,true,{}]'],
  ])("reads what SQLite makes of %s", (text, expected) => {
    const blob = jsonb(text);
    expect(blob === null ? null : textOfSqliteJsonb(blob)).toBe(expected);
    expect(blob === null ? null : byLoader(blob)).toBe(expected);
  });

  test("is the value that SQLite's json() tells", () => {
    fc.assert(
      fc.property(json, (text) => {
        const blob = jsonb(text);
        if (blob === null) return;
        const text5 = database.prepare<[Buffer], string>("SELECT json(?)").pluck().get(blob) ?? "";
        expect(JSON.parse(textOfSqliteJsonb(blob) ?? "")).toEqual(JSON.parse(text5));
      }),
      { numRuns: 500 },
    );
  });

  test("takes of damaged blobs what the loader takes, and makes the same of it", () => {
    const header = fc.nat(0xcf).map((byte) => [byte]);
    const text = fc
      .constantFrom("1", "-0", "1.5", "a", '"', "\\n", "\\x41", ",", "0x1F", ".5", "\u00e9", "\n")
      .map((part) => [...Buffer.from(part)]);
    const made = fc.array(fc.oneof(header, text), { maxLength: 6 }).map((parts) => Buffer.from(parts.flat()));
    const changed = fc.tuple(json, fc.nat(), fc.nat(255)).map(([written, place, byte]) => {
      const blob = Buffer.from(jsonb(written) ?? Buffer.alloc(1));
      blob[place % blob.length] = byte;
      return blob;
    });
    fc.assert(
      fc.property(fc.oneof(made, changed), (blob) => {
        expect(textOfSqliteJsonb(blob)).toBe(byLoader(blob));
      }),
      { numRuns: 20_000 },
    );
  });
});

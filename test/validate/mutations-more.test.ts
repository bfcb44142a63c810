import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ProofMethod } from "../../src/model/verdict.js";
import { validateTables } from "../../src/validate/compare.js";
import { moreTypes, sourceSql, targetSql } from "./more-types.js";
import { makeSource, makeTarget, planOf, type SourceFile, type TestTarget } from "./room.js";

let source: SourceFile;
let target: TestTarget;

beforeAll(async () => {
  source = await makeSource(sourceSql);
  target = await makeTarget();
  for (const sql of targetSql) {
    await target.query(sql);
  }
  await target.query("CREATE TABLE kept AS SELECT * FROM more_types");
});

afterAll(async () => {
  source.remove();
  await target.remove();
});

afterEach(async () => {
  await target.query("TRUNCATE more_types");
  await target.query("INSERT INTO more_types SELECT * FROM kept");
});

const verdict = async (method: ProofMethod = "digest") =>
  (await validateTables(source.source, target.session, planOf(moreTypes), "public", { method }))[0];

/** What is set in the row of the id. */
const mutations: readonly (readonly [what: string, id: number, set: string])[] = [
  ["a smallint one less", 1, "small = small - 1"],
  ["0 for NULL in smallint", 3, "small = 0"],
  ["an integer with its sign changed", 1, "whole = -(whole + 1)"],
  ["NULL for an integer", 2, "whole = NULL"],
  ["a real one ulp away", 1, "single = 0.50000006"],
  ["a real without the sign of its zero", 2, "single = 0"],
  ["the largest real for an infinity", 4, "single = 3.4028235e38"],
  ["a character's case", 1, "code = 'aB'"],
  ["a blank before what fills up", 1, "code = ' ab'"],
  ["blanks for NULL in char", 3, "code = ''"],
  ["json with its spaces gone", 1, 'raw = \'{"b":1.10,"a":[]}\''],
  ["json with its keys in order", 1, 'raw = \'{"a":[], "b": 1.10}\''],
  ["json null for NULL", 3, "raw = 'null'"],
  ["NULL for json null", 4, "raw = NULL"],
  ["another case in citext, which calls it equal", 1, "folded = 'BOB'"],
  ["a letter decomposed in citext", 4, "folded = U&'E\\0301'"],
  ["'' for NULL in citext", 3, "folded = ''"],
  ["another label", 1, "mood = 'sad'"],
  ["a timestamp one millisecond off", 1, "at = at + interval '1 ms'"],
  ["a timestamp in another zone", 2, "at = '2020-09-13 14:26:40.5'"],
  ["infinity for NULL in timestamp", 3, "at = 'infinity'"],
  ["a time one second off", 2, "alarm = '23:59:58'"],
  ["24:00 for 00:00", 4, "alarm = '24:00'"],
  ["an address with another mask", 1, "host = '10.1.2.3/9'"],
  ["an address without its mask", 1, "host = '10.1.2.3'"],
  ["an address without its host", 1, "host = '10.0.0.0/8'"],
  ["an IPv4 address out of its IPv6 one", 4, "host = '1.2.3.4/24'"],
  ["a network of twice the size", 4, "net = '192.168.1.0/24'"],
  ["a network of the other family", 2, "net = '0.0.0.0/0'"],
  ["one digit of a MAC address", 1, "mac = '08:00:2b:01:02:13'"],
  ["an element one more", 1, "ints = ints || 4"],
  ["an element less", 1, "ints = ints[1:2]"],
  ["elements in another order", 1, "ints = '{NULL,1,-3}'"],
  ["0 for a NULL in an array", 4, "ints = '{0}'"],
  ["an empty array for NULL", 3, "ints = '{}'"],
  ["NULL for an empty array", 2, "ints = NULL"],
  ["an empty array for a NULL in one", 4, "ints = '{}'"],
  ["a row of two dimensions", 1, "ints = '{{1,NULL,-3}}'"],
  ["an array that starts at 0", 1, "ints = '[0:2]={1,NULL,-3}'"],
  ["the text NULL for NULL in an array", 1, `texts = '{a,"","NULL","NULL"}'`],
  ["two texts joined", 1, `texts = '{"a,",NULL,"NULL"}'`],
  ["'' gone from an array", 1, "texts = '{a,NULL,\"NULL\"}'"],
  ["labels swapped", 4, "moods = '{\"so, so\",glad}'"],
];

describe("one change makes a table different:", () => {
  test.each(mutations)("%s", async (_, id, set) => {
    const changed = await target.query(`UPDATE more_types SET ${set} WHERE id = ${id} RETURNING id`);
    expect(changed).toHaveLength(1);
    for (const method of ["digest", "stream"] as const)
      expect(await verdict(method)).toMatchObject({
        verdict: "different",
        reason: expect.stringMatching(/^both sides have 4 rows, but not the same values in them/) as string,
      });
  });
});

describe("rows that are the same", () => {
  test("are identical", async () => {
    expect(await verdict()).toMatchObject({ verdict: "identical", reason: null });
  });

  test.each([
    ["a wider char", "code TYPE char(9)"],
    ["a narrower integer", "whole TYPE smallint USING small"],
    ["a finer timestamp", "at TYPE timestamp(6)"],
    ["an array of narrower texts", "texts TYPE varchar(4)[]"],
  ])("are identical in %s", async (_, alter) => {
    await target.query("CREATE TABLE narrow (LIKE more_types)");
    try {
      await target.query("INSERT INTO narrow SELECT * FROM more_types");
      await target.query("UPDATE narrow SET whole = small");
      await target.query(`ALTER TABLE narrow ALTER ${alter}`);
      const narrow = await makeSource(
        sourceSql.replaceAll("more_types", "narrow") + "; UPDATE narrow SET whole = small;",
      );
      const [found] = await validateTables(
        narrow.source,
        target.session,
        planOf({ ...moreTypes, source: "narrow", target: "narrow" }),
        "public",
      );
      narrow.remove();
      expect(found).toMatchObject({ verdict: "identical" });
    } finally {
      await target.query("DROP TABLE narrow");
    }
  });
});

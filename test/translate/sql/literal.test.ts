import { describe, expect, test } from "vitest";
import { parseDefault } from "../../../src/translate/sql/literal.js";

describe("parseDefault", () => {
  test.each([
    ["a call", "datetime('now')"],
    ["arithmetic", "1 + 1"],
    ["a concatenation", "'a' || 'b'"],
    ["a collation", "'a' COLLATE NOCASE"],
    ["NOT", "NOT 1"],
    ["a complement", "~5"],
    ["a cast", "CAST(1 AS TEXT)"],
    ["a minus before a text", "- '5'"],
    ["a list", "(1, 2)"],
    ["a query", "SELECT 1"],
    ["a parameter", "?"],
    ["words that are no SQL", "1 2"],
    ["nothing", ""],
  ])("knows that %s is no literal", (_, sql) => {
    expect(parseDefault(sql)).toBeNull();
  });

  test.each([
    ["0", "0"],
    ["007", "7"],
    ["-0", "0"],
    ["+5", "5"],
    ["- 5", "-5"],
    ["-(5)", "-5"],
    ["-(-5)", "5"],
    ["- -5", "5"],
    ["(((5)))", "5"],
    ["1_000", "1000"],
    ["0x1F", "31"],
    ["0XfF", "255"],
    ["-0x10", "-16"],
    ["0xFFFFFFFFFFFFFFFF", "-1"],
    ["0x8000000000000000", "-9223372036854775808"],
    ["9223372036854775807", "9223372036854775807"],
    ["-9223372036854775808", "-9223372036854775808"],
    ["-(0x7fffffffffffffff)", "-9223372036854775807"],
    ["true", "1"],
    ["FALSE", "0"],
    ["5 -- five", "5"],
    ["/* five */ 5 /* five */", "5"],
  ])("reads the integer %s", (sql, digits) => {
    expect(parseDefault(sql)).toEqual({ kind: "integer", digits });
  });

  test.each([
    ["9223372036854775808", 2 ** 63],
    ["-9223372036854775809", -(2 ** 63)],
    ["-(9223372036854775808)", -(2 ** 63)],
    ["- -9223372036854775808", 2 ** 63],
    ["1.5", 1.5],
    [".5", 0.5],
    ["5.", 5],
    ["1e3", 1000],
    ["-1E-3", -0.001],
    ["1_0.5_0", 10.5],
    ["1e999", Infinity],
    ["-1e999", -Infinity],
    ["-0.0", -0],
  ])("reads the real %s", (sql, value) => {
    expect(parseDefault(sql)).toEqual({ kind: "real", value });
  });

  test.each([
    ["'it''s'", "it's"],
    ["''", ""],
    ["'a\nb\\n'", "a\nb\\n"],
    ["'日本 🚀'", "日本 🚀"],
    ["'true'", "true"],
    ['"dq"', "dq"],
    ['"a""b"', 'a"b'],
    ["[x y]", "x y"],
    ["`b``t`", "b`t"],
    ["bare", "bare"],
    ['"true"', "true"],
    ["[false]", "false"],
    ["`TRUE`", "TRUE"],
    ['"current_timestamp"', "current_timestamp"],
    ['"null"', "null"],
  ])("reads the text %s", (sql, text) => {
    expect(parseDefault(sql)).toEqual({ kind: "text", text });
  });

  test.each([
    ["NULL", { kind: "null" }],
    ["null", { kind: "null" }],
    ["x''", { kind: "blob", hex: "" }],
    ["X'00fF'", { kind: "blob", hex: "00ff" }],
    ["current_timestamp", { kind: "now", part: "timestamp" }],
    ["CURRENT_DATE", { kind: "now", part: "date" }],
    ["(Current_Time)", { kind: "now", part: "time" }],
  ])("reads %s", (sql, literal) => {
    expect(parseDefault(sql)).toEqual(literal);
  });
});

/** The mutation matrix's booleans and numbers. */
import { pgType } from "../../../src/model/postgres.js";
import { noFloat, none, noText, noTime, to, type TypeCase } from "./type-case.js";

const noNumber = { ...noTime, ...noText };
const nulls = (empty: string) => ({
  nullForEmpty: [to("empty", null)],
  emptyForNull: [to("null", empty)],
});

/** More than a double holds. */
const long = "123456789012345678901234567890.123456789012345678901234567891";

export const numberCases: readonly TypeCase[] = [
  {
    name: "boolean",
    type: pgType("boolean"),
    cells: { plain: ["1", "t"], other: ["'FALSE'", "f"], empty: ["0", "f"] },
    mutants: { ...noNumber, ...noFloat, ...nulls("f"), bit: [to("plain", "f"), to("empty", "t")] },
    more: { "true for NULL": to("null", "t") },
  },
  {
    name: "smallint",
    type: pgType("smallint"),
    cells: { plain: ["12345", "12345"], other: ["'-32768'", "-32768"], empty: ["0", "0"] },
    mutants: { ...noNumber, ...noFloat, ...nulls("0"), bit: [to("plain", "12344"), to("other", "0")] },
    more: { "another sign": to("plain", "-12345") },
  },
  {
    name: "integer",
    type: pgType("integer"),
    cells: { plain: ["2147483647", "2147483647"], other: ["7.0", "7"], empty: ["0", "0"] },
    mutants: { ...noNumber, ...noFloat, ...nulls("0"), bit: [to("plain", "2147483646"), to("other", "5")] },
    more: { "another sign": to("plain", "-2147483647") },
  },
  {
    name: "bigint",
    type: pgType("bigint"),
    cells: {
      plain: ["9007199254740993", "9007199254740993"],
      other: ["-9223372036854775808", "-9223372036854775808"],
      empty: ["0", "0"],
      greatest: ["9223372036854775807", "9223372036854775807"],
    },
    mutants: {
      ...noNumber,
      ...noFloat,
      ...nulls("0"),
      bit: [to("plain", "9007199254740992"), to("greatest", "-1")],
    },
    more: {
      "what a double makes of it": to("greatest", "9223372036854775806"),
      "the next at the limit": to("other", "-9223372036854775807"),
    },
  },
  {
    name: "real",
    type: pgType("real"),
    cells: {
      plain: ["0.5", "0.5"],
      other: ["1.401298464324817e-45", "1e-45"],
      empty: ["0.0", "0"],
      negativeZero: ["-0.0", "-0"],
      infinity: ["9e999", "Infinity"],
    },
    mutants: {
      ...noNumber,
      ...nulls("0"),
      bit: [to("plain", "-0.5")],
      zeroSign: [to("empty", "-0"), to("negativeZero", "0")],
      ulp: [to("plain", "0.50000006"), to("plain", "0.49999997"), to("other", "3e-45")],
    },
    more: {
      "the smallest flushed to zero": to("other", "0"),
      "the largest for an infinity": to("infinity", "3.4028235e+38"),
      "an infinity of the other sign": to("infinity", "-Infinity"),
      "NaN for NULL": to("null", "NaN"),
    },
  },
  {
    name: "double precision",
    type: pgType("double precision"),
    cells: {
      plain: ["0.1", "0.1"],
      other: ["5e-324", "5e-324"],
      empty: ["0", "0"],
      negativeZero: ["-0.0", "-0"],
      infinity: ["-9e999", "-Infinity"],
      whole: ["9007199254740992", "9.007199254740992e+15"],
    },
    mutants: {
      ...noNumber,
      ...nulls("0"),
      bit: [to("plain", "-0.1")],
      zeroSign: [to("empty", "-0"), to("negativeZero", "0")],
      ulp: [
        to("plain", "0.10000000000000002"),
        to("plain", "0.09999999999999999"),
        to("other", "1e-323"),
        to("whole", "9.007199254740994e+15"),
      ],
    },
    more: {
      "the smallest flushed to zero": to("other", "0"),
      "an infinity of the other sign": to("infinity", "Infinity"),
      "what single precision makes of it": to("plain", "0.10000000149011612"),
      "NaN for NULL": to("null", "NaN"),
    },
  },
  {
    name: "numeric",
    type: pgType("numeric"),
    cells: { plain: ["19.9", "19.9"], other: [`'${long}'`, long], empty: ["'0.00'", "0"] },
    mutants: {
      ...noNumber,
      ...none("numeric has one zero", "zeroSign"),
      ...nulls("0"),
      bit: [to("plain", "18.9")],
      ulp: [to("other", `${long.slice(0, -1)}2`), to("plain", "19.899999999999999")],
    },
    more: {
      NaN: to("plain", "NaN"),
      "an infinity for NULL": to("null", "Infinity"),
      "what a double makes of it": to("other", "123456789012345680000000000000"),
      "another sign": to("plain", "-19.9"),
    },
  },
  {
    name: "numeric(12,4)",
    type: pgType("numeric", 12, 4),
    cells: { plain: ["19.9", "19.9"], other: ["'-0.0500'", "-0.05"], empty: ["0", "0"] },
    mutants: {
      ...noNumber,
      ...none("numeric has one zero", "zeroSign"),
      ...nulls("0"),
      bit: [to("plain", "18.9")],
      ulp: [to("plain", "19.9001"), to("other", "-0.0499")],
    },
    more: { NaN: to("plain", "NaN"), "rounded to cents, and on": to("other", "-0.1") },
  },
];

/** The mutation matrix's dates and times, from texts, from counts of units and from the local time of a zone. */
import { pgType } from "../../../src/model/postgres.js";
import { noFloat, none, noText, to, type TypeCase } from "./type-case.js";

const noNumber = { ...noFloat, ...noText };
const zoned = pgType("timestamp with time zone");
const plainTimestamp = pgType("timestamp without time zone");

const nulls = (epoch: string) => ({
  nullForEmpty: [to("empty", null)],
  emptyForNull: [to("null", epoch)],
});

const epoch = "1970-01-01 00:00:00";
const moreInstants = { "infinity for NULL": to("null", "infinity"), "-infinity": to("plain", "-infinity") };

export const timeCases: readonly TypeCase[] = [
  {
    name: "date",
    type: pgType("date"),
    cells: {
      plain: ["'1990-02-28'", "1990-02-28"],
      other: ["'0001-01-01'", "0001-01-01"],
      empty: ["'1970-01-01'", "1970-01-01"],
      last: ["'294276-12-31'", "294276-12-31"],
    },
    mutants: {
      ...noNumber,
      ...none("a date has none", "microsecond"),
      ...nulls("1970-01-01"),
      bit: [to("plain", "1990-03-01")],
      zoneShift: [to("plain", "1990-02-27"), to("empty", "1969-12-31")],
    },
    more: {
      "the same year before Christ": to("other", "0001-01-01 BC"),
      "infinity for NULL": to("null", "infinity"),
      "the next that timestamps do not reach": to("last", "294277-01-01"),
    },
  },
  {
    name: "date of seconds",
    type: pgType("date"),
    unit: "seconds",
    cells: {
      plain: ["1600041600", "2020-09-14"],
      other: ["-86400", "1969-12-31"],
      empty: ["0", "1970-01-01"],
    },
    mutants: {
      ...noNumber,
      ...none("a date has none", "microsecond"),
      ...nulls("1970-01-01"),
      bit: [to("plain", "2020-09-13")],
      zoneShift: [to("plain", "2020-09-13"), to("empty", "1969-12-31")],
    },
    more: {},
  },
  {
    name: "time",
    type: pgType("time without time zone"),
    cells: {
      plain: ["'07:30'", "07:30:00"],
      other: ["'23:59:59.999999'", "23:59:59.999999"],
      empty: ["'00:00:00'", "00:00:00"],
    },
    mutants: {
      ...noNumber,
      ...nulls("00:00:00"),
      bit: [to("plain", "07:29:58.951424")],
      microsecond: [to("plain", "07:30:00.000001"), to("other", "23:59:59.999998"), to("other", "24:00:00")],
      zoneShift: [to("plain", "08:30:00"), to("empty", "23:00:00")],
    },
    more: { "24:00 for 00:00": to("empty", "24:00:00") },
  },
  {
    name: "time(0)",
    type: pgType("time without time zone", 0),
    cells: {
      plain: ["'07:30:00'", "07:30:00"],
      other: ["'23:59:59'", "23:59:59"],
      empty: ["'00:00'", "00:00:00"],
    },
    mutants: {
      ...noNumber,
      ...none("it holds whole seconds", "microsecond"),
      ...nulls("00:00:00"),
      bit: [to("plain", "07:30:01")],
      zoneShift: [to("plain", "06:30:00")],
    },
    more: { "24:00 for 00:00": to("empty", "24:00:00") },
  },
  {
    name: "timestamp",
    type: plainTimestamp,
    cells: {
      plain: ["'2020-09-13T12:26:40.5Z'", "2020-09-13 12:26:40.5"],
      other: ["'0000-02-29 23:59:59.999999'", "0001-02-29 23:59:59.999999 BC"],
      empty: ["'1970-01-01'", epoch],
    },
    mutants: {
      ...noNumber,
      ...nulls(epoch),
      bit: [to("plain", "2020-09-13 12:26:40.500001")],
      microsecond: [to("plain", "2020-09-13 12:26:40.499999"), to("other", "0001-03-01 00:00:00 BC")],
      zoneShift: [to("plain", "2020-09-13 14:26:40.5"), to("empty", "1969-12-31 19:00:00")],
    },
    more: moreInstants,
  },
  {
    name: "timestamp(3) of milliseconds",
    type: pgType("timestamp without time zone", 3),
    unit: "milliseconds",
    cells: {
      plain: ["1600000000123", "2020-09-13 12:26:40.123"],
      other: ["-1", "1969-12-31 23:59:59.999"],
      empty: ["0", epoch],
    },
    mutants: {
      ...noNumber,
      ...none("it holds milliseconds", "microsecond"),
      ...nulls(epoch),
      bit: [to("plain", "2020-09-13 12:26:40.122")],
      zoneShift: [to("plain", "2020-09-13 18:11:40.123")],
    },
    more: { ...moreInstants, "read as seconds": to("plain", "52672-06-08 19:22:03") },
  },
  {
    name: "timestamptz",
    type: zoned,
    cells: {
      plain: ["'2020-09-13T17:56:40.000001+05:30'", "2020-09-13 12:26:40.000001+00"],
      other: ["'9999-12-31 23:59:59.999999'", "9999-12-31 23:59:59.999999+00"],
      empty: ["'1970-01-01 00:00:00Z'", `${epoch}+00`],
    },
    mutants: {
      ...noNumber,
      ...nulls(`${epoch}+00`),
      bit: [to("plain", "2020-09-13 12:26:40+00")],
      microsecond: [to("plain", "2020-09-13 12:26:40.000002+00"), to("other", "10000-01-01 00:00:00+00")],
      zoneShift: [
        to("plain", "2020-09-13 17:56:40.000001+00"),
        to("other", "10000-01-01 00:59:59.999999+00"),
      ],
    },
    more: moreInstants,
  },
  {
    name: "timestamptz of milliseconds",
    type: zoned,
    unit: "milliseconds",
    cells: {
      plain: ["1600000000000.25", "2020-09-13 12:26:40.00025+00"],
      other: ["-1", "1969-12-31 23:59:59.999+00"],
      empty: ["0", `${epoch}+00`],
    },
    mutants: {
      ...noNumber,
      ...nulls(`${epoch}+00`),
      bit: [to("plain", "2020-09-13 12:26:40.000251+00")],
      microsecond: [
        to("plain", "2020-09-13 12:26:40.000249+00"),
        to("empty", `1970-01-01 00:00:00.000001+00`),
      ],
      zoneShift: [to("plain", "2020-09-13 11:26:40.00025+00")],
    },
    more: { ...moreInstants, "rounded to milliseconds": to("plain", "2020-09-13 12:26:40+00") },
  },
  {
    name: "timestamptz of Julian days",
    type: zoned,
    unit: "julian",
    cells: {
      plain: ["2458849.5", "2020-01-01 00:00:00+00"],
      other: ["2440587.25", "1969-12-31 18:00:00+00"],
      empty: ["2440587.5", `${epoch}+00`],
    },
    mutants: {
      ...noNumber,
      ...nulls(`${epoch}+00`),
      bit: [to("plain", "2020-01-01 00:00:00.000001+00")],
      microsecond: [to("plain", "2019-12-31 23:59:59.999999+00")],
      zoneShift: [to("plain", "2020-01-01 01:00:00+00"), to("other", "1969-12-31 23:45:00+00")],
    },
    more: moreInstants,
  },
  {
    name: "timestamptz of local times",
    type: zoned,
    zone: "Europe/Berlin",
    cells: {
      plain: ["'2020-07-01 12:00:00'", "2020-07-01 10:00:00+00"],
      other: ["'2020-12-01 12:00:00.25'", "2020-12-01 11:00:00.25+00"],
      empty: ["'1970-01-01 01:00:00'", `${epoch}+00`],
    },
    mutants: {
      ...noNumber,
      ...nulls(`${epoch}+00`),
      bit: [to("plain", "2020-07-01 10:00:00.000001+00")],
      microsecond: [to("other", "2020-12-01 11:00:00.249999+00")],
      zoneShift: [to("plain", "2020-07-01 11:00:00+00"), to("plain", "2020-07-01 12:00:00+00")],
    },
    more: moreInstants,
  },
];

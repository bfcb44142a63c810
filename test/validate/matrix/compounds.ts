/** The mutation matrix's identifiers, addresses, documents and arrays. */
import { arrayType, enumType, pgType } from "../../../src/model/postgres.js";
import { labels } from "./texts.js";
import { noFloat, none, noText, noTime, to, type TypeCase } from "./type-case.js";

const noNumber = { ...noTime, ...noFloat };
const noValue = { ...noNumber, ...noText };
const nulls = (empty: string) => ({
  nullForEmpty: [to("empty", null)],
  emptyForNull: [to("null", empty)],
});

const composed = "\u00e9";
const decomposed = "e\u0301";
const zeroId = "00000000-0000-0000-0000-000000000000";
const document = (key: string, text: string, number: string) => `{"${key}": ["${text}", ${number}]}`;

export const compoundCases: readonly TypeCase[] = [
  {
    name: "uuid",
    type: pgType("uuid"),
    cells: {
      plain: ["'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11'", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"],
      other: ["x'00112233445566778899aabbccddeeff'", "00112233-4455-6677-8899-aabbccddeeff"],
      empty: [`'${zeroId}'`, zeroId],
    },
    mutants: {
      ...noValue,
      ...nulls(zeroId),
      bit: [
        to("plain", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a10"),
        to("other", "80112233-4455-6677-8899-aabbccddeeff"),
      ],
    },
    more: { "bytes in the order of Windows": to("other", "33221100-5544-7766-8899-aabbccddeeff") },
  },
  {
    name: "inet",
    type: pgType("inet"),
    cells: {
      plain: ["'10.1.2.3/8'", "10.1.2.3/8"],
      other: ["'::ffff:1.2.3.4/120'", "::ffff:1.2.3.4/120"],
      empty: ["'0.0.0.0'", "0.0.0.0"],
    },
    mutants: {
      ...noValue,
      ...nulls("0.0.0.0"),
      bit: [to("plain", "10.1.2.2/8"), to("other", "::fffe:102:304/120")],
    },
    more: {
      "another mask": to("plain", "10.1.2.3/9"),
      "no mask": to("plain", "10.1.2.3"),
      "no host": to("plain", "10.0.0.0/8"),
      "the IPv4 address in an IPv6 one": to("other", "1.2.3.4/24"),
      "the other family's nothing": to("empty", "::"),
    },
  },
  {
    name: "cidr",
    type: pgType("cidr"),
    cells: {
      plain: ["'192.168.1.0/25'", "192.168.1.0/25"],
      other: ["'2001:db8::/32'", "2001:db8::/32"],
      empty: ["'0.0.0.0/0'", "0.0.0.0/0"],
    },
    mutants: {
      ...noValue,
      ...nulls("0.0.0.0/0"),
      bit: [to("plain", "192.168.1.128/25"), to("other", "2001:db9::/32")],
    },
    more: { "twice the size": to("plain", "192.168.1.0/24"), "the other family": to("empty", "::/0") },
  },
  {
    name: "macaddr",
    type: pgType("macaddr"),
    cells: {
      plain: ["'08-00-2B-01-02-03'", "08:00:2b:01:02:03"],
      other: ["'ffff.ffff.ffff'", "ff:ff:ff:ff:ff:ff"],
      empty: ["'00:00:00:00:00:00'", "00:00:00:00:00:00"],
    },
    mutants: {
      ...noValue,
      ...nulls("00:00:00:00:00:00"),
      bit: [to("plain", "08:00:2b:01:02:02"), to("other", "7f:ff:ff:ff:ff:ff")],
    },
    more: {},
  },
  {
    name: "json",
    type: pgType("json"),
    cells: {
      plain: [`'${document("key", "Bob", "0.1")}'`, document("key", "Bob", "0.1")],
      other: [`'{"b": 1.10, "a":[-0.0]}'`, `{"b": 1.10, "a":[-0.0]}`],
      empty: ["'null'", "null"],
      composed: [`'"${composed}"'`, `"${composed}"`],
      decomposed: [`'"${decomposed}"'`, `"${decomposed}"`],
    },
    mutants: {
      ...noTime,
      ...nulls("null"),
      bit: [to("plain", document("key", "Bnb", "0.1"))],
      zeroSign: [to("other", `{"b": 1.10, "a":[0.0]}`)],
      ulp: [to("plain", document("key", "Bob", "0.10000000000000002"))],
      letterCase: [to("plain", document("key", "bob", "0.1")), to("plain", document("Key", "Bob", "0.1"))],
      trailingSpace: [to("plain", document("key", "Bob ", "0.1")), to("empty", "null ")],
      composition: [to("composed", `"${decomposed}"`), to("decomposed", `"${composed}"`)],
    },
    more: {
      "spaces gone": to("other", `{"b":1.10,"a":[-0.0]}`),
      "keys in order": to("other", `{"a":[-0.0], "b": 1.10}`),
      "a number without its zero": to("other", `{"b": 1.1, "a":[-0.0]}`),
      "an escape for a letter": to("composed", `"\\u00e9"`),
    },
  },
  {
    name: "jsonb",
    type: pgType("jsonb"),
    cells: {
      plain: [`'${document("key", "Bob", "0.1")}'`, document("key", "Bob", "0.1")],
      other: [`'{"b": 1.10, "a":[ true]}'`, `{"a": [true], "b": 1.10}`],
      empty: ["'null'", "null"],
      composed: [`'"${composed}"'`, `"${composed}"`],
      decomposed: [`'"${decomposed}"'`, `"${decomposed}"`],
      number: ["12", "12"],
      array: ["'[]'", "[]"],
    },
    mutants: {
      ...noTime,
      ...none("jsonb has one zero", "zeroSign"),
      ...nulls("null"),
      bit: [to("plain", document("key", "Bnb", "0.1"))],
      ulp: [to("plain", document("key", "Bob", "0.10000000000000001"))],
      letterCase: [to("plain", document("key", "bob", "0.1")), to("plain", document("Key", "Bob", "0.1"))],
      trailingSpace: [
        to("plain", document("key", "Bob ", "0.1")),
        to("plain", document("key ", "Bob", "0.1")),
      ],
      composition: [to("composed", `"${decomposed}"`), to("decomposed", `"${composed}"`)],
    },
    more: {
      "a string for a number": to("number", `"12"`),
      "a key gone": to("other", `{"a": [true]}`),
      "a number without its zero": to("other", `{"a": [true], "b": 1.1}`),
      "elements swapped": to("plain", `{"key": [0.1, "Bob"]}`),
      "{} for []": to("array", "{}"),
    },
  },
  {
    name: "integer[]",
    type: arrayType(pgType("integer")),
    cells: {
      plain: ["'[1, null, -3]'", "{1,NULL,-3}"],
      other: ["'[null]'", "{NULL}"],
      empty: ["'[]'", "{}"],
    },
    mutants: {
      ...noValue,
      ...nulls("{}"),
      bit: [to("plain", "{0,NULL,-3}")],
    },
    more: {
      "0 for a NULL inside": to("other", "{0}"),
      "an element more": to("plain", "{1,NULL,-3,NULL}"),
      "an element less": to("plain", "{1,NULL}"),
      "elements swapped": to("plain", "{NULL,1,-3}"),
      "empty for one of NULL": to("other", "{}"),
      "of two dimensions": to("plain", "{{1,NULL,-3}}"),
      "begun at 0": to("plain", "[0:2]={1,NULL,-3}"),
    },
  },
  {
    name: "double precision[]",
    type: arrayType(pgType("double precision")),
    cells: { plain: ["'[0.1, 5e-324]'", "{0.1,5e-324}"], other: ["'[-0.0]'", "{-0}"], empty: ["'[]'", "{}"] },
    mutants: {
      ...noTime,
      ...noText,
      ...nulls("{}"),
      bit: [to("plain", "{-0.1,5e-324}")],
      zeroSign: [to("other", "{0}")],
      ulp: [to("plain", "{0.10000000000000002,5e-324}"), to("plain", "{0.1,1e-323}")],
    },
    more: { "NaN for a number": to("plain", "{0.1,NaN}") },
  },
  {
    name: "text[]",
    type: arrayType(pgType("text")),
    cells: {
      plain: [`'["Bob", "", null, "NULL"]'`, `{Bob,"",NULL,"NULL"}`],
      other: [`'["a,", "b"]'`, `{"a,",b}`],
      empty: ["'[]'", "{}"],
      composed: [`'["${composed}"]'`, `{${composed}}`],
      decomposed: [`'["${decomposed}"]'`, `{${decomposed}}`],
    },
    mutants: {
      ...noNumber,
      ...nulls("{}"),
      bit: [to("plain", `{Bnb,"",NULL,"NULL"}`)],
      letterCase: [to("plain", `{bob,"",NULL,"NULL"}`)],
      trailingSpace: [to("plain", `{"Bob ","",NULL,"NULL"}`)],
      composition: [to("composed", `{${decomposed}}`), to("decomposed", `{${composed}}`)],
    },
    more: {
      "NULL for '' inside": to("plain", `{Bob,NULL,NULL,"NULL"}`),
      "the word NULL for NULL inside": to("plain", `{Bob,"","NULL","NULL"}`),
      "a comma in the neighbour": to("other", `{a,",b"}`),
      "elements joined": to("other", `{"a,b"}`),
    },
  },
  {
    name: "timestamptz[]",
    type: arrayType(pgType("timestamp with time zone")),
    unit: "seconds",
    cells: {
      plain: ["'[1600000000, null]'", `{"2020-09-13 12:26:40+00",NULL}`],
      other: [`'["2020-09-13T14:26:40+02:00"]'`, `{"2020-09-13 12:26:40+00"}`],
      empty: ["'[]'", "{}"],
    },
    mutants: {
      ...noFloat,
      ...noText,
      ...nulls("{}"),
      bit: [to("plain", `{"2020-09-13 12:26:40.000001+00",NULL}`)],
      microsecond: [to("other", `{"2020-09-13 12:26:39.999999+00"}`)],
      zoneShift: [to("other", `{"2020-09-13 14:26:40+00"}`)],
    },
    more: { "infinity for NULL": to("plain", `{"2020-09-13 12:26:40+00",infinity}`) },
  },
  {
    name: "enum[]",
    type: arrayType(enumType('"public".word', labels)),
    cells: {
      plain: [`'["Bob", "bob"]'`, "{Bob,bob}"],
      other: [`'["", null]'`, `{"",NULL}`],
      empty: ["'[]'", "{}"],
    },
    mutants: {
      ...noNumber,
      ...none("no label has one", "composition"),
      ...nulls("{}"),
      bit: [to("plain", "{Bnb,bob}")],
      letterCase: [to("plain", "{bob,bob}")],
      trailingSpace: [to("plain", `{"Bob ",bob}`)],
    },
    more: { "labels swapped": to("plain", "{bob,Bob}"), "NULL for '' inside": to("other", "{NULL,NULL}") },
  },
];

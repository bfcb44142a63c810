/** The mutation matrix's kinds of keys. Every table has the columns `a` and `b` of one type besides. */
import type { ColumnPlan } from "../../../src/model/plan.js";
import { columnPlan } from "../room.js";
import type { Cell } from "./type-case.js";

export interface Layout {
  readonly name: string;
  /** The table's columns and constraints in SQLite. */
  readonly declared: string;
  readonly withoutRowid: boolean;
  /** Of the key. */
  readonly columns: readonly ColumnPlan[];
  /** The target's columns that rows are known by; none: they are told whole. */
  readonly identity: readonly string[];
  /** In the order in which rows are inserted. */
  readonly keys: readonly (readonly Cell[])[];
  /** Of two equal rows; or why there are none. */
  readonly twin: readonly Cell[] | string;
  /** Before the first, after the last, and between others. */
  readonly strange: Readonly<Record<"before" | "after" | "between", readonly Cell[]>> | string;
}

const whole = (value: bigint | number): Cell => [String(value), String(value)];
const text = (value: string): Cell => [`'${value}'`, value];
const missing: Cell = ["NULL", null];

/** Orders of collations disagree about them. */
const texts = ["b", "B", "a", "\u00e9", "Z z", "Zz", "a ", "10", "9"];

const ids = texts.map((_, at) => `0000000${at}-9c0b-4ef8-bb6d-6bb9bd380a11`);
const id = (value: string): Cell => [`'${value.toUpperCase()}'`, value];

export const layouts: readonly Layout[] = [
  {
    name: "rowid",
    declared: "id INTEGER PRIMARY KEY, a, b",
    withoutRowid: false,
    columns: [columnPlan("id", "bigint")],
    identity: ["id"],
    keys: [-9223372036854775807n, -1n, 1n, 2n, 3n, 5n, 8n, 1000n, 9223372036854775806n].map((key) => [
      whole(key),
    ]),
    twin: "a rowid is there once",
    strange: {
      before: [whole(-9223372036854775808n)],
      after: [whole(9223372036854775807n)],
      between: [whole(4)],
    },
  },
  {
    name: "text",
    declared: "k TEXT, a, b, PRIMARY KEY (k)",
    withoutRowid: false,
    columns: [columnPlan("k", "text")],
    identity: ["k"],
    keys: texts.map((key) => [text(key)]),
    twin: [missing],
    strange: { before: [text("")], after: [text("\u{10ffff}")], between: [text("A")] },
  },
  {
    name: "integer, not the rowid",
    declared: "k INT, a, b, PRIMARY KEY (k)",
    withoutRowid: false,
    columns: [columnPlan("k", "integer")],
    identity: ["k"],
    keys: texts.map((_, at) => [whole(5 - at)]),
    twin: [missing],
    strange: { before: [whole(-2147483648)], after: [whole(2147483647)], between: [whole(100)] },
  },
  {
    name: "uuid",
    declared: "k TEXT, a, b, PRIMARY KEY (k)",
    withoutRowid: false,
    columns: [columnPlan("k", "uuid")],
    identity: ["k"],
    keys: ids.map((key) => [id(key)]),
    twin: [missing],
    strange: {
      before: [id("00000000-0000-0000-0000-000000000000")],
      after: [id("ffffffff-ffff-ffff-ffff-ffffffffffff")],
      between: [id("00000001-9c0b-4ef8-bb6d-6bb9bd380a12")],
    },
  },
  {
    name: "composite",
    declared: "k TEXT, n INTEGER, a, b, PRIMARY KEY (n, k)",
    withoutRowid: false,
    columns: [columnPlan("k", "text"), columnPlan("n", "integer")],
    identity: ["k", "n"],
    keys: texts.map((key, at) => [text(key), whole(at % 3)]),
    twin: [missing, whole(1)],
    strange: {
      before: [text(""), whole(-2147483648)],
      after: [text("\u{10ffff}"), whole(2147483647)],
      // Both parts are of rows that are there.
      between: [text("b"), whole(1)],
    },
  },
  {
    name: "composite, without a rowid",
    declared: "k TEXT, n INTEGER, a, b, PRIMARY KEY (n DESC, k)",
    withoutRowid: true,
    columns: [columnPlan("k", "text"), columnPlan("n", "integer")],
    identity: ["k", "n"],
    keys: texts.map((key, at) => [text(key), whole(at % 3)]),
    twin: "such keys hold no NULL, and are there once",
    strange: {
      before: [text(""), whole(2147483647)],
      after: [text("\u{10ffff}"), whole(-2147483648)],
      between: [text("B"), whole(0)],
    },
  },
  {
    name: "none",
    declared: "a, b",
    withoutRowid: false,
    columns: [],
    identity: [],
    keys: texts.map(() => []),
    twin: [],
    strange: "there is no key",
  },
  {
    name: "the value itself",
    declared: "a, b",
    withoutRowid: false,
    columns: [],
    identity: ["a"],
    keys: texts.map(() => []),
    twin: [],
    strange: "the key is one of the values",
  },
];

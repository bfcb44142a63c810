/** Other spellings and other columns in the target that hold the same values: statements on a copy of one of its tables. */
import * as all from "../all-types.js";
import * as more from "../more-types.js";
import type { TablePlan } from "../../../src/model/plan.js";

export interface Spelling {
  readonly name: string;
  readonly table: TablePlan;
  /** Given the copy's name. */
  readonly sql: (copy: string) => readonly string[];
}

const updates = (name: string, table: TablePlan, set: string): Spelling => ({
  name,
  table,
  sql: (copy) => [`UPDATE ${copy} SET ${set} WHERE id = 1`],
});

const alters = (name: string, table: TablePlan, ...columns: readonly string[]): Spelling => ({
  name,
  table,
  sql: (copy) => columns.map((column) => `ALTER TABLE ${copy} ALTER ${column}`),
});

const { allTypes } = all;
const { moreTypes } = more;

export const spellings: readonly Spelling[] = [
  { name: "nothing", table: allTypes, sql: () => [] },
  { name: "nothing else", table: moreTypes, sql: () => [] },
  {
    name: "rows in another order",
    table: allTypes,
    sql: (copy) => [
      `WITH moved AS (DELETE FROM ${copy} WHERE id IN (1, 3) RETURNING *) INSERT INTO ${copy} SELECT * FROM moved`,
    ],
  },
  {
    name: "columns in another order, and dropped ones between",
    table: allTypes,
    sql: (copy) => [
      `ALTER TABLE ${copy} ADD again boolean`,
      `UPDATE ${copy} SET again = flag`,
      `ALTER TABLE ${copy} DROP flag`,
      `ALTER TABLE ${copy} RENAME again TO flag`,
    ],
  },
  updates("UUID in capitals, without hyphens", allTypes, "uid = '{A0EEBC999C0B4EF8BB6D6BB9BD380A11}'"),
  updates("UUID with other hyphens", allTypes, "uid = 'a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11'"),
  updates("jsonb with other spaces", allTypes, `meta = E' {\\n"b" : 1 ,\\t"a":[1.10,true] } '`),
  updates("jsonb with its keys in another order", allTypes, `meta = '{"b": 1, "a": [1.10, true]}'`),
  updates("jsonb with a key twice", allTypes, `meta = '{"b": 2, "a": [1.10, true], "b": 1}'`),
  updates("jsonb with escapes", allTypes, `meta = '{"\\u0062": 1, "a": [1.10, true]}'`),
  updates("an instant with an offset", allTypes, "sent = '2020-09-13 18:11:40.123+05:45'"),
  updates("an address with zeros", moreTypes, "host = '10.0.0.0/8'::inet + 66051"),
  updates("a MAC address in other groups", moreTypes, "mac = '08002b:010203'"),
  updates("an array with spaces and bounds", moreTypes, "ints = '[1:3] = { 1 , null , -3 }'"),
  {
    name: "numeric with another scale",
    table: allTypes,
    sql: (copy) => [
      `ALTER TABLE ${copy} ALTER price TYPE numeric`,
      `UPDATE ${copy} SET price = 19.90000000000000000 WHERE id = 1`,
    ],
  },
  alters("numeric that was cast to a greater scale", allTypes, "price TYPE numeric(40,20)"),
  alters("texts of other limits", allTypes, "body TYPE varchar(200)", "name TYPE text"),
  alters("timestamp for timestamptz, in UTC", allTypes, "sent TYPE timestamp USING sent AT TIME ZONE 'UTC'"),
  alters("a wider char, a finer timestamp", moreTypes, "code TYPE char(9)", "at TYPE timestamp(6)"),
  alters("an array of narrower texts", moreTypes, "texts TYPE varchar(4)[]"),
  alters(
    "columns that compare as C",
    allTypes,
    'body TYPE text COLLATE "C"',
    'name TYPE varchar(30) COLLATE "POSIX"',
  ),
  alters(
    "columns that compare as ICU",
    allTypes,
    'body TYPE text COLLATE "de-x-icu"',
    'name TYPE varchar(30) COLLATE "und-x-icu"',
  ),
  alters(
    "columns that compare without case and accents",
    allTypes,
    "body TYPE text COLLATE folded",
    "name TYPE varchar(30) COLLATE folded",
  ),
  alters("an array that compares without case", moreTypes, "texts TYPE text[] COLLATE folded"),
  {
    name: "a table in partitions",
    table: allTypes,
    sql: (copy) => [
      `ALTER TABLE ${copy} RENAME TO ${copy}_rows`,
      `CREATE TABLE ${copy} (LIKE ${copy}_rows) PARTITION BY RANGE (id)`,
      `CREATE TABLE ${copy}_low PARTITION OF ${copy} FOR VALUES FROM (MINVALUE) TO (2)`,
      `CREATE TABLE ${copy}_high PARTITION OF ${copy} DEFAULT`,
      `INSERT INTO ${copy} SELECT * FROM ${copy}_rows`,
    ],
  },
];

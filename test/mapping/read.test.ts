/** Mapping files that are wrong, and what is said of them; then some that are right. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { ToolError } from "../../src/errors.js";
import { parseMapping, readMapping } from "../../src/mapping/read.js";
import { pgType } from "../../src/model/postgres.js";
import { complaintsOf, ruleComplaints } from "./complaints.js";

const folder = mkdtempSync(join(tmpdir(), "sqlift-mapping-"));
afterAll(() => rmSync(folder, { recursive: true }));
const errorOf = (path: string): ToolError => {
  try {
    readMapping(path);
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  throw new Error(`${path} was read.`);
};

describe("a file that", () => {
  test("is not there", () => {
    const { code, message } = errorOf(join(folder, "none.yaml"));
    expect(code).toBe("mapping-not-found");
    expect(message).toContain("there is no such file");
  });

  test("is a folder", () => {
    const { code, message } = errorOf(folder);
    expect(code).toBe("mapping-not-found");
    expect(message).toContain("it is a folder");
  });

  test("is a database", () => {
    const path = join(folder, "app.db");
    writeFileSync(
      path,
      Buffer.concat([Buffer.from("SQLite format 3\0"), Buffer.from([0x10, 0, 0xff, 0xfe])]),
    );
    const { code, message } = errorOf(path);
    expect(code).toBe("mapping-invalid");
    expect(message).toContain("no text in UTF-8");
  });

  test("has many mistakes is told all of them, in their order, with their places", () => {
    const text = `# mine
nmae: x
tables:
  users:
    colums: {}
    skip: yes
    columns:
      born: { type: timestmap, convert: { epoch: text } }
      age: { typ: int, nul: stripp, true: [true, "yes"], null-as: 0 }
      Born: { type: date }
`;
    expect(complaintsOf(text)).toEqual([
      "2:1: version: this key is missing; expected 1, the version of this format",
      '2:1: unknown key "nmae"; did you mean "name"?',
      '5:5: tables > users: unknown key "colums"; did you mean "columns"?',
      '6:11: tables > users > skip: expected true or false, not "yes"',
      '8:21: tables > users > columns > born > type: "timestmap" is none of PostgreSQL\'s types that can be asked for; did you mean timestamp?',
      '8:41: tables > users > columns > born > convert: expected boolean, json, uuid, decimal, julian, hex, base64 or { epoch: s|ms|us|ns|core-data|webkit }, not {"epoch":"text"}',
      '9:14: tables > users > columns > age: unknown key "typ"; did you mean "type"?',
      '9:29: tables > users > columns > age > nul: expected reject, strip or replace, not "stripp"',
      '9:44: tables > users > columns > age > true > 0: expected text, not the boolean true; in quotes, "true", it would be',
      '9:67: tables > users > columns > age > null-as: expected text, not the number 0; in quotes, "0", it would be',
      "10:7: tables > users > columns > Born: this key is on line 8 already",
    ]);
  });

  test("names itself, how many mistakes it has, and where help is", () => {
    const path = join(folder, "my.yaml");
    writeFileSync(path, "version: 2\nfoo: 1\n");
    const { message, hint } = errorOf(path);
    expect(message).toMatch(new RegExp(`^The mapping ${path} has 2 mistakes:\n  ${path}:1:10: version: `));
    expect(hint).toContain("docs/mapping.md");
  });
});

describe("the YAML", () => {
  test.each<[what: string, text: string, ...lines: string[]]>([
    ["nothing", "", "1:1: expected keys such as version, tables, types and values, not nothing"],
    ["a comment", "# soon\n", "1:1: expected keys such as version, tables, types and values, not nothing"],
    [
      "a list",
      "- version: 1",
      '1:1: expected keys such as version, tables, types and values, not [{"version":1}]',
    ],
    [
      "another version",
      "version: 2",
      "1:10: version: expected 1, the version of this format, not the number 2",
    ],
    ["a version in quotes", 'version: "1"', '1:10: version: expected 1, the version of this format, not "1"'],
    [
      "a bracket too few",
      "version: 1\ntables: {",
      "2:10: this is no YAML: Flow map in block collection must be sufficiently indented and end with a }",
    ],
    ["a tab", "version: 1\ntables:\n\tt: {}", "3:1: this is no YAML: Tabs are not allowed as indentation"],
    [
      "two documents",
      "version: 1\n---\nversion: 1",
      "2:1: a second document begins here; a mapping is one document",
    ],
    [
      "a tag that means something elsewhere",
      "version: 1\nname: !!timestamp 2020-01-01",
      "2:7: this is no YAML: Unresolved tag: tag:yaml.org,2002:timestamp",
    ],
    ["a key twice", "version: 1\nversion: 1", "2:1: version: this key is on line 1 already"],
    [
      "a name twice, for SQLite",
      "version: 1\ntables:\n  Users: {}\n  users: {}",
      "4:3: tables > users: this key is on line 3 already",
    ],
    ["a list for a key", "version: 1\n? [a]\n: 1", "2:3: a key is a word, not a list or map"],
    ["an alias of nothing", "version: 1\ntables: *t", "2:9: tables: there is no anchor &t before it"],
    [
      "an alias within itself",
      "version: 1\ntables: &t { a: *t }",
      "2:17: tables > a: an alias cannot stand within what it names",
    ],
    [
      "a mistake under a name that libraries drop",
      "version: 1\ntables: { __proto__: { skip: 3, __proto__: {} } }",
      "2:30: tables > __proto__ > skip: expected true or false, not the number 3",
      '2:33: tables > __proto__: unknown key "__proto__"; columns, and what is said of them, stand under "columns"',
    ],
  ])("has %s", (_, text, ...lines) => {
    expect(complaintsOf(text)).toEqual(lines);
  });

  test("has aliases that grow without end: it is refused, at once", () => {
    const levels = Array.from({ length: 40 }, (_, n) => `  t${n + 1}: &a${n + 1} { x: *a${n}, y: *a${n} }`);
    const text = ["version: 1", "tables:", "  t0: &a0 {}", ...levels].join("\n");
    expect(complaintsOf(text).join()).toContain("more than 10000 aliases");
  });

  test("calls itself 1.1: words are words all the same", () => {
    const { tables } = parseMapping(
      "%YAML 1.1\n---\nversion: 1\ntables: { no: { columns: { on: { true: [yes] } } } }",
      "f",
    );
    expect(tables[0]?.pattern).toBe("no");
    expect(tables[0]?.columns[0]).toMatchObject({ pattern: "on", policy: { trueWords: ["yes"] } });
  });

  test("begins with a byte order mark, or ends its lines as Windows does", () => {
    const path = join(folder, "windows.yaml");
    writeFileSync(path, "\uFEFFversion: 1\r\ntables:\r\n  t: { skip: true }\r\n");
    expect(readMapping(path).tables[0]).toMatchObject({ pattern: "t", place: { mapping: path, line: 3 } });
    expect(complaintsOf("\uFEFFfoo: 1\r\nversion: 1\r\nbar: 1")).toEqual([
      '1:1: unknown key "foo"',
      '3:1: unknown key "bar"',
    ]);
  });
});

describe("a rule that contradicts itself:", () => {
  test.each<[rule: string, ...lines: string[]]>([
    [
      "type: text, convert: { epoch: ms }",
      "convert: { epoch: ms } makes timestamptz or timestamp or date, not text",
    ],
    [
      "type: time, convert: { epoch: s }",
      "convert: { epoch: s } makes timestamptz or timestamp or date, not time",
    ],
    ["type: integer, convert: hex", "convert: hex makes bytea or uuid, not integer"],
    ["type: text, convert: json", "convert: json makes jsonb or json, not text"],
    ['type: integer, true: ["yes"]', "true: words for true are for boolean, not for integer"],
    ["type: text, invalid-utf8: bytea", "invalid-utf8: bytea would change the type, and this rule says text"],
    [
      "type: varchar(5), empty: null",
      "empty: it is for types that are not textual: varchar(5) holds blanks as they are",
    ],
    ["type: bigint, out-of-range: null", "out-of-range: it is for dates and times, not for bigint"],
    [
      "skip: true, type: text, null-as: x",
      "type: nothing is left to do for it where skip is true",
      "null-as: nothing is left to do for it where skip is true",
    ],
    ['true: ["No"], false: [no]', 'false: "no" is among the words for true as well'],
    ["true: [F]", 'true: "f" means false whatever a rule says'],
    ['false: ["TRUE"]', 'false: "true" means true whatever a rule says'],
    ["true: []", "true: expected at least one word, not []"],
    ['rename: ""', "rename: a name has at least one character"],
    [`rename: ${"ü".repeat(32)}`, "rename: it has 64 bytes of UTF-8, and PostgreSQL's names at most 63"],
  ])("%s", (rule, ...lines) => {
    expect(ruleComplaints(rule)).toEqual(lines);
  });

  test.each<[what: string, text: string, ...lines: string[]]>([
    [
      "a style of names that there is not",
      "names: Snake",
      '2:8: names: expected keep, snake or lower, not "Snake"',
    ],
    ["no style of names", "names:", "2:7: names: expected keep, snake or lower, not nothing"],
    [
      "a style of a table's names",
      "tables: { a: { names: snake } }",
      '2:16: tables > a: unknown key "names"; it stands at the top of the file',
    ],
    [
      "a pattern with one name",
      'tables: { "a*": { rename: b } }',
      '2:27: tables > a* > rename: "a*" is a pattern; one name is for one thing',
    ],
    [
      "two tables with one name",
      "tables: { a: { rename: c }, b: { rename: c } }",
      '2:42: tables > b > rename: "a" is to have this name already',
    ],
    [
      "a table that is skipped, and renamed",
      "tables: { a: { skip: true, rename: c } }",
      "2:36: tables > a > rename: nothing is left to do for it where skip is true",
    ],
    [
      "a table that is skipped, and its rows",
      "tables: { a: { skip: true, existing-rows: update } }",
      "2:43: tables > a > existing-rows: nothing is left to do for it where skip is true",
    ],
    [
      "a table whose rows are the application's own, and what becomes of them",
      "tables: { a: { seed: [b], existing-rows: update } }",
      "2:22: tables > a > seed: existing-rows says already what becomes of the rows there",
    ],
    [
      "rows of the application's own without a list",
      "tables: { a: { seed: b } }",
      '2:22: tables > a > seed: expected a list of columns, not "b"',
    ],
    [
      "a declared type with a name",
      "types: { INT: { rename: c } }",
      '2:17: types > INT: unknown key "rename"; it is for a column by its name',
    ],
    [
      "a type for all values",
      "values: { type: text }",
      '2:11: values: unknown key "type"; it is for columns and declared types',
    ],
    [
      "a column that stands in its table itself",
      "tables: { a: { born: { type: date } } }",
      '2:16: tables > a: unknown key "born"; columns, and what is said of them, stand under "columns"',
    ],
    [
      "a table with what is for columns",
      "tables: { a: { convert: json } }",
      '2:16: tables > a: unknown key "convert"; columns, and what is said of them, stand under "columns"',
    ],
    [
      "a table that stands in the file itself",
      "users: { skip: true }",
      '2:1: unknown key "users"; tables stand under "tables"',
    ],
  ])("%s", (_, text, ...lines) => {
    expect(complaintsOf(`version: 1\n${text}`)).toEqual(lines);
  });

  test("wherever it stands", () => {
    const text = `version: 1
tables:
  t:
    columns: { c: { true: [f] } }
    types: { INT: { true: [f] } }
types: { INT: { true: [f] } }
values: { true: [f] }
`;
    expect(complaintsOf(text).map((line) => line.split(" > true:")[0])).toEqual([
      "4:27: tables > t > columns > c",
      "5:27: tables > t > types > INT",
      "6:23: types > INT",
      "7:17: values",
    ]);
  });

  test("also where an alias stands for it: told where it was written, for each that it is meant for", () => {
    const text = "version: 1\ntypes:\n  A: &a { type: intger }\n  B: *a\n";
    expect(complaintsOf(text).map((line) => line.split(" > type:")[0])).toEqual([
      "3:17: types > A",
      "3:17: types > B",
    ]);
  });

  test("what does no harm is no contradiction", () => {
    for (const rule of [
      "type: bigint, excess: round",
      "type: text, empty: reject, out-of-range: reject",
      "type: bytea, invalid-utf8: bytea",
      "type: uuid, convert: hex",
      "type: date, convert: julian, out-of-range: null",
      "skip: true, because: nobody reads it",
      "skip: false, type: text",
      "true: [T, 'TRUE', 'Y'], false: ['N']",
    ])
      expect(ruleComplaints(rule)).toEqual([]);
  });
});

describe("what a file says", () => {
  const text = `version: 1
because: the old application was like that
tables:
  sessions: { skip: true, because: made anew }
  Users:
    rename: people
    columns:
      true: { convert: { epoch: ms } }
      0x10: { type: date, convert: julian }
      token: { type: uuid, convert: base64, rename: key }
      born: { out-of-range: null, empty: "null", null-as: "" }
      nothing:
    types: { " TINYINT  (1) ": { type: bool } }
types:
  DECIMAL*: { convert: decimal, excess: round }
values: { nul: strip, invalid-utf8: replace }
`;
  const mapping = parseMapping(text, "dir/my.yaml");
  const column = (pattern: string) => mapping.tables[1]?.columns.find((each) => each.pattern === pattern);

  test("is called as the file is, unless it says a name", () => {
    expect(mapping).toMatchObject({ name: "dir/my.yaml", isBuiltIn: false, recognise: null });
    expect(parseMapping("version: 1\nname: mine", "f").name).toBe("mine");
  });

  test("has the lines of its keys", () => {
    expect(mapping.tables.map(({ place }) => place.line)).toEqual([4, 5]);
    expect(mapping.tables[1]?.columns.map(({ place }) => place.line)).toEqual([8, 9, 10, 11, 12]);
    expect(mapping.types[0]?.place).toEqual({ mapping: "dir/my.yaml", line: 15 });
    expect(mapping.values?.place.line).toBe(16);
  });

  test("keeps names as they are written, also those that YAML reads as something else", () => {
    expect(mapping.tables[1]?.columns.map(({ pattern }) => pattern)).toEqual([
      "true",
      "0x10",
      "token",
      "born",
      "nothing",
    ]);
  });

  test("has declared types with single blanks", () => {
    expect(mapping.tables[1]?.types.map(({ pattern }) => pattern)).toEqual(["TINYINT (1)"]);
  });

  test("names a type, or a conversion that implies one", () => {
    expect(column("true")).toMatchObject({
      type: pgType("timestamp with time zone"),
      unit: "milliseconds",
      decode: null,
      zone: null,
    });
    expect(column("0x10")).toMatchObject({ type: pgType("date"), unit: "julian" });
    expect(column("token")).toMatchObject({
      type: pgType("uuid"),
      decode: "base64",
      unit: null,
      rename: "key",
    });
    expect(mapping.types[0]).toMatchObject({ type: pgType("numeric"), policy: { excess: "round" } });
  });

  test("says nothing of what it does not name", () => {
    expect(column("born")).toMatchObject({
      type: null,
      skip: null,
      policy: { outOfRange: "null", empty: "null", nullAs: "" },
    });
    expect(column("nothing")?.policy).toEqual({});
    expect(mapping.values).toMatchObject({ pattern: "*", policy: { nul: "strip", invalidUtf8: "replace" } });
  });
});

test("texts that PostgreSQL cannot keep are refused wherever they stand", () => {
  const refused = "a text without NUL and halves of characters is wanted";
  expect(ruleComplaints(String.raw`null-as: "a\0b"`)).toEqual([`null-as: ${refused}`]);
  expect(ruleComplaints(String.raw`because: "\ud800"`)).toEqual([`because: ${refused}`]);
  expect(ruleComplaints(String.raw`type: boolean, true: ["yes", "\0"]`)).toEqual([
    expect.stringMatching(/^true.*a text without NUL/),
  ]);
  expect(complaintsOf(String.raw`{ version: 1, because: "\0" }`)).toHaveLength(1);
});

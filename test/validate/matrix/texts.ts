/** The mutation matrix's texts and byte strings. */
import { citextType, enumType, pgType, type PgType } from "../../../src/model/postgres.js";
import { noFloat, none, noTime, to, type TypeCase } from "./type-case.js";

const composed = "\u00e9";
const decomposed = "e\u0301";

const noNumber = { ...noTime, ...noFloat };

const textCells = {
  plain: ["'Bob'", "Bob"],
  other: ["'Wörld '", "Wörld "],
  empty: ["''", ""],
  composed: [`'${composed}'`, composed],
  decomposed: [`'${decomposed}'`, decomposed],
} as const;

const textMutants = {
  ...noNumber,
  bit: [to("plain", "Bnb")],
  nullForEmpty: [to("empty", null)],
  emptyForNull: [to("null", "")],
  letterCase: [to("plain", "bob"), to("composed", "\u00c9")],
  trailingSpace: [to("plain", "Bob "), to("other", "Wörld"), to("other", "Wörld  "), to("empty", " ")],
  composition: [to("composed", decomposed), to("decomposed", composed)],
};

const moreOfTexts = {
  "the word NULL for NULL": to("null", "NULL"),
  "a tab for a blank": to("other", "Wörld\t"),
  "a letter replaced": to("other", "W\ufffdrld "),
  "a blank in front": to("plain", " Bob"),
  "UTF-8 read as Latin 1": to("composed", "\u00c3\u00a9"),
};

const text = (name: string, type: PgType): TypeCase => ({
  name,
  type,
  cells: textCells,
  mutants: textMutants,
  more: moreOfTexts,
});

/** Of the type `word`. */
export const labels = ["Bob", "bob", "Bnb", "Bob ", composed, decomposed, "\u00c9", "Wörld", "", "NULL"];

export const textCases: readonly TypeCase[] = [
  text("text", pgType("text")),
  text("varchar(30)", pgType("character varying", 30)),
  text("citext", citextType('"public".citext')),
  {
    name: "char(8)",
    type: pgType("character", 8),
    cells: { ...textCells, other: ["'Wörld'", "Wörld"] },
    mutants: {
      ...textMutants,
      ...none("PostgreSQL fills up with blanks, and does not tell them from others", "trailingSpace"),
    },
    more: { "the word NULL for NULL": to("null", "NULL"), "a blank in front": to("plain", " Bob") },
  },
  {
    name: "enum",
    type: enumType('"public".word', labels),
    cells: {
      plain: ["'Bob'", "Bob"],
      other: ["'Bob '", "Bob "],
      empty: textCells.empty,
      composed: textCells.composed,
      decomposed: textCells.decomposed,
    },
    mutants: {
      ...textMutants,
      trailingSpace: [to("plain", "Bob "), to("other", "Bob")],
    },
    more: {},
  },
  {
    name: "bytea",
    type: pgType("bytea"),
    cells: {
      plain: ["x'426f62'", "\\x426f62"],
      other: ["x'00ff20'", "\\x00ff20"],
      empty: ["x''", "\\x"],
      composed: [`'${composed}'`, "\\xc3a9"],
      decomposed: ["x'65cc81'", "\\x65cc81"],
    },
    mutants: {
      ...noNumber,
      bit: [to("plain", "\\x426e62"), to("other", "\\x80ff20")],
      nullForEmpty: [to("empty", null)],
      emptyForNull: [to("null", "\\x")],
      letterCase: [to("plain", "\\x626f62")],
      trailingSpace: [to("plain", "\\x426f6220"), to("other", "\\x00ff")],
      composition: [to("composed", "\\x65cc81"), to("decomposed", "\\xc3a9")],
    },
    more: {
      "a NUL for NULL": to("null", "\\x00"),
      "cut at the NUL": to("other", "\\x"),
      "written as hexadecimal text": to("plain", "\\x343236663632"),
    },
  },
];

/** Functions on texts and bytes (sqlite.org/lang_corefunc.html). SQLite's fold the letters A to Z and no others. */
import { quoteLiteral } from "../../../model/identifier.js";
import { integerOf, literalTyped, textOf } from "../convert.js";
import { glob, like } from "../pattern-match.js";
import { textBytes } from "../text-bytes.js";
import { atom, isFlag, kindWords, operand, type Kind, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { scalar, type FunctionEntry, type FunctionFamily } from "./family.js";
import { substring } from "./substring.js";

const text = (sql: string, parts: readonly Pick<Typed, "volatility">[]): Typed => atom("text", sql, parts);

/** A function of a text alone. */
const ofText = (kind: Kind, sql: (text: Typed) => string): FunctionEntry =>
  scalar(1, 1, ([value]) => {
    const of = textOf(value!);
    return atom(kind, sql(of), [of]);
  });

const folded = (name: "lower" | "upper"): FunctionEntry =>
  ofText("text", (of) => `${name}(${operand(of)} COLLATE "C")`);

/** Of a number, the characters of its text. */
const length = ([value]: readonly Typed[]): Typed =>
  value!.kind === "bytes"
    ? atom("integer", `octet_length(${value!.sql})`, [value!])
    : atom("integer", `length(${textOf(value!).sql})`, [value!]);

const octetLength = ([value]: readonly Typed[]): Typed =>
  atom("integer", `octet_length(${value!.kind === "bytes" ? value!.sql : textOf(value!).sql})`, [value!]);

const trim = (name: "btrim" | "ltrim" | "rtrim"): FunctionEntry =>
  scalar(1, 2, ([value, characters]) => {
    const of = textOf(value!);
    const which = characters === undefined ? "' '" : textOf(characters).sql;
    return text(`${name}(${of.sql}, ${which})`, [of, ...(characters === undefined ? [] : [characters])]);
  });

/** Where an empty text is looked for, SQLite does not even ask whether what comes in its place is NULL. */
const replace = (args: readonly Typed[]): Typed => {
  const [whole, wanted, other] = args.map(textOf);
  const sql = `replace(${whole!.sql}, ${wanted!.sql}, ${other!.sql})`;
  const isPlain = isPresent(other!) || (isPresent(wanted!) && wanted!.sql !== "''");
  return isPlain
    ? text(sql, args)
    : text(`CASE WHEN ${operand(wanted!)} = '' THEN ${whole!.sql} ELSE ${sql} END`, args);
};

/** A literal that is not NULL. */
const isPresent = ({ constant }: Typed): boolean => constant !== null && constant.kind !== "null";

const instr = ([value, wanted]: readonly Typed[]): Typed => {
  if (value!.kind === "bytes" && wanted!.kind === "bytes")
    return atom("integer", `position(${wanted!.sql} IN ${value!.sql})`, [value!, wanted!]);
  return atom("integer", `strpos(${textOf(value!).sql}, ${textOf(wanted!).sql})`, [value!, wanted!]);
};

const hex = ([value]: readonly Typed[]): Typed => {
  const bytes = value!.kind === "bytes" ? value!.sql : textBytes(textOf(value!).sql);
  // NULL as bytes has none, and none is an empty text.
  return text(`coalesce(upper(encode(${bytes}, 'hex')), '')`, [value!]);
};

const unhex = ([value]: readonly Typed[]): Typed => {
  const of = textOf(value!);
  const digits = operand(of);
  return atom("bytes", `CASE WHEN ${digits} ~ '^([0-9A-Fa-f]{2})*$' THEN decode(${of.sql}, 'hex') END`, [of]);
};

/** PostgreSQL's text takes no NUL, and a number that is no character stops it. */
const char = (args: readonly Typed[]): Typed => {
  if (args.length === 0) return literalTyped({ kind: "text", text: "" });
  return text(args.map((each) => `chr((${integerOf(each).sql})::int)`).join(" || "), args);
};

/** Of an empty text it is NULL, where PostgreSQL's gives 0. */
const unicode = ([value]: readonly Typed[]): Typed => {
  const of = textOf(value!);
  return atom("integer", `nullif(ascii(${of.sql}), 0)`, [of]);
};

/** As SQL writes it. PostgreSQL's own would write a backslash in another way. */
const quoteFunction = ([value]: readonly Typed[]): Typed => {
  const [of] = [value!];
  switch (of.kind) {
    case "integer":
      return text(`coalesce(${operand(of)}::text, 'NULL')`, [of]);
    case "bytes":
      return text(`coalesce('X''' || upper(encode(${of.sql}, 'hex')) || '''', 'NULL')`, [of]);
    case "text":
      return text(`coalesce('''' || replace(${textOf(of).sql}, '''', '''''') || '''', 'NULL')`, [of]);
    default:
      throw new Untranslatable(`quote() of ${kindWords[of.kind]}: ${of.sql}`);
  }
};

/** NULL is left out. */
const concat = (args: readonly Typed[]): Typed =>
  text(`concat(${args.map((each) => textOf(each).sql).join(", ")})`, [...args, { volatility: "stable" }]);

const concatWs = (args: readonly Typed[]): Typed =>
  text(`concat_ws(${args.map((each) => textOf(each).sql).join(", ")})`, [...args, { volatility: "stable" }]);

const zeroblob = ([size]: readonly Typed[]): Typed => {
  const count = size!.constant?.kind === "integer" ? Number(size!.constant.digits) : -1;
  if (count < 0 || count > mostZeros)
    throw new Untranslatable(`zeroblob() of a size that is no literal up to ${mostZeros}`);
  return literalTyped({ kind: "blob", hex: "00".repeat(count) });
};

/** It is written out. */
const mostZeros = 1000;

/** What SQLite holds: of a column its one storage class, for PostgreSQL's column takes no other. */
const typeOf = ([value]: readonly Typed[]): Typed => {
  const { kind, stored, constant } = value!;
  if (kind === "null") return literalTyped({ kind: "text", text: "null" });
  const word = isFlag(value!) ? "integer" : stored;
  if (word === null)
    throw new Untranslatable(`typeof() of what SQLite holds in several storage classes: ${value!.sql}`);
  const name = quoteLiteral(word);
  if (constant !== null) return literalTyped({ kind: "text", text: word });
  return text(`CASE WHEN ${operand(value!)} IS NULL THEN 'null' ELSE ${name} END`, [value!]);
};

export const textFunctions: FunctionFamily = {
  lower: folded("lower"),
  upper: folded("upper"),
  length: scalar(1, 1, length),
  octet_length: scalar(1, 1, octetLength),
  substr: scalar(2, 3, substring),
  substring: scalar(2, 3, substring),
  trim: trim("btrim"),
  ltrim: trim("ltrim"),
  rtrim: trim("rtrim"),
  replace: scalar(3, 3, replace),
  instr: scalar(2, 2, instr),
  hex: scalar(1, 1, hex),
  unhex: scalar(1, 1, unhex),
  char: scalar(0, Infinity, char),
  unicode: scalar(1, 1, unicode),
  quote: scalar(1, 1, quoteFunction),
  concat: scalar(1, Infinity, concat),
  concat_ws: scalar(2, Infinity, concatWs),
  zeroblob: scalar(1, 1, zeroblob),
  typeof: scalar(1, 1, typeOf),
  like: scalar(2, 3, ([pattern, value, escape]) => like(value!, pattern!, escape ?? null, false)),
  glob: scalar(2, 2, ([pattern, value]) => glob(value!, pattern!, false)),
};

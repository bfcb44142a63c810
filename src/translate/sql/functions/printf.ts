/** printf() and format() with a format that is a literal (sqlite.org/printf.html). */
import { cast } from "../cast.js";
import { literalTyped, numberOf, sqlNull, textOf } from "../convert.js";
import { atom, operand, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { scalar, type FunctionCall, type FunctionFamily } from "./family.js";
import { roundedDecimal, roundedDigits } from "./rounding.js";

/** `%-5.2f`: flags, width, precision, conversion. */
const conversion = /%([-+ 0#!,]*)(\d*|\*)(?:\.(\d+|\*))?(l{0,2})([a-zA-Z%])/y;

function printf([format, ...args]: readonly Typed[], call: FunctionCall): Typed {
  if (format!.constant?.kind !== "text")
    throw new Untranslatable("printf() with a format that is no literal");
  const pieces = piecesOf(format!.constant.text, args, call);
  const [first] = pieces;
  // Of an empty format SQLite makes NULL.
  if (first === undefined) return sqlNull;
  if (pieces.length === 1) return first;
  return atom("text", `(${pieces.map(operand).join(" || ")})`, pieces);
}

function piecesOf(format: string, args: readonly Typed[], call: FunctionCall): readonly Typed[] {
  const pieces: Typed[] = [];
  let plain = "";
  let used = 0;
  const flush = (): void => {
    if (plain !== "") pieces.push(literalTyped({ kind: "text", text: plain }));
    plain = "";
  };
  for (let at = 0; at < format.length;) {
    conversion.lastIndex = at;
    const character = format.charAt(at);
    const found = character === "%" ? conversion.exec(format) : null;
    if (found === null) {
      if (character === "%")
        throw new Untranslatable(`printf() with the conversion ${format.slice(at, at + 5)}`);
      plain += character;
      at += 1;
      continue;
    }
    at += found[0].length;
    if (found[5] === "%") {
      plain += "%";
      continue;
    }
    flush();
    pieces.push(piece(found, args[used] ?? sqlNull, call));
    used += 1;
  }
  flush();
  return pieces;
}

function piece(
  [whole, flags = "", width = "", precision, , letter]: RegExpExecArray,
  value: Typed,
  call: FunctionCall,
): Typed {
  const unknown = new Untranslatable(`printf() with the conversion ${whole}`);
  if (width === "*" || precision === "*" || /[!#, ]/.test(flags)) throw unknown;
  switch (letter) {
    case "d":
    case "i":
      if (precision !== undefined) throw unknown;
      return integerPiece(value, flags, width);
    case "s":
      if (/[+0]/.test(flags)) throw unknown;
      // It counts bytes, and may cut a letter in two.
      if (precision !== undefined) throw unknown;
      return padded(textPiece(value), flags, width);
    case "f":
      if (/[+0]/.test(flags)) throw unknown;
      return padded(decimalPiece(value, Number(precision ?? "6"), call), flags, width);
    default:
      throw unknown;
  }
}

/** NULL is an empty text here. */
const textPiece = (value: Typed): Typed =>
  value.kind === "null"
    ? literalTyped({ kind: "text", text: "" })
    : value.constant !== null
      ? textOf(value)
      : atom("text", `coalesce(${textOf(value).sql}, '')`, [value]);

/** The width counts bytes. */
function padded(text: Typed, flags: string, width: string): Typed {
  if (width === "") return text;
  const own = operand(text);
  const blanks = `repeat(' ', ${Number(width)} - octet_length(${text.sql}))`;
  return atom("text", flags.includes("-") ? `(${own} || ${blanks})` : `(${blanks} || ${own})`, [text]);
}

/** NULL is 0 here, and a text the number that it begins with. */
function integerPiece(value: Typed, flags: string, width: string): Typed {
  const number =
    value.kind === "null" ? literalTyped({ kind: "integer", digits: "0" }) : cast(value, "INTEGER");
  const digits = value.constant !== null ? operand(number) : `coalesce(${number.sql}, 0)`;
  const parts = [number];
  if (flags.includes("0") && width !== "" && !flags.includes("-")) {
    if (flags.includes("+")) throw new Untranslatable("printf() with a sign and zeros");
    const size = `length(abs(${digits})::text)`;
    const room = `${Number(width)} - (${digits} < 0)::int`;
    const sign = `CASE WHEN ${digits} < 0 THEN '-' ELSE '' END`;
    return atom("text", `(${sign} || lpad(abs(${digits})::text, greatest(${size}, ${room}), '0'))`, parts);
  }
  const plain = `(${digits})::text`;
  const signed = flags.includes("+") ? `(CASE WHEN ${digits} < 0 THEN '' ELSE '+' END || ${plain})` : plain;
  return padded(atom("text", signed, parts), flags, width);
}

/** Rounded as round() does it; what is rounded to nothing has no sign any more. NULL is 0. */
function decimalPiece(value: Typed, precision: number, call: FunctionCall): Typed {
  if (precision > 30) throw new Untranslatable("printf() with more than 30 digits");
  const given = value.kind === "null" ? literalTyped({ kind: "real", value: 0 }) : value;
  const digits = roundedDigits(given, precision);
  if (digits !== null) return literalTyped({ kind: "text", text: digits });
  const rounded = roundedDecimal(given, precision, call);
  const nothing = literalTyped({ kind: "text", text: (0).toFixed(precision) }).sql;
  return atom("text", `coalesce(${rounded}::text, ${nothing})`, [numberOf(given)]);
}

export const printfFunctions: FunctionFamily = {
  printf: scalar(1, Infinity, printf),
  format: scalar(1, Infinity, printf),
};

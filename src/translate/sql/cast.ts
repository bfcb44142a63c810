/** CAST (sqlite.org/lang_expr.html, section 6): the longest start of a text that is a number, and never an error. */
import { affinityOf, type Affinity } from "../../model/sqlite.js";
import { storedLiteral } from "./affinity.js";
import { literalTyped, numberOf, spelledNumber, textOf, unitNumber } from "./convert.js";
import type { Literal } from "./literal.js";
import { integerStart, numberStart } from "./number-start.js";
import { textBytes } from "./text-bytes.js";
import { atom, kindWords, operand, recast, type Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

/** @param typeName as written. @throws Untranslatable */
export function cast(value: Typed, typeName: string): Typed {
  const affinity = affinityOf(typeName, false);
  // A column is still one within CAST (sqlite.org/datatype3.html, section 7.1).
  return { ...castTo(value, affinity), affinity, collation: value.collation };
}

function castTo(value: Typed, affinity: Affinity): Typed {
  if (value.kind === "null") return value;
  if (value.kind === "jsonvalue" || value.kind === "jsontext") return castTo(textOf(value), affinity);
  switch (affinity) {
    case "TEXT":
      return value.kind === "bytes" ? bytesAsText(value) : textOf(value);
    case "INTEGER":
      return asInteger(value);
    case "REAL":
      return asReal(value);
    case "NUMERIC":
      return asNumeric(value);
    case "BLOB":
      return asBytes(value);
  }
}

const bytesAsText = (value: Typed): Typed =>
  atom("text", `convert_from(${value.sql}, 'UTF8')`, [value, { volatility: "stable" }], { stored: "text" });

function asInteger(value: Typed): Typed {
  if (value.constant?.kind === "text")
    return literalTyped({ kind: "integer", digits: leadingInteger(value.constant.text) });
  const spelled = spelledNumber(value);
  if (spelled !== null) return spelled;
  if (value.kind === "text") return textStart(value, "integer", "bigint", integerStart);
  const number = numberOf(value);
  if (number.kind === "integer") return { ...number, constant: number.constant };
  if (number.constant?.kind === "real")
    return literalTyped({ kind: "integer", digits: cutReal(number.constant) });
  return atom("integer", `trunc(${number.sql})::bigint`, [number]);
}

const leadingInteger = (text: string): string => {
  const digits = /^[ \t\n\v\f\r]*([+-]?[0-9]+)/.exec(text)?.[1] ?? "0";
  const value = BigInt(digits.replace("+", ""));
  if (BigInt.asIntN(64, value) !== value) throw new Untranslatable("a CAST of digits beyond 64 bits");
  return value.toString();
};

function cutReal({ value }: Extract<Literal, { kind: "real" }>): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 63)
    throw new Untranslatable("a CAST of a number beyond 64 bits");
  return BigInt(Math.trunc(value)).toString();
}

function asReal(value: Typed): Typed {
  if (value.constant !== null) {
    const number = storedLiteral(value.constant, "REAL");
    if (number?.kind === "real") return literalTyped(number);
  }
  const spelled = spelledNumber(value);
  if (spelled !== null) return doubleOf(spelled);
  if (value.kind === "text") return textStart(value, "real", "double precision", numberStart);
  const number = numberOf(value);
  return number.kind === "real" ? { ...number, stored: "real" } : doubleOf(number);
}

const doubleOf = (number: Typed): Typed => ({
  ...recast(number, "real", "double precision"),
  stored: "real",
});

/** Whether the outcome is whole depends on the text. */
function asNumeric(value: Typed): Typed {
  if (value.constant !== null) {
    const number = storedLiteral(value.constant, "NUMERIC");
    if (number?.kind === "integer" || number?.kind === "real") return literalTyped(number);
  }
  const spelled = spelledNumber(value);
  if (spelled !== null) return spelled;
  if (value.kind === "text") throw new Untranslatable(`CAST of a text to NUMERIC: ${value.sql}`);
  return unitNumber(value) ?? (value.kind === "numeric" ? value : numberOf(value));
}

/** Beyond 64 bits PostgreSQL refuses where SQLite takes the nearest. */
function textStart(value: Typed, kind: "integer" | "real", pgType: string, start: string): Typed {
  const text = operand(textOf(value));
  const found = `substring(${text}, '${start}')::${pgType}`;
  return atom(kind, `CASE WHEN ${text} IS NOT NULL THEN coalesce(${found}, 0) END`, [value], {
    isAtom: false,
  });
}

function asBytes(value: Typed): Typed {
  if (value.kind === "bytes") return value;
  if (value.constant?.kind === "text")
    return literalTyped({ kind: "blob", hex: Buffer.from(value.constant.text).toString("hex") });
  if (value.kind === "text" || value.kind === "integer")
    return atom("bytes", textBytes(textOf(value).sql), [value]);
  throw new Untranslatable(`CAST of ${kindWords[value.kind]} to BLOB: ${value.sql}`);
}

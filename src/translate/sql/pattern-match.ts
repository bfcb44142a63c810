/** LIKE and GLOB (sqlite.org/lang_expr.html, section 5). */
import { textOf } from "./convert.js";
import { quoteLiteral } from "../../model/identifier.js";
import { operand, operation, type Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

/**
 * Without case for A to Z alone, and without an escape character unless one is named.
 *
 * @throws Untranslatable
 */
export function like(value: Typed, pattern: Typed, escape: Typed | null, not: boolean): Typed {
  const [text, wanted] = [textOf(value), textOf(pattern)];
  const sql = `${folded(text)} ${not ? "NOT " : ""}LIKE ${folded(wanted)} ESCAPE ${escapeSql(escape, wanted)}`;
  return operation("boolean", sql, [text, wanted]);
}

function folded(text: Typed): string {
  if (text.constant?.kind !== "text") return `lower(${operand(text)} COLLATE "C")`;
  return quoteLiteral(text.constant.text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()));
}

/** A pattern that ends in the escape character is an error in PostgreSQL; only a literal one is seen here. */
function escapeSql(escape: Typed | null, pattern: Typed): string {
  if (escape === null) return "''";
  const { constant } = escape;
  if (constant?.kind !== "text" || Array.from(constant.text).length !== 1)
    throw new Untranslatable("LIKE with an ESCAPE that is no literal of one character");
  if (/[A-Za-z%_]/.test(constant.text))
    throw new Untranslatable(`LIKE with the escape character ${constant.text}`);
  if (pattern.constant?.kind !== "text")
    throw new Untranslatable("LIKE with ESCAPE and a pattern that is no literal");
  const escapes = pattern.constant.text.split(constant.text);
  // Every escape character has to stand before something.
  if (escapes.at(-1) === "" && endsOpen(pattern.constant.text, constant.text))
    throw new Untranslatable("a pattern of LIKE that ends in its escape character");
  return quoteLiteral(constant.text);
}

function endsOpen(pattern: string, escape: string): boolean {
  let count = 0;
  for (let end = pattern.length; pattern.endsWith(escape, end); end -= escape.length) count += 1;
  return count % 2 === 1;
}

/** @throws Untranslatable */
export function glob(value: Typed, pattern: Typed, not: boolean): Typed {
  const text = textOf(value);
  if (pattern.constant?.kind !== "text") throw new Untranslatable("GLOB with a pattern that is no literal");
  const wanted = pattern.constant.text;
  const sql = /[[\]]/.test(wanted)
    ? `${operand(text)} COLLATE "C" ${not ? "!~" : "~"} ${quoteLiteral(globExpression(wanted))}`
    : `${operand(text)} ${not ? "NOT " : ""}LIKE ${quoteLiteral(globPattern(wanted))} ESCAPE '\\'`;
  return operation("boolean", sql, [text]);
}

/** Without sets of characters it is a LIKE. */
const globPattern = (glob: string): string =>
  glob
    .replaceAll(/[\\%_]/g, "\\$&")
    .replaceAll("*", "%")
    .replaceAll("?", "_");

/** As a regular expression over the whole text (PostgreSQL documentation, 9.7.3); `.` matches line breaks too. */
function globExpression(glob: string): string {
  let expression = "";
  for (let at = 0; at < glob.length;) {
    const character = String.fromCodePoint(glob.codePointAt(at)!);
    if (character === "[") {
      const set = characterSet(glob, at);
      expression += set.expression;
      at = set.end;
      continue;
    }
    expression +=
      character === "*" ? ".*" : character === "?" ? "." : character.replace(/[\\^$.|+(){}\]]/, "\\$&");
    at += character.length;
  }
  return `^(?:${expression})$`;
}

/** A `]` that comes first is one of the set, and `^` before all others turns it round. */
function characterSet(glob: string, start: number): { readonly expression: string; readonly end: number } {
  let at = start + 1;
  const isTurned = glob[at] === "^";
  if (isTurned) at += 1;
  const first = at;
  if (glob[at] === "]") at += 1;
  const end = glob.indexOf("]", at);
  if (end === -1) throw new Untranslatable("a set in a pattern of GLOB that is not closed");
  const members = glob.slice(first, end);
  if (/\[[.:=]|\\/.test(members)) throw new Untranslatable(`the set [${members}] in a pattern of GLOB`);
  return { expression: `[${isTurned ? "^" : ""}${members}]`, end: end + 1 };
}

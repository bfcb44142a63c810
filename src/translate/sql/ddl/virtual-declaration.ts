/** CREATE VIRTUAL TABLE (sqlite.org/lang_createvtab.html): the module, and its arguments as they were written. */
import { parseStatement } from "./parse.js";

export interface VirtualDeclaration {
  /** In lower case: SQLite finds modules without case. */
  readonly module: string;
  /** Without the blanks around them; what they mean is the module's affair. */
  readonly args: readonly string[];
}

/** Null where the text is no such statement. */
export function parseVirtualDeclaration(sql: string): VirtualDeclaration | null {
  const statement = parseStatement(sql);
  if (statement?.type !== "CreateVirtualTableStmt") return null;
  const { text, span } = statement.moduleName;
  // The tree has the arguments without their blanks.
  const rest = sql.slice(span.offset + span.length);
  const [from, to] = [rest.indexOf("("), rest.lastIndexOf(")")];
  const args = from === -1 ? [] : splitArguments(rest.slice(from + 1, to));
  return { module: text.toLowerCase(), args };
}

/** At commas outside of quotes, brackets and parentheses. */
function splitArguments(text: string): readonly string[] {
  const pieces: string[] = [];
  let start = 0;
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const close = closing[text[at]!];
    if (close !== undefined) {
      const end = text.indexOf(close, at + 1);
      at = end === -1 ? text.length : end;
    } else if (text[at] === "(") depth += 1;
    else if (text[at] === ")") depth -= 1;
    else if (text[at] === "," && depth === 0) {
      pieces.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...pieces, text.slice(start)].map((piece) => piece.trim()).filter((piece) => piece !== "");
}

/** A quote that stands twice ends a text and begins the next. */
const closing: Readonly<Partial<Record<string, string>>> = { "'": "'", '"': '"', "`": "`", "[": "]" };

/** The name that an argument begins with, out of any of the four ways to quote one, and what follows it. */
export function leadingName(argument: string): { readonly name: string; readonly rest: string } {
  const close = closing[argument[0] ?? ""];
  if (close === undefined) {
    const [name = ""] = /^[^\s=(]*/.exec(argument) ?? [];
    return { name, rest: argument.slice(name.length).trim() };
  }
  let end = argument.indexOf(close, 1);
  while (close !== "]" && end !== -1 && argument[end + 1] === close) end = argument.indexOf(close, end + 2);
  const last = end === -1 ? argument.length : end;
  const inner = argument.slice(1, last);
  const name = close === "]" ? inner : inner.replaceAll(close + close, close);
  return { name, rest: argument.slice(last + 1).trim() };
}

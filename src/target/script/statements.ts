/** A file of SQL, statement by statement: several in one message would be one transaction, whatever they are. */
import { ToolError } from "../../errors.js";
import { tokensOf, type Token } from "./lexer.js";

export interface SqlStatement {
  /** From its first token to the semicolon, without that. */
  readonly text: string;
  /** Of its first token, from 1. */
  readonly line: number;
}

/**
 * @param name of the file, for what is thrown
 * @throws ToolError `script-invalid`, with the line: a command of psql, rows for COPY, a quote or comment that does not end.
 */
export function splitStatements(name: string, text: string): readonly SqlStatement[] {
  const statements: SqlStatement[] = [];
  const lineOf = lineCounter(text);
  let start: number | null = null;
  let end = 0;
  let block = new Nesting(text);
  const finish = (): void => {
    if (start === null) return;
    const statement = { text: text.slice(start, end), line: lineOf(start) };
    refuseRows(name, statement);
    statements.push(statement);
    start = null;
    block = new Nesting(text);
  };
  for (const token of tokensOf(text)) {
    if (token.kind === "unclosed") {
      // Rows after COPY look like that.
      finish();
      throw unclosed(name, text, token, lineOf(token.start));
    }
    if (token.kind === "backslash") throw psqlCommand(name, text, token, lineOf(token.start));
    if (text[token.start] === ";" && block.isOutside) {
      finish();
      continue;
    }
    start ??= token.start;
    end = token.end;
    block.add(token);
  }
  finish();
  return statements;
}

/** Whether a semicolon would end the statement: not in parentheses (CREATE RULE), nor in a body BEGIN ATOMIC ... END. */
class Nesting {
  readonly #text: string;
  readonly #head: string[] = [];
  #parentheses = 0;
  /** BEGIN ATOMIC, and each CASE in it. */
  #blocks = 0;
  #before = "";

  constructor(text: string) {
    this.#text = text;
  }

  get isOutside(): boolean {
    return this.#parentheses === 0 && this.#blocks === 0;
  }

  add({ kind, start, end }: Token): void {
    // What is quoted says nothing here, and may be long.
    const words = kind === "word" ? this.#text.slice(start, end).toUpperCase() : (this.#text[start] ?? "");
    if (kind === "word") this.#addWord(words);
    else if (words === "(") this.#parentheses += 1;
    else if (words === ")") this.#parentheses = Math.max(0, this.#parentheses - 1);
    this.#before = kind === "word" || kind === "symbol" ? words : "";
  }

  #addWord(word: string): void {
    if (this.#head.length < 4) this.#head.push(word);
    // Behind these it is a name.
    if (this.#before === "." || this.#before === "AS") return;
    if (this.#blocks > 0) this.#blocks += word === "CASE" ? 1 : word === "END" ? -1 : 0;
    else if (word === "ATOMIC" && this.#before === "BEGIN" && makesRoutine(this.#head)) this.#blocks = 1;
  }
}

const makesRoutine = (head: readonly string[]): boolean =>
  /^CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE)\b/.test(head.join(" "));

/**
 * The statement's tokens with one blank in between: words in capitals, what is quoted as its quote alone.
 *
 * @param most so many tokens
 */
export function shapeOf({ text }: SqlStatement, most = Infinity): string {
  const shape: string[] = [];
  for (const { kind, start, end } of tokensOf(text)) {
    if (shape.length >= most) break;
    shape.push(
      kind === "word" || kind === "symbol" ? text.slice(start, end).toUpperCase() : (text[start] ?? ""),
    );
  }
  return shape.join(" ");
}

/** In ascending places; counts each line once. */
function lineCounter(text: string): (place: number) => number {
  let line = 1;
  let counted = 0;
  return (place) => {
    for (let at = text.indexOf("\n", counted); at >= 0 && at < place; at = text.indexOf("\n", counted)) {
      line += 1;
      counted = at + 1;
    }
    return line;
  };
}

const invalid = (name: string, line: number, what: string, mend: string): ToolError =>
  new ToolError("script-invalid", `${name}, line ${line}: ${what}`, mend);

function refuseRows(name: string, statement: SqlStatement): void {
  if (!/^copy\b/i.test(statement.text) || !/ FROM STDIN\b/.test(shapeOf(statement))) return;
  throw invalid(
    name,
    statement.line,
    "COPY ... FROM STDIN wants rows from psql, which does not run this file.",
    "Write them as INSERT (pg_dump --inserts does so), or run the file by psql.",
  );
}

function psqlCommand(name: string, text: string, { start }: Token, line: number): ToolError {
  const command = /^\\\S{0,30}/.exec(text.slice(start, start + 31))?.[0] ?? "\\";
  return invalid(
    name,
    line,
    `${command} is a command of psql, not SQL.`,
    "Leave it out and write in SQL what it does, or run the file by psql.",
  );
}

function unclosed(name: string, text: string, { start }: Token, line: number): ToolError {
  const what = text.startsWith("/*", start)
    ? "the comment"
    : `the ${/^\$\w*\$|./.exec(text.slice(start, start + 70))?.[0] ?? "quote"}`;
  return invalid(name, line, `${what} that begins here does not end.`, "Close it.");
}

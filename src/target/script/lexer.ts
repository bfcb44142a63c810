/**
 * Cuts SQL into tokens, as far as it takes to know where a statement ends (PostgreSQL documentation, 4.1 "Lexical Structure";
 * standard_conforming_strings is on). Total: what is no SQL comes as `backslash` or `unclosed`.
 */

export type TokenKind =
  /** A key word or name. */
  | "word"
  /** A name in double quotes. */
  | "name"
  /** Of any of the quotes, `$$` too. */
  | "string"
  /** One character of anything else, or a number. */
  | "symbol"
  /** Outside of quotes it is psql's, not PostgreSQL's. */
  | "backslash"
  /** A quote or comment that does not end. */
  | "unclosed";

export interface Token {
  readonly kind: TokenKind;
  /** In UTF-16 units; `end` is beyond it. */
  readonly start: number;
  readonly end: number;
}

const blank = /(?:[ \t\n\r\f\v]+|--[^\n\r]*)+/y;
const word = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const number = /\d[\w.]*/y;
const dollarTag = /\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/y;
const commentEdge = /\/\*|\*\//g;
const escapedEdge = /[\\']/g;

/** Two strings with a line's end in between are one (4.1.2.1), and backslashes mean the same in both. */
const continuation = /(?:[ \t\f\v]|--[^\n\r]*)*[\n\r](?:[ \t\n\r\f\v]+|--[^\n\r]*[\n\r])*'/y;

/** Comments and blanks are no tokens. */
export function* tokensOf(text: string): Generator<Token> {
  for (let at = 0; at < text.length;) {
    const first = text.charCodeAt(at);
    const skipped = endOf(blank, text, at) ?? (text.startsWith("/*", at) ? endOfComment(text, at) : null);
    if (skipped !== null && skipped !== unclosed) {
      at = skipped;
      continue;
    }
    const [kind, end] = skipped === unclosed ? open : tokenAt(text, at, first);
    const token = kind === "unclosed" ? text.length : end;
    yield { kind, start: at, end: token };
    at = token;
  }
}

const unclosed = -1;
const open = ["unclosed", unclosed] as const;

function tokenAt(text: string, at: number, first: number): readonly [kind: TokenKind, end: number] {
  const quoted = (kind: TokenKind, end: number) => (end === unclosed ? open : ([kind, end] as const));
  switch (first) {
    case 0x27 /* ' */:
      return quoted("string", endOfQuoted(text, at, "'"));
    case 0x22 /* " */:
      return quoted("name", endOfQuoted(text, at, '"'));
    case 0x5c /* \ */:
      return ["backslash", at + 1];
    case 0x24 /* $ */: {
      const tag = endOf(dollarTag, text, at);
      return tag === null ? ["symbol", at + 1] : quoted("string", endOfDollars(text, at, tag));
    }
    default:
      break;
  }
  const wordEnd = endOf(word, text, at);
  if (wordEnd === null) return ["symbol", endOf(number, text, at) ?? at + 1];
  // The letter makes it another kind of string only where the quote follows at once.
  const isEscaped = wordEnd === at + 1 && (first === 0x45 || first === 0x65) && text[wordEnd] === "'";
  return isEscaped ? quoted("string", endOfEscaped(text, wordEnd)) : ["word", wordEnd];
}

/** Where a match at this very place ends; null: there is none. */
function endOf(pattern: RegExp, text: string, at: number): number | null {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

/** They nest. */
function endOfComment(text: string, start: number): number {
  let depth = 0;
  commentEdge.lastIndex = start;
  for (let edge = commentEdge.exec(text); edge !== null; edge = commentEdge.exec(text)) {
    depth += edge[0] === "/*" ? 1 : -1;
    if (depth === 0) return commentEdge.lastIndex;
  }
  return unclosed;
}

/** A doubled quote stands for itself. */
function endOfQuoted(text: string, start: number, quote: string): number {
  for (let at = start + 1; ;) {
    const found = text.indexOf(quote, at);
    if (found < 0) return unclosed;
    if (text[found + 1] !== quote) return found + 1;
    at = found + 2;
  }
}

/** @param start of the quote, behind the E. */
function endOfEscaped(text: string, start: number): number {
  escapedEdge.lastIndex = start + 1;
  for (let edge = escapedEdge.exec(text); edge !== null; edge = escapedEdge.exec(text)) {
    const after = escapedEdge.lastIndex;
    if (edge[0] === "\\" || text[after] === "'") escapedEdge.lastIndex = after + 1;
    else {
      const more = endOf(continuation, text, after);
      if (more === null) return after;
      escapedEdge.lastIndex = more;
    }
  }
  return unclosed;
}

function endOfDollars(text: string, start: number, tagEnd: number): number {
  const tag = text.slice(start, tagEnd);
  const found = text.indexOf(tag, tagEnd);
  return found < 0 ? unclosed : found + tag.length;
}

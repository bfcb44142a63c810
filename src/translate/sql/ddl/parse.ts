/**
 * SQLite's SQL to a syntax tree: sqlite3-parser behind a driver of our own.
 *
 * The grammar tables are SQLite's own. The package's driver takes the words WINDOW, OVER and FILTER for
 * keywords everywhere; SQLite looks at their neighbours first (src/tokenize.c, analyzeWindowKeyword and the
 * two after it), so that a column may be called `filter`. That rule is added here.
 */
import {
  createEngine,
  createState,
  parserDefs,
  reduce,
  tokenName,
  withOptions,
  type Stmt,
  type Token,
} from "sqlite3-parser";

/** SQLite reads 1_000 since 3.46. */
const parser = withOptions({ digitSeparator: "_" });

/** One statement, or null where the text is none that SQLite's grammar takes. */
export function parseStatement(sql: string): Stmt | null {
  const state = createState();
  const engine = createEngine(reduce, state);
  const tokens = [...parser.tokenize(sql)].filter((token) => !isKind(token, "SPACE", "COMMENT"));
  if (tokens.some((token) => isKind(token, "ILLEGAL"))) return null;
  let previous: Token | undefined;
  for (const [index, token] of tokens.entries()) {
    const type = isIdentifierHere(tokens, index, previous) ? idToken : token.type;
    engine.next(type, { ...token, type }, token.span);
    if (engine.errors.length > 0) return null;
    previous = token;
  }
  const endSpan = { offset: sql.length, length: 0, line: 0, col: 0 };
  for (const type of previous !== undefined && isKind(previous, "SEMI")
    ? [endToken]
    : [semicolonToken, endToken]) {
    engine.next(type, { type, text: "", span: endSpan }, endSpan);
    if (engine.errors.length > 0) return null;
  }
  return state.errors.length > 0 || state.cmds.length !== 1 ? null : (state.cmds[0] ?? null);
}

/** Tokens with their names in the grammar; between them is nothing but white space and comments. */
export const tokensOf = (sql: string): readonly (Token & { readonly name: string })[] =>
  [...parser.tokenize(sql)].map((token) => ({ ...token, name: tokenName(token.type) ?? "" }));

type TokenType = Token["type"];

const typeNamed = (name: string): TokenType => parserDefs.symbols.indexOf(name) as TokenType;
const idToken = typeNamed("ID");
const semicolonToken = typeNamed("SEMI");
const endToken = 0 as TokenType;

const isKind = (token: Token | undefined, ...names: readonly string[]): boolean =>
  token !== undefined && names.includes(tokenName(token.type) ?? "");

/** Whether WINDOW, OVER or FILTER stands for a name here. */
function isIdentifierHere(tokens: readonly Token[], index: number, previous: Token | undefined): boolean {
  const token = tokens[index];
  const next = tokens[index + 1];
  if (isKind(token, "WINDOW")) return !(isNameLike(next) && isKind(tokens[index + 2], "AS"));
  if (isKind(token, "OVER")) return !(isKind(previous, "RP") && (isKind(next, "LP") || isNameLike(next)));
  if (isKind(token, "FILTER")) return !(isKind(previous, "RP") && isKind(next, "LP"));
  return false;
}

/** What SQLite's parser takes for a name when nothing else fits. */
const isNameLike = (token: Token | undefined): boolean =>
  token !== undefined &&
  (isKind(token, "ID", "STRING", "JOIN_KW", "WINDOW", "OVER") ||
    parserDefs.tables.yyFallback?.[token.type] === idToken);

/**
 * Texts that an expression of SQLite makes of random digits: keys like `lower(hex(randomblob(16)))` and the well-known
 * spellings of a UUID. What counts of them is their form; any other random digits will do.
 */
import type { Expr } from "sqlite3-parser";
import { quoteLiteral } from "../../model/identifier.js";

/** A piece of the text: as it stands, so many random digits of base 16, or one of some characters. */
type Piece =
  | { readonly kind: "fixed"; readonly text: string }
  | { readonly kind: "digits"; readonly count: number; readonly isUpper: boolean }
  | { readonly kind: "choice"; readonly from: string };

export interface RandomText {
  /** As PostgreSQL makes it; volatile. */
  readonly sql: string;
  readonly length: number;
  /** `version 4`: a UUID of that version in its usual spelling; `digits`: 32 of them, with a UUID's hyphens or without. */
  readonly form: "version 4" | "digits" | "other";
}

/** null: it is none, or nothing of it is random. */
export function randomText(expression: Expr): RandomText | null {
  const pieces = piecesOf(expression);
  if (pieces === null || pieces.every(({ kind }) => kind === "fixed")) return null;
  const joined = join(pieces);
  const pattern = joined.map(patternOf).join("");
  const form = version4.test(pattern) ? "version 4" : digits.test(pattern) ? "digits" : "other";
  const length = joined.reduce((sum, piece) => sum + lengthOf(piece), 0);
  const isUpper = joined.some((piece) => piece.kind === "digits" && piece.isUpper);
  const sql =
    form === "version 4"
      ? isUpper
        ? "upper(gen_random_uuid()::text)"
        : "gen_random_uuid()::text"
      : joined.map(sqlOf).join(" || ");
  return { sql, length, form };
}

/** So many random bytes, or null. */
export function randomBytes(expression: Expr): string | null {
  const size = blobSize(expression);
  return size === null ? null : bytesSql(size);
}

/** x: a random digit; a choice in brackets. */
const version4 = /^(x{8}-x{4}-4x{3}-\[[89ab]{4}\]x{3}-x{12}|X{8}-X{4}-4X{3}-\[[89AB]{4}\]X{3}-X{12})$/;
const digits = /^(x{32}|X{32}|x{8}(-x{4}){3}-x{12}|X{8}(-X{4}){3}-X{12})$/;

/** sha256's 32 bytes of the 122 random bits of a UUID: PostgreSQL has no function for random bytes of its own. */
const randomDigest = "sha256(uuid_send(gen_random_uuid()))";
const mostBytes = 32;

const bytesSql = (size: number): string => `substring(${randomDigest}, 1, ${size})`;

function sqlOf(piece: Piece): string {
  switch (piece.kind) {
    case "fixed":
      return quoteLiteral(piece.text);
    case "choice":
      return `substr(${quoteLiteral(piece.from)}, floor(random() * ${piece.from.length})::int + 1, 1)`;
    case "digits": {
      const sql = `left(encode(${randomDigest}, 'hex'), ${piece.count})`;
      return piece.isUpper ? `upper(${sql})` : sql;
    }
  }
}

const patternOf = (piece: Piece): string =>
  piece.kind === "fixed"
    ? piece.text
    : piece.kind === "choice"
      ? `[${piece.from}]`
      : (piece.isUpper ? "X" : "x").repeat(piece.count);

const lengthOf = (piece: Piece): number =>
  piece.kind === "fixed" ? piece.text.length : piece.kind === "choice" ? 1 : piece.count;

function join(pieces: readonly Piece[]): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    if (last?.kind === "fixed" && piece.kind === "fixed")
      joined[joined.length - 1] = { kind: "fixed", text: last.text + piece.text };
    else if (lengthOf(piece) > 0) joined.push(piece);
  }
  return joined;
}

function piecesOf(expression: Expr): readonly Piece[] | null {
  switch (expression.type) {
    case "ParenthesizedExpr":
      return expression.exprs.length === 1 ? piecesOf(expression.exprs[0]!) : null;
    case "StringLiteral":
      // What is cut or folded below has to be one code unit a character.
      return /^[ -~]*$/.test(expression.value) ? [{ kind: "fixed", text: expression.value }] : null;
    case "BinaryExpr": {
      if (expression.op !== "Concat") return null;
      const [left, right] = [piecesOf(expression.left), piecesOf(expression.right)];
      return left === null || right === null ? null : [...left, ...right];
    }
    case "FunctionCallExpr":
      return called(expression.name.name.toLowerCase(), expression.args ?? []);
    default:
      return null;
  }
}

function called(name: string, args: readonly Expr[]): readonly Piece[] | null {
  const [first, start, length] = args;
  if (first === undefined) return null;
  switch (name) {
    case "hex": {
      const size = args.length === 1 ? blobSize(first) : null;
      return size === null ? null : [{ kind: "digits", count: size * 2, isUpper: true }];
    }
    case "lower":
    case "upper":
      return args.length === 1 ? (piecesOf(first)?.map((piece) => folded(piece, name)) ?? null) : null;
    case "substr":
    case "substring":
      if (start === undefined || args.length > 3) return null;
      return chosen(first, start, length) ?? cut(first, wholeNumber(start), length);
    default:
      return null;
  }
}

function folded(piece: Piece, name: "lower" | "upper"): Piece {
  const fold = (text: string): string => (name === "lower" ? text.toLowerCase() : text.toUpperCase());
  switch (piece.kind) {
    case "fixed":
      return { ...piece, text: fold(piece.text) };
    case "choice":
      return { ...piece, from: fold(piece.from) };
    case "digits":
      return { ...piece, isUpper: name === "upper" };
  }
}

/** `substr('89ab', abs(random()) % 4 + 1, 1)`: each of the characters may be it. */
function chosen(from: Expr, start: Expr, length: Expr | undefined): readonly Piece[] | null {
  if (from.type !== "StringLiteral" || !/^[ -~]+$/.test(from.value)) return null;
  if (length === undefined || wholeNumber(length) !== 1) return null;
  const sum = bare(start);
  if (sum.type !== "BinaryExpr" || sum.op !== "Add") return null;
  const index = wholeNumber(sum.right) === 1 ? sum.left : wholeNumber(sum.left) === 1 ? sum.right : null;
  const rest = index === null ? null : bare(index);
  if (rest?.type !== "BinaryExpr" || rest.op !== "Modulus") return null;
  const isEven = wholeNumber(rest.right) === from.value.length;
  return isEven && isRandomSize(rest.left) ? [{ kind: "choice", from: from.value }] : null;
}

function cut(of: Expr, start: number | null, length: Expr | undefined): readonly Piece[] | null {
  const pieces = piecesOf(of);
  const count = length === undefined ? Infinity : wholeNumber(length);
  if (pieces === null || start === null || start < 1 || count === null) return null;
  let [skipped, left] = [start - 1, count];
  return pieces.map((piece): Piece => {
    const from = Math.min(skipped, lengthOf(piece));
    const taken = Math.max(0, Math.min(left, lengthOf(piece) - from));
    skipped -= from;
    left -= taken;
    if (piece.kind === "digits") return { ...piece, count: taken };
    if (piece.kind === "fixed") return { ...piece, text: piece.text.slice(from, from + taken) };
    return taken === 1 ? piece : { kind: "fixed", text: "" };
  });
}

function bare(expression: Expr): Expr {
  const inner = expression.type === "ParenthesizedExpr" ? expression.exprs : [];
  return inner.length === 1 ? bare(inner[0]!) : expression;
}

const wholeNumber = (expression: Expr): number | null => {
  const literal = bare(expression);
  return literal.type === "NumericLiteral" && /^[0-9]{1,4}$/.test(literal.value)
    ? Number(literal.value)
    : null;
};

function blobSize(expression: Expr): number | null {
  const argument = argumentOf(expression, "randomblob");
  const size = argument === null || argument === undefined ? null : wholeNumber(argument);
  return size === null || size < 1 || size > mostBytes ? null : size;
}

/** Of a call with one argument or none (undefined); null: it is no such call. */
function argumentOf(expression: Expr, name: string): Expr | null | undefined {
  const call = bare(expression);
  if (call.type !== "FunctionCallExpr" || call.name.name.toLowerCase() !== name) return null;
  const [only, ...others] = call.args ?? [];
  return others.length === 0 ? only : null;
}

/** `abs(random())`. */
function isRandomSize(expression: Expr): boolean {
  const inner = argumentOf(expression, "abs");
  return inner !== null && inner !== undefined && argumentOf(inner, "random") === undefined;
}

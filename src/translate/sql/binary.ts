/** Operators with two sides (sqlite.org/lang_expr.html, section 3). */
import type { BinaryExpr, Expr } from "sqlite3-parser";
import { bitwise, concatenate, reckon } from "./arithmetic.js";
import { compare, compareSameness } from "./compare.js";
import { truthOf } from "./convert.js";
import { callFunction } from "./functions/call.js";
import { both, either } from "./logic.js";
import type { Typed } from "./typed.js";

const comparisons = {
  Equals: "=",
  NotEquals: "<>",
  Less: "<",
  LessEquals: "<=",
  Greater: ">",
  GreaterEquals: ">=",
} as const;
const arithmetic = { Add: "+", Subtract: "-", Multiply: "*", Divide: "/", Modulus: "%" } as const;
const bits = { BitwiseAnd: "&", BitwiseOr: "|", LeftShift: "<<", RightShift: ">>" } as const;

/** @param of translates a part @throws Untranslatable */
export function binaryOperation(expression: BinaryExpr, of: (part: Expr) => Typed): Typed {
  const { op } = expression;
  if (op === "Is" || op === "IsNot") {
    const truth = truthWord(expression.right);
    if (truth !== null) return isTruth(truthOf(of(expression.left)), truth, op === "IsNot");
  }
  // A chain of thousands is as deep as it is long; its parts are taken one after another.
  if (op === "And" || op === "Or") return chain(expression, op, of);
  const [left, right] = [of(expression.left), of(expression.right)];
  switch (op) {
    case "Is":
      return compareSameness(left, "IS NOT DISTINCT FROM", right);
    case "IsNot":
      return compareSameness(left, "IS DISTINCT FROM", right);
    case "Concat":
      return concatenate(left, right);
    case "ArrowRight":
    case "ArrowRightShift":
      return callFunction({ name: op === "ArrowRight" ? "->" : "->>", args: [left, right] });
    case "Equals":
    case "NotEquals":
    case "Less":
    case "LessEquals":
    case "Greater":
    case "GreaterEquals":
      return compare(left, comparisons[op], right);
    case "Add":
    case "Subtract":
    case "Multiply":
    case "Divide":
    case "Modulus":
      return reckon(left, arithmetic[op], right);
    case "BitwiseAnd":
    case "BitwiseOr":
    case "LeftShift":
    case "RightShift":
      return bitwise(left, bits[op], right);
  }
}

function chain(expression: BinaryExpr, operator: "And" | "Or", of: (part: Expr) => Typed): Typed {
  const parts: Expr[] = [];
  let rest: Expr = expression;
  while (rest.type === "BinaryExpr" && rest.op === operator) {
    parts.push(rest.right);
    rest = rest.left;
  }
  const terms = [rest, ...parts.reverse()].map((part) => truthOf(of(part)));
  return operator === "And" ? both(...terms) : either(...terms);
}

/** `x IS TRUE` asks for truth, `x IS 1` for sameness. */
const truthWord = (expression: Expr): boolean | null => {
  if (expression.type !== "Id") return null;
  const lower = expression.name.toLowerCase();
  return lower === "true" || (lower === "false" ? false : null);
};

const isTruth = (value: Typed, truth: boolean, not: boolean): Typed => ({
  ...value,
  sql: `${value.isAtom ? value.sql : `(${value.sql})`} IS ${not ? "NOT " : ""}${truth ? "TRUE" : "FALSE"}`,
  isAtom: false,
  column: null,
});

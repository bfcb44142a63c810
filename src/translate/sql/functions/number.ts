/** Functions on numbers (sqlite.org/lang_corefunc.html, lang_mathfunc.html): outside their domain they are NULL, not an error. */
import { reckon } from "../arithmetic.js";
import { literalTyped, numberOf, sqlNull } from "../convert.js";
import type { Literal } from "../literal.js";
import { atom, operand, operation, recast, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";
import { scalar, type FunctionCall, type FunctionEntry, type FunctionFamily } from "./family.js";
import { roundedDecimal } from "./rounding.js";

const doubleOf = (value: Typed): Typed => {
  const number = numberOf(value);
  return number.kind === "real" ? number : recast(number, "real", "double precision");
};

/** Of the same kind as its argument. */
const keepingKind = (name: string): FunctionEntry =>
  scalar(1, 1, ([value]) => {
    const number = numberOf(value!);
    if (number.kind === "real" && number.stored === null && name !== "abs")
      throw new Untranslatable(`${name}() of a decimal, of which SQLite holds some whole: ${number.sql}`);
    if (number.kind === "integer" && name !== "abs") return { ...number, affinity: null };
    return atom(number.kind, `${name}(${number.sql})`, [number], { stored: number.stored });
  });

const sign = ([value]: readonly Typed[]): Typed => {
  const number = numberOf(value!);
  return atom("integer", `sign(${number.sql})::int::bigint`, [number]);
};

/** To a whole number the decimal digits round as the double does: a half is one in both. */
const round = ([value, digits]: readonly Typed[], call: FunctionCall): Typed => {
  const number = numberOf(value!);
  const places = digits === undefined ? 0 : placesOf(digits);
  const rounded = roundedDecimal(value!, places, places === 0 ? { onRounding: () => undefined } : call);
  return atom("real", `${rounded}::double precision`, [number], { stored: "real" });
};

function placesOf(digits: Typed): number {
  const { constant } = digits;
  if (constant?.kind !== "integer")
    throw new Untranslatable("round() to a number of digits that is no literal");
  // Fewer than none is none to SQLite, and more than 30 is 30.
  return Math.min(Math.max(Number(constant.digits), 0), 30);
}

/** A function of doubles, NULL outside `domain`. */
const ofDouble = (name: string, domain: ((x: string) => string) | null = null): FunctionEntry =>
  scalar(1, 1, ([value]) => {
    const of = doubleOf(value!);
    const call = `${name}(${of.sql})`;
    if (domain === null) return atom("real", call, [of]);
    return atom("real", `CASE WHEN ${domain(operand(of))} THEN ${call} END`, [of]);
  });

const isPositive = (x: string): string => `${x} > 0`;
const isSine = (x: string): string => `${x} BETWEEN -1 AND 1`;

/** Infinite at both ends. */
const atanh = ([value]: readonly Typed[]): Typed => {
  const of = doubleOf(value!);
  const x = operand(of);
  const inner = `CASE WHEN abs(${of.sql}) = 1 THEN ${x} * 'Infinity'::double precision WHEN abs(${of.sql}) < 1 THEN atanh(${of.sql}) END`;
  return atom("real", inner, [of]);
};

/** Of 0 to the power of less than 0 infinite, and NULL where the outcome is no real number: errors in PostgreSQL. */
const power = ([base, exponent]: readonly Typed[]): Typed => {
  const [a, b] = [doubleOf(base!), doubleOf(exponent!)];
  const call = `power(${a.sql}, ${b.sql})`;
  const [x, y] = [operand(a), operand(b)];
  const fixed = valueOf(exponent!.constant);
  if (fixed !== null && fixed >= 0)
    return atom("real", Number.isInteger(fixed) ? call : `CASE WHEN ${x} >= 0 THEN ${call} END`, [a, b]);
  return atom(
    "real",
    `CASE WHEN ${x} = 0 AND ${y} < 0 THEN 'Infinity'::double precision WHEN ${x} >= 0 OR ${y} = trunc(${b.sql}) THEN ${call} END`,
    [a, b],
  );
};

/** PostgreSQL's own divides, which is another number in the last digit. */
const degrees = ([value]: readonly Typed[]): Typed => {
  const of = doubleOf(value!);
  return operation("real", `${operand(of)} * (180 / pi())`, [of]);
};

/** log(x) is decimal, log(b, x) to the base b, which SQLite takes above 1 alone. */
const log = (args: readonly Typed[]): Typed => {
  const [first, second] = args.map(doubleOf);
  const a = operand(first!);
  if (second === undefined) return atom("real", `CASE WHEN ${a} > 0 THEN log(${first!.sql}) END`, [first!]);
  const b = operand(second);
  return atom("real", `CASE WHEN ${a} > 1 AND ${b} > 0 THEN ln(${second.sql}) / ln(${first!.sql}) END`, [
    first!,
    second,
  ]);
};

const log2 = ([value]: readonly Typed[]): Typed => {
  throw new Untranslatable(
    `log2(), which PostgreSQL has not: ln(${value!.sql}) / ln(2) is another number in the last digit`,
  );
};

const valueOf = (literal: Literal | null): number | null =>
  literal?.kind === "real" ? literal.value : literal?.kind === "integer" ? Number(literal.digits) : null;

/** As near as a double is. */
const asDouble = (whole: Typed): Typed =>
  whole.constant === null ? recast(recast(whole, "real", "double precision"), "integer", "bigint") : whole;

/** PostgreSQL has none for doubles, and what is left of a quotient that was rounded is another number. */
const mod = ([left, right]: readonly Typed[]): Typed => {
  const [a, b] = [numberOf(left!), numberOf(right!)];
  if (a.constant?.kind === "real" || b.constant?.kind === "real") {
    const [x, y] = [valueOf(a.constant), valueOf(b.constant)];
    if (x !== null && y !== null) return y === 0 ? sqlNull : literalTyped({ kind: "real", value: x % y });
  }
  if (a.kind === "integer" && b.kind === "integer")
    return { ...recast(reckon(asDouble(a), "%", asDouble(b)), "real", "double precision"), stored: "real" };
  throw new Untranslatable(`mod() of numbers that are not whole: ${a.sql}, ${b.sql}`);
};

/** Any 64-bit number but the smallest. */
const random = (): Typed =>
  atom("integer", "((random() * 4294967296)::bigint << 32 | (random() * 4294967295)::bigint)", [
    { volatility: "volatile" },
  ]);

/** Of a text that is no number these are NULL, where arithmetic takes the number that it begins with. */
const ofNumbersAlone = (family: FunctionFamily): FunctionFamily =>
  Object.fromEntries(
    Object.entries(family).map(([name, entry]) => [
      name,
      {
        ...entry,
        translate: (args, call) => {
          const value = args.find(({ kind }) => kind === "jsonvalue");
          if (value === undefined) return entry.translate(args, call);
          throw new Untranslatable(`${name}() of a value out of JSON, without a CAST: ${value.sql}`);
        },
      },
    ]),
  );

const strictFunctions: FunctionFamily = {
  ceil: keepingKind("ceil"),
  ceiling: keepingKind("ceil"),
  floor: keepingKind("floor"),
  trunc: keepingKind("trunc"),
  sign: scalar(1, 1, sign),
  sqrt: ofDouble("sqrt", (x) => `${x} >= 0`),
  exp: ofDouble("exp"),
  ln: ofDouble("ln", isPositive),
  log: scalar(1, 2, log),
  log10: scalar(1, 1, log),
  log2: scalar(1, 1, log2),
  pow: scalar(2, 2, power),
  power: scalar(2, 2, power),
  mod: scalar(2, 2, mod),
  pi: scalar(0, 0, () => atom("real", "pi()", [])),
  degrees: scalar(1, 1, degrees),
  radians: ofDouble("radians"),
  sin: ofDouble("sin"),
  cos: ofDouble("cos"),
  tan: ofDouble("tan"),
  asin: ofDouble("asin", isSine),
  acos: ofDouble("acos", isSine),
  atan: ofDouble("atan"),
  atan2: scalar(2, 2, ([y, x]) => {
    const [a, b] = [doubleOf(y!), doubleOf(x!)];
    return atom("real", `atan2(${a.sql}, ${b.sql})`, [a, b]);
  }),
  sinh: ofDouble("sinh"),
  cosh: ofDouble("cosh"),
  tanh: ofDouble("tanh"),
  asinh: ofDouble("asinh"),
  acosh: ofDouble("acosh", (x) => `${x} >= 1`),
  atanh: scalar(1, 1, atanh),
  random: scalar(0, 0, random),
};

export const numberFunctions: FunctionFamily = {
  abs: keepingKind("abs"),
  round: scalar(1, 2, round),
  ...ofNumbersAlone(strictFunctions),
};

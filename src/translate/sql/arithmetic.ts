/** Operators on numbers and `||` (sqlite.org/lang_expr.html, section 3). */
import { collationNamedIn } from "./collation.js";
import { integerOf, numberOf, textOf } from "./convert.js";
import { literalTyped } from "./convert.js";
import { operand, operation, recast, type Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

export type Arithmetic = "+" | "-" | "*" | "/" | "%";
export type Bitwise = "&" | "|" | "<<" | ">>";

/**
 * Whole numbers beyond 64 bits become doubles in SQLite and an error in PostgreSQL: that is not the same and is left so.
 *
 * @throws Untranslatable
 */
export function reckon(left: Typed, operator: Arithmetic, right: Typed): Typed {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (operator === "/") return divide(a, b);
  if (operator === "%") return remainder(a, b);
  const kind = a.kind === "real" || b.kind === "real" ? "real" : "integer";
  return operation(
    kind,
    `${operand(asKind(a, kind))} ${operator} ${operand(asKind(b, kind))}`,
    [a, b],
    storedOf(a, b),
  );
}

/** Of a decimal column nobody knows whether SQLite holds 5 or 5.5, but whether the outcome is whole does not matter here. */
const storedOf = (a: Typed, b: Typed): Partial<Typed> =>
  (a.kind === "real" && a.stored === null) || (b.kind === "real" && b.stored === null)
    ? { stored: null }
    : {};

/** A whole number beside a double: PostgreSQL makes one of it by itself, but for literals in quotes. */
const asKind = (typed: Typed, kind: "integer" | "real"): Typed =>
  kind === "real" && typed.kind === "integer" && typed.constant === null
    ? recast(typed, "real", "double precision")
    : typed;

/** By 0 it is NULL; of two whole numbers it is whole. */
function divide(a: Typed, b: Typed): Typed {
  if (isEither(a) || isEither(b)) {
    const other = isEither(a) ? b : a;
    if (other.kind !== "real" || isEither(other))
      throw new Untranslatable(
        `a division of decimals, of which SQLite holds some whole: ${a.sql} / ${b.sql}`,
      );
  }
  const kind = a.kind === "real" || b.kind === "real" ? "real" : "integer";
  return operation(kind, `${operand(asKind(a, kind))} / ${divisor(asKind(b, kind))}`, [a, b]);
}

/** A decimal of which nobody knows whether SQLite holds it as a whole number. */
const isEither = ({ kind, stored }: Typed): boolean => kind === "real" && stored === null;

/** Both are cut to whole numbers first; the outcome is a double again where one was. */
function remainder(a: Typed, b: Typed): Typed {
  const whole = operation("integer", `${operand(integerOf(a))} % ${divisor(integerOf(b))}`, [a, b]);
  if (a.kind === "integer" && b.kind === "integer") return whole;
  const double = recast(whole, "real", "double precision");
  return isEither(a) || isEither(b) ? { ...double, stored: null } : { ...double, stored: "real" };
}

const divisor = (typed: Typed): string =>
  typed.constant !== null && typed.constant.kind !== "null" && !isZero(typed)
    ? operand(typed)
    : `nullif(${typed.sql}, 0)`;

const isZero = ({ constant }: Typed): boolean =>
  constant?.kind === "integer" ? constant.digits === "0" : constant?.kind === "real" && constant.value === 0;

/** @throws Untranslatable */
export function negative(typed: Typed): Typed {
  const number = numberOf(typed);
  const { constant } = number;
  if (constant?.kind === "integer" && constant.digits !== "-9223372036854775808")
    return literalTyped({ kind: "integer", digits: (-BigInt(constant.digits)).toString() });
  if (constant?.kind === "real") return literalTyped({ kind: "real", value: -constant.value });
  return operation(number.kind, `-${operand(number)}`, [number], { stored: number.stored });
}

/** @throws Untranslatable */
export function bitwise(left: Typed, operator: Bitwise, right: Typed): Typed {
  const [a, b] = [integerOf(left), integerOf(right)];
  if (operator === "&" || operator === "|")
    return operation("integer", `${operand(a)} ${operator} ${operand(b)}`, [a, b]);
  return shift(a, operator, b);
}

/** PostgreSQL shifts by the distance modulo 64, SQLite by the distance, and the other way where it is negative. */
function shift(a: Typed, operator: "<<" | ">>", b: Typed): Typed {
  const distance = b.constant?.kind === "integer" ? BigInt(b.constant.digits) : null;
  if (distance === null || distance < 0n || distance > 63n)
    throw new Untranslatable(
      `a shift by a distance that is no literal from 0 to 63: ${a.sql} ${operator} ${b.sql}`,
    );
  return operation("integer", `${operand(recast(a, "integer", "bigint"))} ${operator} ${distance}`, [a]);
}

/** @throws Untranslatable */
export function inverted(typed: Typed): Typed {
  const number = integerOf(typed);
  return operation("integer", `~${operand(number)}`, [number]);
}

/** @throws Untranslatable */
export function concatenate(left: Typed, right: Typed): Typed {
  const [a, b] = [textOf(left), textOf(right)];
  return operation("text", `${operand(a)} || ${operand(b)}`, [a, b], {
    stored: "text",
    collation: collationNamedIn([left, right]),
    joined: [...(left.joined ?? [left]), right],
  });
}

/** CASE (sqlite.org/lang_expr.html, section 8). */
import { unify } from "./branch.js";
import { collationNamedIn } from "./collation.js";
import { compare } from "./compare.js";
import { truthOf } from "./convert.js";
import { atom, operation, type Typed } from "./typed.js";
import { Untranslatable } from "./untranslatable.js";

interface Branch {
  readonly when: Typed;
  readonly then: Typed;
}

/**
 * @param base what each WHEN is compared with; null: each is a condition.
 * @throws Untranslatable
 */
export function caseOf(base: Typed | null, branches: readonly Branch[], otherwise: Typed): Typed {
  // PostgreSQL asks once, we ask again for every branch.
  if (base?.volatility === "volatile")
    throw new Untranslatable("CASE over something that is different at every look");
  const conditions = branches.map(({ when }) => (base === null ? truthOf(when) : compare(base, "=", when)));
  const { kind, values, known } = unify([...branches.map(({ then }) => then), otherwise]);
  const collation = collationNamedIn([
    ...(base === null ? [] : [base]),
    ...branches.flatMap(({ when, then }) => [when, then]),
    otherwise,
  ]);
  const last = values.at(-1)!;
  const arms = conditions.map(({ sql }, index) => `WHEN ${sql} THEN ${values[index]!.sql}`);
  const parts = [...conditions, ...values, ...(base === null ? [] : [base])];
  const ending = last.kind === "null" ? "" : ` ELSE ${last.sql}`;
  const whole = `CASE ${arms.join(" ")}${ending} END`;
  return kind === "null"
    ? atom("null", "NULL", parts)
    : operation(kind, whole, parts, { ...known, isAtom: true, collation });
}

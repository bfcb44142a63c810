/** CASE, coalesce and their kin: SQLite gives back whichever value it is, PostgreSQL wants one type for all. */
import { asJsonValue, fitsJson } from "./json/json-element.js";
import { asShown, fitsShown } from "./json/json-shown.js";
import { storedLiteral } from "./affinity.js";
import { momentAs } from "./compare-moments.js";
import { literalTyped, numberOf, sqlNull, textOf } from "./convert.js";
import { momentValue } from "./moment-literal.js";
import {
  atom,
  isMomentKind,
  kindWords,
  operation,
  recast,
  sameSpelling,
  type Kind,
  type Typed,
} from "./typed.js";
import { Untranslatable } from "./untranslatable.js";
import { instead } from "../instead.js";

export interface Unified {
  /** `null` where all are NULL. */
  readonly kind: Kind;
  readonly values: readonly Typed[];
  /** What is known of all of them. */
  readonly known: Pick<Typed, "stored" | "column">;
}

/**
 * All as one kind, without changing what any of them says.
 *
 * @throws Untranslatable where no type holds them all.
 */
export function unify(given: readonly Typed[]): Unified {
  const values = besideColumn(given);
  const present = values.filter(({ kind }) => kind !== "null");
  const [first] = present;
  if (first === undefined) return { kind: "null", values, known: { stored: null, column: null } };
  const varying = present.filter(({ constant }) => constant === null);
  const kind = commonKind(varying.length === 0 ? present : varying, present);
  const model = varying[0] ?? first;
  const unified = values.map((value) => (value.kind === "null" ? sqlNull : asKind(value, kind, model)));
  const stored = present.every((value) => value.stored === first.stored) ? first.stored : null;
  const columns = varying.map(({ column }) => column);
  // What a boolean's or a time's numbers mean is only known where all mean the same.
  const column = columns[0] ?? null;
  const isSame = columns.every(
    (each) => sameSpelling(each, column) && (each?.unit ?? null) === (column?.unit ?? null),
  );
  if (!isSame) throw new Untranslatable("values that SQLite spells in different ways, in one expression");
  return { kind, values: unified, known: { stored, column: kind === "jsonvalue" ? null : column } };
}

/** What date functions give is a value of the column beside it, where that is of the same form. */
function besideColumn(values: readonly Typed[]): readonly Typed[] {
  const column = values.find((value) => isMomentKind(value) && value.column !== null);
  if (column === undefined) return values;
  return values.map((value) => {
    const isOther = value.moment?.form === "date" && column.kind !== "date";
    const sql = value.moment === null || isOther ? null : momentAs(column, value.moment);
    if (sql === null) return value;
    return operation(column.kind, sql, [value], { stored: column.stored, column: column.column });
  });
}

function commonKind(deciding: readonly Typed[], all: readonly Typed[]): Kind {
  const kinds = new Set(deciding.map(({ kind }) => kind));
  const [only] = kinds;
  const hasReal = all.some(({ kind }) => kind === "real");
  if (kinds.size === 1 && only !== undefined) {
    // Beside a flag a literal is a truth value, if it can be.
    if (only === "boolean" && !all.every(isTruth)) return hasReal ? "real" : "integer";
    return only === "integer" && hasReal ? "real" : only;
  }
  if ([...kinds].every(isNumeral)) {
    // A double as a decimal would lose digits; a decimal is the double that SQLite has.
    if (kinds.has("real")) return "real";
    return kinds.has("numeric") ? "numeric" : hasReal ? "real" : "integer";
  }
  if (kinds.has("jsontext") && deciding.every(fitsShown)) return "jsontext";
  if (kinds.has("jsonvalue") && deciding.every(fitsJson)) return "jsonvalue";
  const words = [...kinds].map((kind) => kindWords[kind]).join(" and ");
  throw new Untranslatable(`values of several types in one expression: ${words}`, null, instead.severalTypes);
}

const isTruth = ({ kind, constant }: Typed): boolean =>
  kind === "boolean" ||
  (constant?.kind === "integer" && (constant.digits === "0" || constant.digits === "1"));

/** @param model one of that kind already */
function asKind(value: Typed, kind: Kind, model: Typed): Typed {
  if (value.kind === kind) return value;
  const { constant } = value;
  // A text stays one, also where a number is written in it.
  if (isNumeral(kind) && !isNumeral(value.kind)) throw mixed(value, kind);
  switch (kind) {
    case "boolean":
      if (constant?.kind === "integer")
        return { ...value, kind, sql: constant.digits === "1" ? "true" : "false" };
      break;
    case "integer":
      return numberOf(value);
    case "real": {
      const number = numberOf(value);
      return number.kind === "integer" ? recast(number, "real", "double precision") : number;
    }
    case "numeric":
      return constant?.kind === "real" && Number.isFinite(constant.value)
        ? atom("numeric", `${constant.value}::numeric`, [])
        : recast(numberOf(value), "numeric", "numeric");
    case "text": {
      const text = constant === null ? null : storedLiteral(constant, "BLOB");
      if (text?.kind === "text") return literalTyped(text);
      if (value.kind === "json") return textOf(value);
      break;
    }
    case "jsonvalue":
      return asJsonValue(value);
    case "jsontext":
      return asShown(value);
    default: {
      const moment = constant === null ? null : momentValue(model, constant);
      if (moment !== null) return atom(kind, moment, [], { stored: model.stored });
    }
  }
  throw mixed(value, kind);
}

const isNumeral = (kind: Kind): boolean =>
  kind === "integer" || kind === "real" || kind === "numeric" || kind === "boolean";

const mixed = (value: Typed, kind: Kind): Untranslatable =>
  new Untranslatable(`${kindWords[value.kind]} where the other values are ${kindWords[kind]}: ${value.sql}`);

/** The type of a column that is in the target already, from what PostgreSQL's catalogs say of it. */
import {
  arrayType,
  citextType,
  enumType,
  otherType,
  pgType,
  type BuiltInType,
  type ElementType,
  type OtherType,
  type PgType,
  type PgTypeName,
} from "../../model/postgres.js";
import type { Meaning } from "../../model/profile.js";

/** As target/catalog.ts reads them. */
export interface ExistingColumn {
  readonly table: string;
  readonly column: string;
  /** As PostgreSQL's format_type writes it where only pg_catalog is on the search path. */
  readonly type: string;
  /** Of an enum, or of an array's elements that are one; else null. */
  readonly labels: readonly string[] | null;
  /** Whether it, or an array's element, is the type of the extension citext. */
  readonly isCitext: boolean;
}

export function existingType(column: ExistingColumn): PgType {
  if (!column.type.endsWith("[]")) return scalarType(column.type, column);
  const element = scalarType(column.type.slice(0, -2), column);
  return element.name === "other" ? otherType(column.type) : arrayType(element);
}

function scalarType(words: string, { labels, isCitext }: ExistingColumn): ElementType | OtherType {
  if (labels !== null) return enumType(words, labels);
  if (isCitext) return citextType(words);
  return builtInType(words) ?? otherType(words);
}

/** `numeric(10,2)`, `timestamp(3) with time zone`; types of users have a schema before their name. */
const builtInForm = /^([a-z]+(?: [a-z]+)?)(?:\(([-\d,]+)\))?( with(?:out)? time zone)?$/;

function builtInType(words: string): BuiltInType | null {
  const [, name = "", modifiers, zone = ""] = builtInForm.exec(words) ?? [];
  const full = name + zone;
  return isName(full) ? pgType(full, ...(modifiers?.split(",").map(Number) ?? [])) : null;
}

const isName = (name: string): name is PgTypeName => Object.hasOwn(meanings, name);

/** Which checks of the profile tell how values of the type are compared. */
export const meaningOf = (type: PgType): Meaning => {
  switch (type.name) {
    case "enum":
    case "citext":
    case "array":
    case "other":
      return "text";
    default:
      return meanings[type.name];
  }
};

const meanings: Readonly<Record<PgTypeName, Meaning>> = {
  boolean: "boolean",
  smallint: "integer",
  integer: "integer",
  bigint: "integer",
  real: "real",
  "double precision": "real",
  numeric: "numeric",
  text: "text",
  "character varying": "text",
  character: "text",
  bytea: "bytes",
  uuid: "uuid",
  json: "json",
  jsonb: "json",
  date: "date",
  "time without time zone": "time",
  "timestamp without time zone": "timestamp",
  "timestamp with time zone": "timestamp",
  inet: "text",
  cidr: "text",
  macaddr: "text",
};

/**
 * Arrays, from JSON arrays. A PostgreSQL array's own bytes hold its element type's OID, which is another one in each
 * database, and its text depends on how the elements print. So the canonical form is made of rows again: one with the
 * array's dimensions, `[1:3]`, then one for each element in its canonical form; all together are one bytea. canonical-sql.ts
 * has the same in SQL. An array of two dimensions, or one that does not start at 1, is not what JSON makes.
 */
import type { ElementType } from "../../model/postgres.js";
import { isNumber, type CanonicalField, type Misfit, type SourceValue } from "./field.js";
import { decimalOfDouble, parseDecimal, sameDecimal } from "./decimal.js";
import { jsonbMisfit } from "./json.js";
import { JsonScanner } from "./json-scanner.js";
import { oids, RowBytes } from "./row-bytes.js";

export const arrayField = (element: ElementType, field: CanonicalField): CanonicalField => {
  const row = new RowBytes(1);
  return {
    oid: oids.bytea,
    write: (value, _isText, out) => {
      const rows = isNumber(value) ? "is a number, not an array" : elementRows(value, element, field, row);
      if (typeof rows === "string") {
        return rows;
      }
      out.writeBytes(oids.bytea, Buffer.concat([dimensions(rows.length, row), ...rows]));
      return null;
    },
  };
};

/** The canonical form of an array of texts or byte strings, from their bytes; null is NULL. */
export const arrayBytes = (
  oid: typeof oids.text | typeof oids.bytea,
  elements: readonly (Buffer | null)[],
): Buffer => {
  const row = new RowBytes(1);
  const rows = elements.map((element) => {
    row.clear();
    if (element === null) {
      row.writeNull(oid);
    } else {
      row.writeBytes(oid, element);
    }
    return Buffer.from(row.view());
  });
  return Buffer.concat([dimensions(elements.length, row), ...rows]);
};

const dimensions = (length: number, row: RowBytes): Buffer => {
  row.clear();
  if (length === 0) {
    row.writeNull(oids.text);
  } else {
    row.writeText(`[1:${length}]`);
  }
  return Buffer.from(row.view());
};

const elementRows = (
  json: string | Buffer,
  element: ElementType,
  field: CanonicalField,
  row: RowBytes,
): readonly Buffer[] | Misfit => {
  // One array is one document: what jsonb would refuse anywhere in it spoils it as a whole.
  const refused = jsonbMisfit(json);
  if (refused !== null) {
    return refused;
  }
  const scanner = new JsonScanner(json.toString());
  if (!scanner.take("[")) {
    return "is not a JSON array";
  }
  const rows: Buffer[] = [];
  while (!scanner.take("]")) {
    if (rows.length > 0 && !scanner.take(",")) {
      return "is not a JSON array";
    }
    const read = readElement(scanner, element);
    if (typeof read === "string") {
      return read;
    }
    row.clear();
    const misfit = read.value === null ? row.writeNull(field.oid) : field.write(read.value, read.isText, row);
    if (misfit !== null) {
      return `has an element, number ${rows.length + 1}, that ${misfit}`;
    }
    rows.push(Buffer.from(row.view()));
  }
  return scanner.peek() === "" ? rows : "is not a JSON array";
};

interface Element {
  readonly value: SourceValue | null;
  readonly isText: boolean;
}

/** What is written of json and jsonb, a scalar of the other types; a JSON null is a NULL. */
const readElement = (scanner: JsonScanner, element: ElementType): Element | Misfit => {
  const isJson = element.name === "json" || element.name === "jsonb";
  const token = scanner.peek();
  if (!isJson && (token === "[" || token === "{")) {
    return "has an element that is an array or object";
  }
  const start = scanner.position;
  const string = skipValue(scanner);
  if (scanner.problem !== null) {
    return scanner.problem;
  }
  const written = scanner.textFrom(start);
  if (written === "null") {
    return { value: null, isText: false };
  }
  if (isJson) {
    return textElement(written);
  }
  if (string !== null) {
    return textElement(string);
  }
  if (/^[tf]/.test(written)) {
    return element.name === "boolean" ? textElement(written) : "has an element that is true or false";
  }
  return number(written, element);
};

const textElement = (text: string): Element => ({ value: text, isText: true });

/** Moves on over a value, and returns it decoded if it is a string. What is inside of brackets need not be JSON. */
const skipValue = (scanner: JsonScanner): string | null => {
  let depth = 0;
  let string: string | null = null;
  do {
    const token = scanner.peek();
    if (token === '"') {
      scanner.skip();
      string = scanner.readString();
    } else if (token === "[" || token === "{") {
      scanner.skip();
      depth += 1;
    } else if (depth > 0 && (token === "]" || token === "}")) {
      scanner.skip();
      depth -= 1;
    } else if (depth > 0 && (token === "," || token === ":")) {
      scanner.skip();
    } else {
      scanner.readPlain();
    }
  } while (depth > 0 && scanner.problem === null);
  return string;
};

type Names = ReadonlySet<ElementType["name"]>;

/** JavaScript writes a double beyond 2^53 by its shortest digits, as an integer that the double is not. */
const floats: Names = new Set(["real", "double precision"]);

/** They keep digits as they are written. */
const digits: Names = new Set(["numeric", "text", "character varying", "character", "citext", "enum"]);

/** As in a column of SQLite: an INTEGER, a REAL, or the digits where neither is what they say. */
const number = (written: string, { name }: ElementType): Element => {
  const value = floats.has(name)
    ? (realOf(written) ?? integerOf(written))
    : (integerOf(written) ?? (digits.has(name) ? null : realOf(written)));
  return value === null ? textElement(written) : { value, isText: false };
};

const integerOf = (written: string): bigint | null => {
  const integer = /^(?:0|-?[1-9]\d{0,18})$/.test(written) ? BigInt(written) : null;
  return integer !== null && BigInt.asIntN(64, integer) === integer ? integer : null;
};

/** The double whose shortest digits are the number that is written. */
const realOf = (written: string): number | null => {
  const double = Number(written);
  const decimal = parseDecimal(written);
  return decimal !== null && Number.isFinite(double) && sameDecimal(decimalOfDouble(double), decimal)
    ? double
    : null;
};

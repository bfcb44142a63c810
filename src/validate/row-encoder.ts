/** Turns rows as source-digest.ts selects them into canonical rows. */
import type { TablePlan } from "../model/plan.js";
import { canonicalField } from "./canonical.js";
import type { CanonicalField, Misfit } from "./canonical-field.js";
import { RowBytes } from "./row-bytes.js";
import { utf8OfUtf16 } from "./utf8.js";

/** TEXT arrives as a Buffer too; the masks tell it from a BLOB. */
export type SqliteValue = null | bigint | number | Buffer;

/** The rowid or NULL, then the masks (bit n of a mask: its nth column holds TEXT), then the columns of the plan. */
export type SelectedRow = readonly SqliteValue[];

/** So many bits go into one integer that JavaScript's bit operators take. */
export const bitsAMask = 31;

/** Which value of a row does not convert, and why. */
export interface RowMisfit {
  readonly column: number;
  readonly reason: Misfit;
}

export class RowEncoder {
  readonly #row: RowBytes;
  readonly #fields: readonly CanonicalField[];
  readonly #firstValue: number;
  readonly #encoding: string;

  /** `encoding` is what `PRAGMA encoding` says. */
  constructor(table: TablePlan, encoding: string) {
    this.#fields = table.columns.map(canonicalField);
    this.#firstValue = 1 + Math.ceil(table.columns.length / bitsAMask);
    this.#encoding = encoding;
    this.#row = new RowBytes(table.columns.length);
  }

  /** Builds the canonical row, or says which value does not convert. */
  encode(row: SelectedRow): RowMisfit | null {
    this.#row.clear();
    for (const [column, field] of this.#fields.entries()) {
      const value = row[this.#firstValue + column] ?? null;
      const reason =
        value === null ? this.#row.writeNull(field.oid) : this.#writeValue(row, column, field, value);
      if (reason !== null) {
        return { column, reason };
      }
    }
    return null;
  }

  /** The row that `encode` built; valid until the next. */
  view(): Buffer {
    return this.#row.view();
  }

  /** A value with TEXT as UTF-8; text that has no such form comes as the bytes it is. Not for every row. */
  valueAt(row: SelectedRow, column: number): { readonly value: SqliteValue; readonly isText: boolean } {
    const value = row[this.#firstValue + column] ?? null;
    if (!Buffer.isBuffer(value) || !this.#isText(row, column)) {
      return { value, isText: false };
    }
    const text = this.#utf8(value);
    return text === null ? { value, isText: false } : { value: text, isText: true };
  }

  #writeValue(
    row: SelectedRow,
    column: number,
    field: CanonicalField,
    value: bigint | number | Buffer,
  ): Misfit | null {
    if (!Buffer.isBuffer(value) || !this.#isText(row, column)) {
      return field.write(value, false, this.#row);
    }
    const text = this.#utf8(value);
    return text === null ? "is not valid UTF-16" : field.write(text, true, this.#row);
  }

  #isText(row: SelectedRow, column: number): boolean {
    const mask = Number(row[1 + Math.floor(column / bitsAMask)]);
    return ((mask >> (column % bitsAMask)) & 1) === 1;
  }

  /** In a UTF-8 database the bytes themselves, valid or not: whether that matters is the column's affair. */
  #utf8(bytes: Buffer): Buffer | null {
    return this.#encoding === "UTF-8" ? bytes : utf8OfUtf16(bytes, this.#encoding === "UTF-16be");
  }
}

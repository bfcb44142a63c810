/** Turns rows as scan.ts selects them into canonical rows. */
import type { ColumnPlan } from "../../model/plan.js";
import type { PolicyName } from "../../model/policy.js";
import { serial, type RecordBatch } from "../../model/record.js";
import { plannedField, type PlannedField } from "../amend/amend.js";
import { areNumbersAlike } from "../canonical/alike-numbers.js";
import type { Misfit } from "../canonical/field.js";
import { clockOf, type Clocks } from "../target/clocks.js";
import { RowBytes } from "../canonical/row-bytes.js";
import { storedValue, type StoredValue } from "../canonical/stored-value.js";
import { isTextAt, recordValue } from "./record-rows.js";
import { bitsAMask } from "./scan.js";
import type { SqliteValue } from "./sqlite-value.js";
import { utf8OfUtf16 } from "../canonical/utf8.js";

/** The rowid or NULL, then the masks, which tell TEXT from BLOB, then the columns of the plan and others; at the end what tells it from others, if asked for. */
export type SelectedRow = SqliteValue[];

/** The columns of the plan as SQLite hands them over (SourceScan.plainSql), TEXT as strings. */
export type PlainRow = readonly (SqliteValue | string)[];

/** What stands in a string where bytes were no UTF-8; and where the character itself stood. */
const replacementCharacter = "\ufffd";

/** Of a row that is not encoded: it needs the exact reading; or doubles do not say which INTEGERs it has. */
export type Encoded = "row" | "inexact" | "ambiguous";

/** Which value of a row does not convert, and why. */
export interface RowMisfit {
  /** In the plan. */
  readonly column: number;
  readonly reason: Misfit;
}

export class RowEncoder {
  /** How many values each policy changed, in rows that convert. */
  readonly changes = new Map<PolicyName, number>();
  readonly #row: RowBytes;
  readonly #fields: readonly PlannedField[];
  readonly #stored: readonly (StoredValue | null)[];
  readonly #areAlike: readonly boolean[];
  readonly #firstValue: number;
  readonly #encoding: string;
  readonly #ofRow: PolicyName[] = [];

  /**
   * @param selected how many columns are selected, those of the plan first.
   * @param encoding what `PRAGMA encoding` says.
   * @param clocks of the columns' zones.
   * @param row takes the rows' bytes.
   */
  constructor(
    columns: readonly ColumnPlan[],
    selected: number,
    encoding: string,
    clocks: Clocks,
    row = new RowBytes(columns.length),
  ) {
    this.#fields = columns.map((column) => plannedField({ ...column, clock: clockOf(column.zone, clocks) }));
    // Policies are for what does not fit, but for a stand-in.
    this.#stored = columns.map((column) =>
      column.decode === null && column.policy.nullAs === undefined ? storedValue(column) : null,
    );
    this.#areAlike = columns.map(
      (column) =>
        column.decode === null && Object.keys(column.policy).length === 0 && areNumbersAlike(column),
    );
    this.#firstValue = 1 + Math.ceil(selected / bitsAMask);
    this.#encoding = encoding;
    this.#row = row;
  }

  /** Builds the canonical row, or says which value does not convert first. */
  encode(row: SelectedRow): RowMisfit | null {
    this.#startRow();
    for (const [column, field] of this.#fields.entries()) {
      const value = row[this.#firstValue + column] ?? null;
      const isText = Buffer.isBuffer(value) && this.#isText(row, column);
      const reason = field.write(isText ? this.#utf8(value) : value, isText, this.#row, this.#ofRow);
      if (reason !== null) {
        return { column, reason: isText ? this.#ofEncoding(reason) : reason };
      }
    }
    this.#countChanges();
    return null;
  }

  /**
   * Builds the canonical row of a database in UTF-8, but where only `encode` can tell of the row: a string may not say all bytes
   * of its TEXT, or a value does not convert.
   *
   * @param isExact whether INTEGERs are BigInts, and numbers REALs.
   */
  encodePlain(row: PlainRow, isExact: boolean): Encoded {
    const fields = this.#fields;
    this.#startRow();
    for (let column = 0; column < fields.length; column += 1) {
      const value = row[column] ?? null;
      const isText = typeof value === "string";
      if (isText && value.includes(replacementCharacter)) {
        return "inexact";
      }
      if (!isExact && typeof value === "number" && this.#isAmbiguous(column, value)) {
        return "ambiguous";
      }
      if (fields[column]!.write(value, isText, this.#row, this.#ofRow) !== null) {
        return "inexact";
      }
    }
    this.#countChanges();
    return "row";
  }

  /** Whether it may be an INTEGER, and become something else than the REAL of its value. */
  #isAmbiguous(column: number, value: number): boolean {
    return Number.isInteger(value) && !(this.#areAlike[column]! && Number.isSafeInteger(value));
  }

  /**
   * Builds the canonical row of a record in UTF-8. False where a value does not convert.
   *
   * @param places where the plan's columns stand in the record.
   */
  encodeRecord(batch: RecordBatch, row: number, places: readonly number[]): boolean {
    this.#startRow();
    for (let column = 0; column < this.#fields.length; column += 1) {
      const at = row * batch.columns + places[column]!;
      const type = batch.serialTypes[at]!;
      const stored = this.#stored[column] ?? null;
      if (stored !== null && type === serial.null) {
        this.#row.writeNull(this.#fields[column]!.oid);
        continue;
      }
      if (stored?.(type, batch.bytes, batch.offsets[at]!, this.#row) === true) {
        continue;
      }
      const misfit = this.#fields[column]!.write(
        recordValue(batch, at),
        isTextAt(batch, at),
        this.#row,
        this.#ofRow,
      );
      if (misfit !== null) {
        return false;
      }
    }
    this.#countChanges();
    return true;
  }

  #startRow(): void {
    this.#row.clear();
    if (this.#ofRow.length > 0) {
      this.#ofRow.length = 0;
    }
  }

  #countChanges(): void {
    for (let index = 0; index < this.#ofRow.length; index += 1) {
      const policy = this.#ofRow[index]!;
      this.changes.set(policy, (this.changes.get(policy) ?? 0) + 1);
    }
  }

  /** The row that `encode` built; valid until the next. */
  view(): Buffer {
    return this.#row.view();
  }

  /** A selected value with TEXT as UTF-8, invalid where it was invalid. Not for every row. */
  valueAt(row: SelectedRow, column: number): { readonly value: SqliteValue; readonly isText: boolean } {
    const value = row[this.#firstValue + column] ?? null;
    const isText = Buffer.isBuffer(value) && this.#isText(row, column);
    return { value: isText ? this.#utf8(value) : value, isText };
  }

  #isText(row: SelectedRow, column: number): boolean {
    const mask = Number(row[1 + Math.floor(column / bitsAMask)]);
    return ((mask >> (column % bitsAMask)) & 1) === 1;
  }

  #ofEncoding(reason: Misfit): Misfit {
    return this.#encoding === "UTF-8" ? reason : reason.replace("valid UTF-8", "valid UTF-16");
  }

  /** In a UTF-8 database the bytes themselves, valid or not: whether that matters is the column's affair. */
  #utf8(bytes: Buffer): Buffer {
    return this.#encoding === "UTF-8" ? bytes : utf8OfUtf16(bytes, this.#encoding === "UTF-16be");
  }
}

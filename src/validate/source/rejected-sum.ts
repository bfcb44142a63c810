/**
 * The rows of the source that do not convert, as they have to stand in the target's sqlift.rejected_rows: whole, each
 * value by its storage class and its bytes. They are digested as the rows of tables are, so that there may be any number
 * of them; only of the first ones it is kept which they are, to name what differs.
 */
import type { TablePlan } from "../../model/plan.js";
import { arrayBytes } from "../canonical/array.js";
import { numberText } from "../canonical/text.js";
import { MultisetSum, rowHash, type MultisetDigest } from "../multiset-sum.js";
import { oids, RowBytes } from "../canonical/row-bytes.js";
import type { RowEncoder, RowMisfit, SelectedRow } from "./row-encoder.js";
import type { SqliteValue } from "./sqlite-value.js";
import type { SourceScan } from "./scan.js";

export interface SourceRejects {
  readonly digest: MultisetDigest;
  /** Whether the source's rowids are known, and stand in the rows. */
  readonly withRowids: boolean;
  /** All of them; null where they are more than `mostNamed`. */
  readonly rows: readonly NamedReject[] | null;
}

export interface NamedReject {
  /** rowHash of its canonical form. */
  readonly hash: string;
  readonly rowid: string | null;
  /** What does not convert. */
  readonly words: string;
}

/** Of more rejected rows it is told that they differ, not which. */
export const mostNamed = 10_000;

export class RejectedSum {
  readonly #sum = new MultisetSum();
  readonly #row = new RowBytes(5);
  readonly #table: TablePlan;
  readonly #scan: SourceScan;
  readonly #columns: Buffer;
  readonly #named: NamedReject[] = [];
  #rows = 0;

  constructor(table: TablePlan, scan: SourceScan) {
    this.#table = table;
    this.#scan = scan;
    this.#columns = texts(scan.held.map((place) => scan.columns[place] ?? ""));
  }

  add(encoder: RowEncoder, row: SelectedRow, misfit: RowMisfit, words: () => string): void {
    const rowid = row[0] ?? null;
    const cells = this.#scan.held.map((place) => encoder.valueAt(row, place));
    const out = this.#row;
    out.clear();
    if (typeof rowid === "bigint") {
      out.writeInt64(oids.int8, rowid);
    } else {
      out.writeNull(oids.int8);
    }
    out.writeText(this.#table.columns[misfit.column]?.source ?? "");
    out.writeBytes(oids.bytea, this.#columns);
    out.writeBytes(oids.bytea, texts(cells.map(({ value, isText }) => storageClass(value, isText))));
    out.writeBytes(
      oids.bytea,
      arrayBytes(
        oids.bytea,
        cells.map(({ value }) => bytesOf(value)),
      ),
    );
    this.#sum.add(out.view());
    this.#rows += 1;
    if (this.#rows <= mostNamed) {
      const name = typeof rowid === "bigint" ? String(rowid) : null;
      this.#named.push({ hash: rowHash(out.view()), rowid: name, words: words() });
    }
  }

  total(): SourceRejects {
    return {
      digest: this.#sum.total(),
      withRowids: this.#scan.rowidName !== null,
      rows: this.#rows <= mostNamed ? this.#named : null,
    };
  }
}

const texts = (values: readonly string[]): Buffer =>
  arrayBytes(
    oids.text,
    values.map((value) => Buffer.from(value, "utf8")),
  );

/** As SQLite's typeof says it. */
const storageClass = (value: SqliteValue, isText: boolean): string => {
  if (value === null) {
    return "null";
  }
  if (Buffer.isBuffer(value)) {
    return isText ? "text" : "blob";
  }
  return typeof value === "bigint" ? "integer" : "real";
};

/** A number by its digits. */
const bytesOf = (value: SqliteValue): Buffer | null =>
  value === null || Buffer.isBuffer(value) ? value : Buffer.from(numberText(value), "latin1");

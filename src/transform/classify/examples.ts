/**
 * The first value of each kind. The counts tell when a kind has come up; only then is its batch gone through
 * value by value, once a kind and column, with the encoders' own parsers.
 */
import type { Example, ExampleKind, Meaning } from "../../model/profile.js";
import type { RecordBatch } from "../../model/record.js";
import type { ColumnCounts } from "./counts.js";
import { fits, misfitCount } from "./fit.js";
import { timeKindOf } from "./time.js";
import { describeValue, placeOf, storageClassOf } from "../explain/describe.js";
import { textFault } from "../fields/utf8.js";
import { payloadEnd } from "../value.js";

/** How many values of a kind a column has held so far. */
type KindCount = (counts: ColumnCounts, meaning: Meaning) => number;

const kindCounts: Readonly<Record<ExampleKind, KindCount>> = {
  null: ({ nulls }) => nulls,
  integer: ({ integers }) => integers.count,
  real: ({ reals }) => reals.count,
  text: ({ texts }) => texts.count,
  blob: ({ blobs }) => blobs.count,
  nul: ({ texts }) => texts.withNul,
  "invalid-utf8": ({ texts }) => texts.invalidUtf8,
  misfit: misfitCount,
  seconds: ({ times }) => times.seconds,
  milliseconds: ({ times }) => times.milliseconds,
  microseconds: ({ times }) => times.microseconds,
  nanoseconds: ({ times }) => times.nanoseconds,
  julian: ({ times }) => times.julian,
  zero: ({ times }) => times.zero,
  small: ({ times }) => times.small,
  implausible: ({ times }) => times.implausible,
  finer: ({ times }) => times.finer,
};

const kinds = Object.keys(kindCounts) as readonly ExampleKind[];

/** Of one column of a table. */
export class Examples {
  readonly found: Partial<Record<ExampleKind, Example>> = {};
  readonly #column: number;
  readonly #meaning: Meaning;
  readonly #keyIndexes: readonly number[];

  /** @param keyIndexes where the primary key's columns stand in the records, for tables without a rowid. */
  constructor(column: number, meaning: Meaning, keyIndexes: readonly number[]) {
    this.#column = column;
    this.#meaning = meaning;
    this.#keyIndexes = keyIndexes;
  }

  /** @param counts with those of `batch`. */
  keep(counts: ColumnCounts, batch: RecordBatch): void {
    for (const kind of kinds) {
      if (this.found[kind] === undefined && kindCounts[kind](counts, this.#meaning) > 0) {
        this.#keepFirst(kind, batch);
      }
    }
  }

  #keepFirst(kind: ExampleKind, batch: RecordBatch): void {
    for (let row = 0; row < batch.rows; row += 1) {
      const at = row * batch.columns + this.#column;
      if (!isOfKind(kind, this.#meaning, batch, at)) continue;
      this.found[kind] = {
        at: placeOf(batch, row, this.#keyIndexes),
        storageClass: storageClassOf(batch, at),
        value: describeValue(batch, at),
      };
      return;
    }
  }
}

function isOfKind(kind: ExampleKind, meaning: Meaning, batch: RecordBatch, at: number): boolean {
  const storageClass = storageClassOf(batch, at);
  switch (kind) {
    case "null":
    case "integer":
    case "real":
    case "text":
    case "blob":
      return storageClass === kind;
    case "nul":
    case "invalid-utf8":
      return (
        storageClass === "text" && textFault(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at)) === kind
      );
    case "misfit":
      return storageClass !== "null" && !fits(meaning, batch, at);
    default:
      return (storageClass === "integer" || storageClass === "real") && timeKindOf(batch, at) === kind;
  }
}

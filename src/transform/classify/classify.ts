/**
 * What a table's columns really hold: every value is counted by its storage class and by the classes that its
 * column's declared meaning asks for, by the encoders' own rules, so that a plan made from these counts
 * cannot promise what an encoder then refuses. Column by column through each batch; flat memory.
 */
import type { ColumnProfile, Meaning, TableProfile } from "../../model/profile.js";
import type { RecordBatch } from "../../model/record.js";
import { noCounts, profileOf } from "./counts.js";
import { Examples } from "./examples.js";
import { countMeaning } from "./meaning.js";
import { MisfitCounter } from "./misfits.js";
import { countIntegers, countReals } from "./numbers.js";
import { countBlobs, countJsonTexts, countTexts } from "./payloads.js";
import { ColumnValues } from "./values.js";

/** What is known of the table before its values are read. */
export interface ProfileRequest {
  readonly table: string;
  /** One per record column, in the records' order. */
  readonly columns: readonly { readonly name: string; readonly meaning: Meaning }[];
  /** Where the primary key's columns stand, for tables without a rowid. */
  readonly keyIndexes: readonly number[];
}

export class TableClassifier {
  readonly #request: ProfileRequest;
  readonly #columns: readonly ColumnClassifier[];
  readonly #values = new ColumnValues();
  #rows = 0;

  constructor(request: ProfileRequest) {
    this.#request = request;
    this.#columns = request.columns.map(
      ({ name, meaning }, index) => new ColumnClassifier(index, name, meaning, request.keyIndexes),
    );
  }

  add(batch: RecordBatch): void {
    for (const column of this.#columns) column.add(batch, this.#values);
    this.#rows += batch.rows;
  }

  profile(): TableProfile {
    return {
      table: this.#request.table,
      rows: this.#rows,
      columns: this.#columns.map((column) => column.profile()),
    };
  }
}

class ColumnClassifier {
  readonly #index: number;
  readonly #name: string;
  readonly #meaning: Meaning;
  readonly #counts = noCounts();
  readonly #examples: Examples;
  readonly #misfits: MisfitCounter;

  constructor(index: number, name: string, meaning: Meaning, keyIndexes: readonly number[]) {
    this.#index = index;
    this.#name = name;
    this.#meaning = meaning;
    this.#examples = new Examples(index, meaning, keyIndexes);
    this.#misfits = new MisfitCounter(meaning);
  }

  /** @param values room to sort the column's values in. */
  add(batch: RecordBatch, values: ColumnValues): void {
    const counts = this.#counts;
    values.read(batch, this.#index);
    counts.nulls += values.nulls;
    countIntegers(counts, batch, values.integers);
    countReals(counts, values.reals);
    if (this.#meaning === "json") countJsonTexts(counts, batch, values.texts);
    else countTexts(counts, batch, values.texts);
    countBlobs(counts, batch, values.blobs);
    countMeaning(this.#meaning, counts, batch, values);
    this.#misfits.count(counts, batch, values.texts);
    this.#examples.keep(counts, batch);
  }

  profile(): ColumnProfile {
    return profileOf(this.#name, this.#counts, this.#examples.found);
  }
}

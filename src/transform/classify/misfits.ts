/**
 * What the values are that a column's meaning does not take, by what a mapping could make of them (amend.ts). Values are looked
 * at one by one only in batches that hold such texts, and no more where there are too many that no policy would help.
 */
import type { Meaning } from "../../model/profile.js";
import { wordPairOf } from "../../model/boolean-words.js";
import { pgType, type PgType } from "../../model/postgres.js";
import { payloadBytes, type RecordBatch } from "../../model/record.js";
import type { ColumnCounts } from "./counts.js";
import { fits, misfitCount } from "./fit.js";
import type { Places } from "./values.js";
import { explainTime } from "../explain/explain-time.js";
import { isBlank } from "../fields/text.js";
import { latin1 } from "../value.js";

/** Beyond these a rule for the column would reject more rows than anybody wants to look at. */
export const mostOthers = 1000;

const timeTypes: Readonly<Partial<Record<Meaning, PgType>>> = {
  date: pgType("timestamp with time zone"),
  timestamp: pgType("timestamp with time zone"),
  time: pgType("time without time zone"),
};

/** Of one column. */
export class MisfitCounter {
  readonly #meaning: Meaning;
  #known = 0;

  constructor(meaning: Meaning) {
    this.#meaning = meaning;
  }

  /** @param counts with what has been counted of `batch`, whose texts of the column stand at `texts`. */
  count(counts: ColumnCounts, batch: RecordBatch, texts: Places): void {
    const { misfits } = counts;
    const all = misfitCount(counts, this.#meaning);
    const added = all - this.#known;
    this.#known = all;
    if (misfits === null || added === 0) return;
    let others = added;
    if (this.#meaning !== "text" && this.#meaning !== "bytes") {
      const blank = countBlank(batch, texts);
      misfits.blank += blank;
      others -= blank;
      if (others > 0) others -= this.#countTexts(misfits, batch, texts);
    }
    misfits.others += others;
    if (misfits.others > mostOthers) counts.misfits = null;
  }

  /** @returns how many of the texts that are not blank a policy would help. */
  #countTexts(misfits: NonNullable<ColumnCounts["misfits"]>, batch: RecordBatch, texts: Places): number {
    const type = timeTypes[this.#meaning];
    if (type === undefined && this.#meaning !== "boolean") return 0;
    let helped = 0;
    for (let index = 0; index < texts.count; index += 1) {
      const at = texts.at[index]!;
      if (fits(this.#meaning, batch, at) || isBlank(batch, at)) continue;
      const kind = type === undefined ? wordKind(misfits.wordPairs, batch, at) : timeKind(type, batch, at);
      if (kind === null) continue;
      misfits[kind] += 1;
      helped += 1;
    }
    return helped;
  }
}

/** Such a text is a misfit of every meaning but text and bytes. */
function countBlank(batch: RecordBatch, { at, count }: Places): number {
  let blank = 0;
  for (let index = 0; index < count; index += 1) if (isBlank(batch, at[index]!)) blank += 1;
  return blank;
}

function timeKind(type: PgType, batch: RecordBatch, at: number): "outOfRange" | "finer" | null {
  const code = explainTime({ type, unit: null, zone: null }, batch, at)?.code;
  if (code === "range") return "outOfRange";
  return code === "precision" ? "finer" : null;
}

const longestWord = 3;

function wordKind(pairs: Set<number>, batch: RecordBatch, at: number): "words" | null {
  if (payloadBytes(batch.serialTypes[at]!) > longestWord) return null;
  const pair = wordPairOf(latin1(batch, at));
  if (pair === null) return null;
  pairs.add(pair);
  return "words";
}

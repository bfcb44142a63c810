/** Digests what a table of the source should have become, and what of it has to stand among the rejected rows. */
import type { TablePlan } from "../../model/plan.js";
import type { PolicyName } from "../../model/policy.js";
import type { SourceReader } from "../../model/verdict.js";
import { confinedRows } from "../../source/confined-rows.js";
import type { Source } from "../../source/source.js";
import type { Clocks } from "../target/clocks.js";
import { misfitWords } from "./misfit-words.js";
import type { OrphanColumns } from "./orphan-rows.js";
import { MultisetSum, type MultisetDigest } from "../multiset-sum.js";
import { feedsOf, type FeedOptions } from "./feeds.js";
import { digestFeed } from "./feed-digest.js";
import { Reading, type ReadingOptions } from "./reading.js";
import { RejectedSum, type SourceRejects } from "./rejected-sum.js";
import { RowEncoder, type RowMisfit, type SelectedRow } from "./row-encoder.js";
import { scanOf } from "./scan.js";

export interface SourceDigest {
  /** Where the rows were read last that decided. */
  readonly reader: SourceReader;
  /** Those that do not convert too. */
  readonly rows: number;
  /** Of the rows that convert. */
  readonly digest: MultisetDigest;
  /** The rows that did not convert, and the first of them in words; null without any. */
  readonly misfits: { readonly rows: number; readonly first: string } | null;
  /** How many values each policy changed. */
  readonly changes: ReadonlyMap<PolicyName, number>;
  /** The same rows as they have to stand in the target's sqlift.rejected_rows; null where that was not asked. */
  readonly rejects: SourceRejects | null;
}

export interface SourceDigestOptions extends ReadingOptions, FeedOptions {
  /** Whether rows that do not convert are to be found in the target as they are. */
  readonly rejects?: boolean | undefined;
  /** Of the zones that columns of the table are in. */
  readonly clocks?: Clocks | undefined;
  /** Rows that are rejected before their values are looked at, for a parent that is not there. */
  readonly orphans?: OrphanColumns | undefined;
}

/** What rows are read from: by the connection, and what the file computes by the process that opens it anew. */
export type RowsSource = Pick<Source, "database" | "path" | "location">;

/**
 * Digests the rows of `table`, or null where the source has no such table.
 *
 * @throws SqliteError when SQLite cannot read the table; ToolError `interrupted`, and what confinedRows throws.
 */
export const digestSource = async (
  source: RowsSource,
  table: TablePlan,
  options: SourceDigestOptions = {},
): Promise<SourceDigest | null> => {
  const { database } = source;
  const range = options.range ?? null;
  const scan = scanOf(database, table, options.rejects === true, options.orphans !== undefined, range);
  if (scan === null) {
    return null;
  }
  const encoding = String(database.pragma("encoding", { simple: true }));
  const newEncoder = (): RowEncoder =>
    new RowEncoder(table.columns, scan.columns.length, encoding, options.clocks ?? new Map());
  const rejects = options.rejects === true ? new RejectedSum(table, scan) : null;
  const reading = new Reading(options);
  const isPlain = options.orphans === undefined;
  for (const feedOf of isPlain ? feedsOf(database, table, scan, options) : []) {
    const encoder = newEncoder();
    const digest = await digestFeed(feedOf.start(encoder), encoder, reading);
    if (digest !== null) {
      return {
        reader: feedOf.reader,
        rows: Number(digest.rows),
        digest,
        misfits: null,
        changes: encoder.changes,
        rejects: rejects?.total() ?? null,
      };
    }
  }
  const encoder = newEncoder();
  const sum = new MultisetSum();
  let rows = 0;
  let misfits = 0;
  let first = "";
  const add = (row: SelectedRow): void => {
    rows += 1;
    const misfit = orphanMisfit(table, options.orphans, row) ?? encoder.encode(row);
    if (misfit === null) {
      sum.add(encoder.view());
    } else {
      const words = (): string => misfitWords(table, encoder, row, rows, misfit);
      first = misfits === 0 ? words() : first;
      misfits += 1;
      rejects?.add(encoder, row, misfit, words);
    }
  };
  if (scan.computes) {
    // Under a time limit, and never here. Only the last value is a string, and only where scanOf was asked for it.
    const batches = confinedRows(source, scan.sql, options) as AsyncGenerator<readonly SelectedRow[]>;
    for await (const batch of batches) {
      for (const row of batch) {
        add(row);
      }
      await reading.passTurn(rows);
    }
  } else {
    const statement = database.prepare<[], SelectedRow>(scan.sql).raw(true).safeIntegers(true);
    for (const row of statement.iterate()) {
      add(row);
      if (reading.isTurnOver) {
        await reading.passTurn(rows);
      }
    }
  }
  return {
    reader: "sqlite",
    rows,
    digest: sum.total(),
    misfits: misfits === 0 ? null : { rows: misfits, first },
    changes: encoder.changes,
    rejects: rejects?.total() ?? null,
  };
};

const orphanMisfit = (
  { columns }: TablePlan,
  orphans: OrphanColumns | undefined,
  row: SelectedRow,
): RowMisfit | null => {
  const name = orphans?.get(String(row.at(-1)));
  return name === undefined
    ? null
    : {
        column: columns.findIndex(({ source }) => source === name),
        reason: "points at no row that is carried over",
      };
};

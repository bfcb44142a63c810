/**
 * A part of a table of about `sliceBytes` by the weight of its pages, plain data.
 *
 * Numbers count from 0 in row order and are the same for the same file, whoever reads it.
 */
export interface Slice {
  readonly number: number;
  /** Entries [from, to) of the table's row pages. */
  readonly from: number;
  readonly to: number;
  /** Of the pages in it, those that its rows overflow to estimated. */
  readonly bytes: number;
}

/** Large enough that starting one costs nothing beside it, small enough that workers end together. */
export const sliceBytes = 16 * 1024 * 1024;

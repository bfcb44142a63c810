/** Where something is in the source. */

export interface ColumnPlace {
  readonly table: string;
  readonly column: string;
}

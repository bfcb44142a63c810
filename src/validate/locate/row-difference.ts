/** A row that differs, in words: what people are told of it. */
import type { TablePlan } from "../../model/plan.js";
import type { CellDifference, KeyValue, RowDifference } from "../../model/verdict.js";
import type { Identity } from "./identity.js";
import type { Suspect } from "./located.js";
import { renderField } from "./rendering.js";
import { fieldsOf, sameField } from "./row-fields.js";

type Fields = readonly (Buffer | null)[];

export const rowDifference = (table: TablePlan, identity: Identity, suspect: Suspect): RowDifference => {
  const { kind, sourceRows, targetRows, shown } = suspect;
  const [expected, actual] = [rowOf(suspect.expected), rowOf(suspect.actual)];
  const columns = table.columns.flatMap(({ target: column, type }, at): readonly CellDifference[] => {
    const [one, other] = [expected?.[at] ?? null, actual?.[at] ?? null];
    if (kind === "changed" && sameField(one, other)) {
      return [];
    }
    const [must, is] = shownApart(renderField(type, one), renderField(type, other));
    return [{ column, source: shown?.[at] ?? null, expected: must, actual: is }];
  });
  return { kind, key: keyOf(table, identity, suspect), sourceRows, targetRows, columns };
};

/** Null where the whole row is the key. */
export const keyOf = (
  { columns }: TablePlan,
  { fields }: Identity,
  { expected, actual }: Suspect,
): readonly KeyValue[] | null => {
  const row = rowOf(expected ?? actual) ?? [];
  const values = fields.flatMap((field) => {
    const column = columns[field];
    if (column === undefined) return [];
    const [value] = shownApart(renderField(column.type, row[field] ?? null), null);
    return [{ column: column.target, value }];
  });
  return values.length === 0 ? null : values;
};

const rowOf = (row: Uint8Array | null): Fields | null => (row === null ? null : fieldsOf(Buffer.from(row)));

/** More of a value is not shown. */
const shownCharacters = 1000;

/** Where two long values begin alike they are shown from some characters before where they part. */
const charactersBefore = 20;

const shownApart = (one: string | null, other: string | null): readonly [string | null, string | null] => {
  const isLong = (text: string | null): boolean => text !== null && text.length > shownCharacters;
  if (!isLong(one) && !isLong(other)) return [one, other];
  let start = 0;
  if (one !== null && other !== null) {
    while (start < one.length && one[start] === other[start]) start += 1;
    start = start < shownCharacters / 2 ? 0 : start - charactersBefore;
  }
  return [cut(one, start), cut(other, start)];
};

const cut = (text: string | null, start: number): string | null => {
  if (text === null || (start === 0 && text.length <= shownCharacters)) return text;
  // Not in the middle of a character of two halves.
  const shown = text
    .slice(start, start + shownCharacters)
    .replaceAll(/^[\udc00-\udfff]|[\ud800-\udbff]$/g, "");
  const before = start === 0 ? "" : "...";
  const after = start + shownCharacters < text.length ? "..." : "";
  const from = start === 0 ? "" : `, from ${start + 1} on`;
  return `${before}${shown}${after} (${text.length} characters${from})`;
};

/**
 * Comments in a CREATE TABLE that plainly speak of a column or of the table: those that stand behind a column on its own
 * line, and those behind the opening parenthesis. A comment on a line of its own may belong to what is above or below it,
 * and one within an expression to that: these are nobody's.
 */
import type { ColumnDefinition } from "sqlite3-parser";
import { foldName } from "../../../model/identifier.js";
import { tokensOf } from "./parse.js";

export interface TableComments {
  readonly table: string | null;
  /** Column name as `foldName` makes it -> its comment. */
  readonly columns: ReadonlyMap<string, string>;
}

export const noComments: TableComments = { table: null, columns: new Map() };

/** @param columns of the statement, whose spans count in `sql` */
export function tableComments(sql: string, columns: readonly ColumnDefinition[]): TableComments {
  if (!/--|\/\*/.test(sql)) return noComments;
  const places = placesOf(sql, columns);
  const ofTable: string[] = [];
  const ofColumns = new Map<string, string[]>();
  for (const [index, place] of places.entries()) {
    if (place.kind !== "comment") continue;
    const owner = ownerOf(places, index);
    const text = owner === null ? "" : commentText(sql.slice(place.start, place.end));
    if (owner === null || !/[\p{L}\p{N}]/u.test(text)) continue;
    if (owner === "table") ofTable.push(text);
    else ofColumns.set(owner.column, [...(ofColumns.get(owner.column) ?? []), text]);
  }
  return {
    table: ofTable.length === 0 ? null : ofTable.join("\n"),
    columns: new Map([...ofColumns].map(([name, texts]) => [name, texts.join("\n")])),
  };
}

/** A token or a comment. */
interface Place {
  readonly kind: "token" | "comment";
  readonly start: number;
  readonly end: number;
  readonly firstLine: number;
  readonly lastLine: number;
  /** What it stands in. `inner`: parentheses within a definition. */
  readonly within: "head" | "opening" | "inner" | "constraints" | { readonly column: string };
}

function placesOf(sql: string, columns: readonly ColumnDefinition[]): readonly Place[] {
  const starts = new Map(columns.map(({ colName }) => [colName.span.offset, foldName(colName.text)]));
  const first = Math.min(...starts.keys());
  const places: Place[] = [];
  let within: Place["within"] = "head";
  let depth = 0;
  const lines = new LineNumbers(sql);
  const place = (kind: Place["kind"], start: number, end: number): Place => {
    const [firstLine, lastLine] = [lines.at(start), lines.at(end)];
    return { kind, start, end, firstLine, lastLine, within: depth > 1 ? "inner" : within };
  };
  let gap = 0;
  for (const { name, span } of tokensOf(sql)) {
    const start = span.offset;
    const end = start + span.length;
    for (const { index, 0: text } of sql.slice(gap, start).matchAll(/--[^\n]*|\/\*[^]*?\*\//g))
      places.push(place("comment", gap + index, gap + index + text.length));
    gap = end;
    if (name === "LP") depth += 1;
    const column = starts.get(start);
    if (column !== undefined && depth === 1) within = { column };
    else if (depth === 1 && start < first && name === "LP") within = "opening";
    places.push(place("token", start, end));
    if (name === "RP") depth -= 1;
    // The comma itself is the definition's still.
    const isLastComma = name === "COMMA" && depth === 1 && !hasColumnAfter(starts, start);
    if (isLastComma || (depth === 0 && start > first)) within = "constraints";
  }
  return places;
}

const hasColumnAfter = (starts: ReadonlyMap<number, string>, offset: number): boolean =>
  [...starts.keys()].some((start) => start > offset);

/** Lines by offset, from 0. */
class LineNumbers {
  readonly #breaks: readonly number[];

  constructor(text: string) {
    this.#breaks = [...text.matchAll(/\n/g)].map(({ index }) => index);
  }

  at(offset: number): number {
    return this.#breaks.filter((each) => each < offset).length;
  }
}

/** null: nobody's. */
function ownerOf(places: readonly Place[], index: number): "table" | { readonly column: string } | null {
  const comment = places[index]!;
  const tokens = places.filter(({ kind }) => kind === "token");
  const before = tokens.findLast(({ end }) => end <= comment.start);
  const after = tokens.find(({ start }) => start >= comment.end);
  if (before === undefined || before.lastLine !== comment.firstLine) return null;
  const endsLine = after === undefined || after.firstLine > comment.lastLine;
  if (before.within === "opening") return endsLine ? "table" : null;
  if (typeof before.within === "string") return null;
  // Before its comma it is the definition's; behind it, only where nothing follows on the line.
  const isInside = after !== undefined && sameColumn(before, after);
  if (!isInside && !endsLine) return null;
  return isAlone(tokens, before) ? before.within : null;
}

const sameColumn = (a: Place, b: Place): boolean =>
  typeof a.within !== "string" && typeof b.within !== "string" && a.within.column === b.within.column;

/** Whether the line holds no other definition: of several it would not be clear whose the comment is. */
const isAlone = (tokens: readonly Place[], place: Place): boolean =>
  tokens
    .filter(({ firstLine }) => firstLine === place.lastLine)
    .every(
      ({ within }) =>
        within === "inner" || typeof within === "string" || sameColumn({ ...place, within }, place),
    );

/** Without its marks, and without the stars that a block may have at its lines. */
function commentText(comment: string): string {
  if (comment.startsWith("--")) return comment.replace(/^-+/, "").trim();
  return comment
    .replace(/^\/\*+/, "")
    .replace(/\*+\/$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\*?/, "").trim())
    .join("\n")
    .trim();
}

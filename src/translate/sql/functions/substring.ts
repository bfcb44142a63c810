/** substr(), which counts from 1, from the end where the start is negative, and backwards where the length is. */
import { integerOf, textOf } from "../convert.js";
import { atom, operand, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";

/** @throws Untranslatable */
export function substring([value, start, size]: readonly Typed[]): Typed {
  const isBytes = value!.kind === "bytes";
  // A part of no bytes at all is NULL to SQLite.
  const of = isBytes ? atom("bytes", `nullif(${value!.sql}, '')`, [value!]) : textOf(value!);
  const from = literalNumber(start!);
  const length = size === undefined ? null : literalNumber(size);
  const parts = [of, start!, ...(size === undefined ? [] : [size])];
  const kind = isBytes ? "bytes" : "text";
  const made = (sql: string): Typed => atom(kind, sql, parts);
  if (from !== null && from > 0 && size !== undefined && length === null)
    return made(varying(of, from, size));
  if (from === null || (size !== undefined && length === null))
    return made(computed(of, start!, size, length));
  if (from > 0) return made(forwards(of.sql, String(from), length, from));
  // SQLite counts the place before the first one as well, and so does PostgreSQL.
  if (from === 0) return made(forwards(of.sql, length === null ? "1" : "0", length, 0));
  if (length === null && !isBytes) return made(`right(${of.sql}, ${-from})`);
  const place = `length(${of.sql}) - ${-from - 1}`;
  // Where the text is shorter than that, what lies before its first character counts, but not without a length.
  if (length === null) return made(`substr(${of.sql}, greatest(${place}, 1))`);
  return made(
    length >= 0
      ? `substr(${of.sql}, ${place}, ${length})`
      : `substr(${of.sql}, ${place} - ${-length}, ${-length})`,
  );
}

function forwards(sql: string, from: string, length: number | null, start: number): string {
  if (length === null) return `substr(${sql}, ${from})`;
  return length >= 0 ? `substr(${sql}, ${from}, ${length})` : `substr(${sql}, ${start + length}, ${-length})`;
}

/** With a length that varies: backwards where it is negative. */
function varying(of: Typed, from: number, size: Typed): string {
  const length = operand(integerOf(size));
  return `substr(${of.sql}, (${from} + least(${length}, 0))::int, abs(${length})::int)`;
}

/** With a start that varies: from the end where it is negative. */
function computed(of: Typed, start: Typed, size: Typed | undefined, length: number | null): string {
  if (size !== undefined && (length === null || length < 0))
    throw new Untranslatable(`substr() with a length that is no literal from 0 on: ${of.sql}`);
  const from = operand(integerOf(start));
  const whole = operand(of);
  const fromEnd = `length(${whole}) + ${from} + 1`;
  // What lies before the first character counts, but not without a length.
  const backwards = length === null ? `greatest(${fromEnd}, 1)` : fromEnd;
  const place = `(CASE WHEN ${from} < 0 THEN ${backwards} ELSE ${from} END)::int`;
  return `substr(${of.sql}, ${place}${length === null ? "" : `, ${length}`})`;
}

const literalNumber = ({ constant }: Typed): number | null => {
  if (constant?.kind !== "integer") return null;
  const value = Number(constant.digits);
  if (Math.abs(value) > 2 ** 30) throw new Untranslatable("substr() with a number beyond 30 bits");
  return value;
};

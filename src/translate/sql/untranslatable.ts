/** What cannot be said in PostgreSQL with the same meaning: thrown inside translate/sql, caught at its edge, never seen outside. */
import type { Span } from "sqlite3-parser";

export class Untranslatable extends Error {
  /** Where in the source's SQL: bytes are not counted, UTF-16 units are. */
  readonly span: Span | null;
  /** What a person could write; from translate/instead.ts. */
  readonly instead: string | null;

  /** @param reason names the construct and why, for people: "GLOB with a pattern that is no literal". */
  constructor(reason: string, span: Span | null = null, instead: string | null = null) {
    super(reason);
    this.name = "Untranslatable";
    this.span = span;
    this.instead = instead;
  }
}

export type Translation<T> =
  | { readonly ok: true; readonly value: T }
  /** For people; names the construct, and its place where that is known. */
  | { readonly ok: false; readonly reason: string; readonly instead?: string | null };

/**
 * The edge of the room: what `work` gives, or why it gave nothing.
 *
 * @param sql the text that `work` translates; the reason quotes from it.
 */
export function translated<T>(sql: string, work: () => T): Translation<T> {
  try {
    return { ok: true, value: work() };
  } catch (error) {
    if (error instanceof Untranslatable)
      return { ok: false, reason: placed(error, sql), instead: error.instead };
    throw error;
  }
}

/** Enough to find it, not the whole of a long subquery. */
const mostQuoted = 60;

function placed({ message, span }: Untranslatable, sql: string): string {
  if (span === null || span.length === 0) return message;
  const text = sql
    .slice(span.offset, span.offset + span.length)
    .replaceAll(/\s+/g, " ")
    .trim();
  const quoted = text.length > mostQuoted ? `${text.slice(0, mostQuoted - 1)}…` : text;
  return quoted === "" || message.includes(quoted) ? message : `${message}, in: ${quoted}`;
}

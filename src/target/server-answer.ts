/** Tells what a server answers about the data from what went wrong on the way. */
import pg from "pg";
import { historySchema } from "./history/schema.js";

/**
 * SQLSTATE classes that speak of the data or of the object itself (PostgreSQL documentation, appendix A): data
 * exception, integrity constraint violation, syntax or access rule, program limit, feature not supported. Missing
 * rights (42501) are no such answer.
 */
const answers = /^(?:22|23|42(?!501)|54|0A)/;

export interface ServerAnswer {
  /** With its detail. */
  readonly message: string;
  /** Five characters. */
  readonly sqlState: string;
}

/** Null where the error is no answer about the data. Total. */
export function serverAnswer(error: unknown): ServerAnswer | null {
  if (!(error instanceof pg.DatabaseError) || error.code === undefined || !answers.test(error.code))
    return null;
  const { message, detail, code: sqlState } = error;
  return { message: detail === undefined ? message : `${message}: ${detail}`, sqlState };
}

/**
 * What stands in the way of a DROP ... RESTRICT (SQLSTATE 2BP01), a line each: `view public.v depends on table public.t`; null where the
 * error says something else. Total.
 */
export function dependentsOf(error: unknown): readonly string[] | null {
  if (!(error instanceof pg.DatabaseError) || error.code !== "2BP01") return null;
  return (error.detail ?? error.message).split("\n").filter((line) => line !== "");
}

/**
 * What the server says of a row that a constraint does not take: integrity constraint violations (class 23), also of a domain or a partitioned
 * table. Null where the error says something else, or speaks of our own history. Total.
 */
export const refusedRow = (error: unknown): string | null =>
  error instanceof pg.DatabaseError && error.code?.startsWith("23") === true && error.schema !== historySchema
    ? (serverAnswer(error)?.message ?? null)
    : null;

/** What the server says of a text that is no value of a column's type (class 22, data exceptions). Null where the error says something else. Total. */
export const refusedValue = (error: unknown): string | null => {
  const answer = serverAnswer(error);
  return answer?.sqlState.startsWith("22") === true ? answer.message : null;
};

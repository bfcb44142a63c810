/** Which rows break a CHECK that the server could not validate. */
import { quote, quoteQualified } from "../model/identifier.js";
import type { CheckPlan, TablePlan } from "../model/plan.js";
import { serverAnswer, type ServerAnswer } from "../target/server-answer.js";
import type { Session } from "../target/session.js";
import { targetError } from "../target/target-error.js";
import { rowWordsSql } from "./row-words.js";

export interface BrokenRows {
  readonly rows: number;
  /** Key and values of the first few: `id = 7, price = -1`. */
  readonly first: readonly string[];
}

const mostNamed = 5;

/**
 * @param schema where the table stands now, with the constraint NOT VALID.
 * @returns the server's answer where the expression itself fails on some row; null where no row breaks it.
 * @throws ToolError targetError's codes.
 */
export async function findBrokenRows(
  session: Session,
  schema: string,
  table: TablePlan,
  check: Pick<CheckPlan, "name" | "sql">,
): Promise<BrokenRows | ServerAnswer | null> {
  const name = quoteQualified(schema, table.target);
  try {
    const used = await session.query(usedColumnsSql, [name, check.name]);
    // The primary key first, by which a row is found again.
    const words = rowWordsSql([
      ...(table.primaryKey?.columns ?? []),
      ...used.map((row) => row["name"] ?? ""),
    ]);
    // NULL breaks nothing.
    const broken = `FROM ${name} WHERE (${check.sql}) IS FALSE`;
    const [row] = await session.query(
      `SELECT (SELECT count(*) ${broken}) AS rows,
              (SELECT jsonb_agg(words) FROM (SELECT ${words} AS words ${broken} LIMIT ${mostNamed}) AS few) AS first`,
    );
    const rows = Number(row?.["rows"] ?? 0);
    return rows === 0 ? null : { rows, first: JSON.parse(row?.["first"] ?? "[]") as string[] };
  } catch (error) {
    const answer = serverAnswer(error);
    if (answer !== null) return answer;
    throw targetError(error, `find the rows that break check ${quote(check.name)}`);
  }
}

/** Those that the constraint's expression names. */
const usedColumnsSql = `SELECT a.attname AS name
  FROM pg_constraint c CROSS JOIN unnest(c.conkey) AS key (number)
    JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = key.number
 WHERE c.conrelid = $1::regclass AND c.conname = $2 ORDER BY a.attnum`;

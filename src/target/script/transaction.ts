/** In whose transaction a file runs: ours, unless it says otherwise or cannot. */
import { shapeOf, type SqlStatement } from "./statements.js";

export interface ScriptTransaction {
  /** What runs; a COMMIT that only ends the file is left out, for ours ends it. */
  readonly statements: readonly SqlStatement[];
  /** The first statement for which it runs as it stands, statement by statement; null: all of it is one transaction of ours. */
  readonly asItStands: {
    readonly line: number;
    readonly because: "own" | "barred";
    readonly words: string;
  } | null;
}

export function transactionOf(statements: readonly SqlStatement[]): ScriptTransaction {
  const shapes = statements.map((statement) => shapeOf(statement, mostTokens));
  const barred = shapes.findIndex((shape) => barredStatements.some((pattern) => pattern.test(shape)));
  if (barred >= 0) return { statements, asItStands: reason("barred", statements[barred]!, shapes[barred]!) };
  const own = shapes.findIndex((shape) => control.test(shape));
  if (own < 0) return { statements, asItStands: null };
  if (own === statements.length - 1 && plainCommit.test(shapes[own]!))
    return { statements: statements.slice(0, -1), asItStands: null };
  return { statements, asItStands: reason("own", statements[own]!, shapes[own]!) };
}

/** A list of columns is the longest thing before a word that counts. */
const mostTokens = 200;

const reason = (because: "own" | "barred", { line }: SqlStatement, shape: string) => ({
  line,
  because,
  words: shape.split(" ").slice(0, 3).join(" "),
});

/** Begins or ends a transaction; savepoints are within one. */
const control =
  /^(?:BEGIN\b|START TRANSACTION\b|COMMIT\b|END\b|ABORT\b|PREPARE TRANSACTION\b|ROLLBACK\b(?!(?: WORK| TRANSACTION)? TO\b))/;
const plainCommit = /^(?:COMMIT|END)(?: WORK| TRANSACTION)?(?: AND NO CHAIN)?$/;

/** What "cannot run inside a transaction block", by the documentation of each command. The server tells of others. */
const barredStatements = [
  /^(?:CREATE (?:UNIQUE )?INDEX|DROP INDEX) CONCURRENTLY\b/,
  /^REINDEX\b(?:.* )?(?:CONCURRENTLY|SCHEMA|DATABASE|SYSTEM)\b/,
  /^ALTER TABLE\b.* DETACH PARTITION .* CONCURRENTLY$/,
  /^VACUUM\b/,
  /^CLUSTER(?: VERBOSE| \( .* \))?$/,
  /^(?:CREATE|DROP) (?:DATABASE|TABLESPACE|SUBSCRIPTION)\b/,
  /^ALTER DATABASE .* SET TABLESPACE\b/,
  /^ALTER SUBSCRIPTION\b/,
  /^ALTER SYSTEM\b/,
  /^DISCARD ALL$/,
  /^(?:COMMIT|ROLLBACK) PREPARED\b/,
];

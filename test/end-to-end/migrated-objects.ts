/** The objects of a migration that was made: what became of each. */
import Database from "better-sqlite3";
import type { MigrationOutcome } from "../../src/model/outcome.js";
import type { TestDatabase } from "../database.js";
import { account, type Account } from "./account.js";
import { sourceObjects } from "./source-objects.js";
import { targetObjects, textColumns, type SourceNames } from "./target-objects.js";

/** By the plan and the findings, which say what is called otherwise. */
export function namesIn({ plan, findings }: MigrationOutcome): SourceNames {
  const { tables, views } = plan;
  const changes = findings.flatMap((finding) =>
    finding.kind === "names-styled"
      ? finding.names
      : finding.kind === "name-changed"
        ? [{ ...finding, table: finding.at.table }]
        : [],
  );
  return {
    table: (target) => [...tables, ...views].find((relation) => relation.target === target)?.source ?? target,
    column: (table, target) =>
      tables.find(({ source }) => source === table)?.columns.find((column) => column.target === target)
        ?.source ?? target,
    other: (what, table, target) =>
      changes.find((each) => each.what === what && each.table === table && each.to === target)?.from ??
      target,
  };
}

/**
 * Every object of a file, one by one: after a real migration the catalogs of PostgreSQL have it, or a line or a finding says
 * that and why they have not. Both sides are read by code of the tests' own, and the sum is exact: nothing is missing,
 * nothing is told twice, and the target has nothing else.
 *
 * @param target what `outcome` tells of, and nothing besides
 */
export async function accountOf(
  path: string,
  outcome: MigrationOutcome,
  target: TestDatabase,
): Promise<Account> {
  const source = new Database(path, { readonly: true });
  try {
    const names = namesIn(outcome);
    const texts = await textColumns(target, names);
    const isText = (table: string, column: string): boolean => texts.has(JSON.stringify([table, column]));
    return account({
      source: sourceObjects(source, isText),
      target: await targetObjects(target, names),
      notCarried: outcome.notCarried,
      findings: outcome.findings,
      isText,
    });
  } finally {
    source.close();
  }
}

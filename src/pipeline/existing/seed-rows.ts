/** Rows that an application makes itself with its schema: what is there is left alone, and told from what the source has. */
import { countRows, readTextRows as readSourceRows } from "../../export/text-rows.js";
import type { SeedUncompared } from "../../model/existing-finding.js";
import type { Finding } from "../../model/finding.js";
import type { Source } from "../../source/source.js";
import { readTextRows as readTargetRows } from "../../target/existing/text-rows.js";
import type { Session } from "../../target/session.js";
import { compareSeeds } from "../../translate/existing/compare-seeds.js";
import { pointersAt, seedsAlong, type SeedPlace } from "../../translate/existing/seed-pointers.js";
import { keyColumns, type SeedTable } from "../../translate/existing/seed-tables.js";

/** Of either side; beyond, they are only counted. */
const mostRows = 100_000;

const mostExamples = 10;

/** @throws ToolError the codes of both sides. */
export async function seedFindings(
  source: Source,
  session: Session,
  place: SeedPlace,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const seed of place.seeds) findings.push(...(await findingsOf(seed, source, session, place)));
  return findings;
}

async function findingsOf(
  seed: SeedTable,
  source: Source,
  session: Session,
  place: SeedPlace,
): Promise<readonly Finding[]> {
  const { table } = seed.matched;
  const target = seed.there.name;
  const at = { table: table.name };
  const here = countRows(source, table);
  const left = (uncompared: SeedUncompared | null): Finding => ({
    kind: "seed-rows-left",
    at,
    target,
    there: seed.rowsThere,
    here,
    uncompared,
  });
  const key = keyColumns(seed);
  if (key === null) return [left("no-such-column")];
  if (key.length === 0) return [left("unasked")];
  if (Math.max(here, seed.rowsThere) > mostRows) return [left("too-many-rows")];
  const pointers = pointersAt(seed, place);
  const columns = [...key, ...pointers.columns];
  const ofSource = columns.map((column) => column.source);
  const ofTarget = columns.map((column) => column.target);
  const { behind, differ } = compareSeeds(
    readSourceRows(source, table, ofSource, mostRows),
    await readTargetRows(session, place.target.schema, target, ofTarget),
    key.length,
  );
  const findings: Finding[] = [];
  if (differ.length > 0)
    findings.push({
      kind: "seed-rows-differ",
      at,
      target,
      rows: differ.length,
      first: differ.slice(0, mostExamples),
      pointing: pointers.tables,
      along: seedsAlong(seed, place),
    });
  if (behind.length > 0)
    findings.push({
      kind: "seed-rows-behind",
      at,
      target,
      rows: behind.length,
      first: behind.slice(0, mostExamples),
    });
  return [...findings, left(null)];
}

/** The package as a program has it: what src/index.ts offers, from a migration to the later check. */
import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import {
  migrate,
  plan,
  readCertificate,
  ToolError,
  validate,
  type Certificate,
  type CertifiedTable,
  type ObjectFault,
  type RowDifference,
  type TableVerdict,
  type ValidationOptions,
  type ValidationOutcome,
} from "../src/index.js";
import { databaseForEach } from "./database.js";
import { sqliteForEach } from "./fixture.js";

const database = databaseForEach();
const makeFile = sqliteForEach();

test("a certificate is refused that is none, by a ToolError, and what is no JSON is none", () => {
  const source = makeFile("shop", "CREATE TABLE book (id INTEGER PRIMARY KEY)");
  const file = join(dirname(source.path), "certificate.json");
  writeFileSync(file, "{}");
  expect(() => readCertificate(file)).toThrow(ToolError);
  expect(readCertificate(source.path)).toBeNull();
});

test("a program plans, migrates, validates, and reads the certificate of it", async () => {
  const source = makeFile(
    "shop",
    "CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT); INSERT INTO book VALUES (1, 'Emma');",
  );
  const file = join(dirname(source.path), "certificate.json");
  expect((await plan(source.path)).tables.map(({ rows }) => rows)).toEqual([1]);
  const environment = process.env;
  expect((await migrate(source.path, database.url, { environment })).status).toBe("migrated");
  const options: ValidationOptions = { environment, certificate: file, maxDifferences: 1 };
  const outcome: ValidationOutcome = await validate(source.path, database.url, options);
  const objects: readonly ObjectFault[] = outcome.objects;
  const verdicts: readonly TableVerdict[] = outcome.verdicts;
  const listed: readonly RowDifference[] = verdicts.flatMap(({ differences }) => differences?.listed ?? []);
  expect([objects, listed]).toEqual([[], []]);
  const certificate: Certificate | null = readCertificate(file);
  const [table]: readonly CertifiedTable[] = certificate?.tables ?? [];
  expect(table).toMatchObject({ source: "book", verdict: "identical", sourceRows: 1, notCompared: [] });
  const again = await validate(file, database.url, { environment });
  expect(again.certificate).toMatchObject({ path: file, status: "identical" });
});

/** A mapping that was changed since the file was moved is told, before the answer that its tables are there. */
import { expect, test } from "vitest";
import type { Mapping } from "../../../src/model/mapping.js";
import { parseMapping } from "../../../src/mapping/read.js";
import { migrate } from "../../../src/pipeline/migrate.js";
import { databaseForEach } from "../../database.js";
import { sqliteForEach } from "../../fixture.js";

const database = databaseForEach();
const makeFile = sqliteForEach();

test("only one that says something else under the same name", async () => {
  const { path } = makeFile("app", "CREATE TABLE t (a INTEGER); INSERT INTO t VALUES (1)");
  const mapping = (name: string, type: string): Mapping =>
    parseMapping(`version: 1\ntables: { t: { columns: { a: { type: ${type} } } } }`, name);
  const told = async (...mappings: readonly Mapping[]): Promise<readonly string[]> => {
    const says: string[] = [];
    await migrate(path, database.url, {
      environment: process.env,
      mappings,
      onProgress: (event) => {
        if (event.kind === "says" && event.message.startsWith("mapping ")) says.push(event.message);
      },
    });
    return says;
  };
  expect(await told(mapping("my.yaml", "bigint"))).toEqual([]);
  expect(await told(mapping("my.yaml", "bigint"))).toEqual([]);
  expect(await told(mapping("other.yaml", "numeric"))).toEqual([]);
  expect(await told(mapping("my.yaml", "numeric"), mapping("other.yaml", "bigint"))).toEqual([
    "mapping my.yaml has been changed since run 1 moved app.db",
  ]);
});

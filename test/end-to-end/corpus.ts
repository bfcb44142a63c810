/** Real databases that this project did not write; not part of it, so that tests are skipped where they are absent. */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const folder = join(import.meta.dirname, "..", "..", "..", "shared", "corpus");

export const hasCorpus = existsSync(folder);
export const withoutCorpus = "../shared/corpus is not there: these tests are skipped";
export const corpusFile = (name: string): string => join(folder, `${name}.db`);
export const corpusNames: readonly string[] = hasCorpus
  ? readdirSync(folder)
      .filter((file) => file.endsWith(".db"))
      .map((file) => file.slice(0, -".db".length))
  : [];

/** Files that this project did not write: each opens and stays as it is. */
import { copyFileSync, existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, test } from "vitest";
import { openSource } from "../../src/source/open.js";
import { contents, makeSample } from "./sample.js";

const corpus = resolve("../shared/corpus");
const files = existsSync(corpus)
  ? readdirSync(corpus).filter((name) => name.endsWith(".db") && !name.startsWith("corrupt"))
  : [];

test.skipIf(files.length > 0)("the corpus is not here (../shared/corpus): its tests are skipped", () => {
  expect(files).toEqual([]);
});

describe.skipIf(files.length === 0)("of the corpus", () => {
  test.each(files)("%s", async (name) => {
    const sample = makeSample();
    copyFileSync(join(corpus, name), sample.file);
    const before = contents(sample.folder);
    const source = await openSource(sample.file, { tempDirectory: sample.temp });
    source.close();
    expect(contents(sample.folder)).toEqual(before);
    const again = await openSource(sample.file, { tempDirectory: sample.temp });
    again.close();
    expect(again.fingerprint).toBe(source.fingerprint);
  });
});

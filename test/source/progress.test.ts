import { expect, test } from "vitest";
import { bytesWords } from "../../src/source/progress.js";
import { sizeWords } from "../../src/source/size-words.js";

test("bytesWords is silent for three seconds and then says a sentence every three seconds", () => {
  let clock = 0;
  const said: string[] = [];
  const words = bytesWords(
    "app.db: copied",
    4e9,
    (message) => said.push(message),
    () => clock,
  );
  for (clock = 0; clock <= 7000; clock += 500) words(clock * 400_000);
  expect(said).toEqual(["app.db: copied 1.2 GB of 4.0 GB", "app.db: copied 2.4 GB of 4.0 GB"]);
});

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [8192, "8.2 kB"],
  [999_999, "1.0 MB"],
  [25_400_000, "25 MB"],
  [3e12, "3.0 TB"],
  [3e15, "3000 TB"],
])("sizeWords says %i bytes as %s", (bytes, words) => {
  expect(sizeWords(bytes)).toBe(words);
});

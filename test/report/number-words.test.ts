import fc from "fast-check";
import { expect, test } from "vitest";
import { counted, durationWords, grouped, sizeWords } from "../../src/report/number-words.js";

test.each<[count: number | string, words: string]>([
  [0, "0"],
  [999, "999"],
  [1000, "1,000"],
  [-1234567, "-1,234,567"],
  ["9223372036854775807", "9,223,372,036,854,775,807"],
  [1234.5678, "1,234.5678"],
])("grouped(%s) is %s", (count, words) => {
  expect(grouped(count)).toBe(words);
});

test("grouped loses no digit", () => {
  fc.assert(
    fc.property(fc.bigInt(), (count) => {
      const words = grouped(count.toString());
      expect(words.replaceAll(",", "")).toBe(count.toString());
      expect(words).toMatch(/^-?\d{1,3}(?:,\d{3})*$/u);
    }),
  );
});

test.each<[bytes: number, words: string]>([
  [0, "0 bytes"],
  [1, "1 byte"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [884_736, "884.7 kB"],
  [999_949, "999.9 kB"],
  [999_950, "1.0 MB"],
  [281_000_000_000_000, "281.0 TB"],
  [5e18, "5000.0 PB"],
])("sizeWords(%d) is %s", (bytes, words) => {
  expect(sizeWords(bytes)).toBe(words);
});

test.each<[seconds: number, words: string]>([
  [0, "0.00 s"],
  [0.4249, "0.42 s"],
  [9.996, "10.0 s"],
  [59.94, "59.9 s"],
  [59.96, "1 min 00 s"],
  [192, "3 min 12 s"],
  [3599.6, "1 h 00 min"],
  [7500, "2 h 05 min"],
  [3_600_000, "1,000 h 00 min"],
])("durationWords(%d) is %s", (seconds, words) => {
  expect(durationWords(seconds)).toBe(words);
});

test("counted has a plural, also an odd one", () => {
  expect([counted(1, "row"), counted(0, "row"), counted(2, "index", "indexes")]).toEqual([
    "1 row",
    "0 rows",
    "2 indexes",
  ]);
});

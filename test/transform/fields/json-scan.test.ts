import fc from "fast-check";
import { expect, test } from "vitest";
import { isAsciiJson, jsonFault, type JsonFault } from "../../../src/transform/fields/json-scan.js";
import { anyText, jsonText, scraps } from "../arbitraries.js";

/** Within other bytes, which would go on with it. */
const fault = (text: string, behind = '"]}0'): JsonFault | null => {
  const bytes = Buffer.from(text);
  return jsonFault(Buffer.concat([Buffer.from('["'), bytes, Buffer.from(behind)]), 2, 2 + bytes.length);
};

const nested = (depth: number, open = "[", close = "]"): string => open.repeat(depth) + close.repeat(depth);

test.each<[JsonFault, readonly string[]]>([
  [
    "syntax",
    [
      "",
      " ",
      "[",
      "]",
      "[1,]",
      "{,}",
      '{"a"}',
      "{1:2}",
      "01",
      "1.",
      ".5",
      "1e",
      "nul",
      "'a'",
      '"\t"',
      '"\\x"',
      "[] []",
      "\u00a0[]",
      "NaN",
      '"a\0"',
      '"\\u12g4"',
      "[}",
      '["a"',
      '"\u0010"',
      '"\u001f"',
    ],
  ],
  ["nul-escape", ['"\\u0000"', '{"\\u0000":1}', '["a\\u0000b"]']],
  [
    "lone-surrogate",
    [
      '"\\ud800"',
      '"\\udc00"',
      '"\\ud83d\\ud83d"',
      '"\\ud83dx"',
      '"\\udc00\\ud800"',
      '"\\udc00\\udc00"',
      '"\\ud800\\ue000"',
      '"\\ud83d\\n"',
    ],
  ],
  [
    "number-range",
    [
      "1e131072",
      "1e-16384",
      "9".repeat(131073),
      `0.${"0".repeat(16383)}1`,
      "0e1073741824",
      "[1e99999999999]",
      "1e0000000000131072",
    ],
  ],
  ["depth", [nested(2001), nested(3000), nested(1001, '[{"a":', "}]"), nested(1_000_000)]],
])("%s is told", (expected, texts) => {
  expect(texts.map((text) => [text.slice(0, 40), fault(text)])).toEqual(
    texts.map((text) => [text.slice(0, 40), expected]),
  );
});

test("nothing behind the end goes on with the value", () => {
  expect(fault('"\\ud83d', '\\ude00"')).toBe("lone-surrogate");
  expect(fault('"a', '"')).toBe("syntax");
  expect(fault("1e", "+5")).toBe("syntax");
  expect(fault("1e+", "5")).toBe("syntax");
  expect(fault("-", "5")).toBe("syntax");
  expect(fault("tru", "e")).toBe("syntax");
  expect(fault('"\\u00e', '9"')).toBe("syntax");
  expect(fault("[", "]")).toBe("syntax");
});

test("what PostgreSQL holds passes", () => {
  const texts = [
    "0",
    "-0",
    "1e131071",
    "1e-16383",
    "0e999999",
    "0.0000001e131078",
    "1e0000000000000002",
    nested(2000),
    '"\\ud83d\\ude00"',
    ' {"a" : [1 , {"a":null}]} \n',
    '"\u007f\u2028"',
    '{"a":1,"a":2}',
  ];
  expect(texts.filter((text) => fault(text) !== null)).toEqual([]);
});

test("syntax is what JSON.parse takes", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        jsonText,
        scraps,
        anyText.filter((text) => typeof text === "string"),
      ),
      (text) => {
        const found = fault(text);
        expect(found === "syntax").toBe(!parses(text) && (found === null || found === "syntax"));
        // The others are beyond JSON.parse, which reads the whole text before it refuses.
        if (found === "nul-escape" || found === "lone-surrogate")
          expect(text).toMatch(/\\u(?:0000|d[89a-f])/i);
      },
    ),
    { numRuns: 3000 },
  );
});

test("every byte of a string is looked at, wherever it stands", () => {
  const marks = [
    "\t",
    "\u001f",
    '"',
    "\\",
    "\\n",
    "\\q",
    "\u00e9",
    "\u6f22",
    "\u007f",
    " ",
    "!",
    "#",
    "[",
    "]",
  ];
  for (const mark of marks) {
    for (let before = 0; before < 9; before += 1) {
      for (let behind = 0; behind < 6; behind += 1) {
        const text = `"${"x".repeat(before)}${mark}${"y".repeat(behind)}"`;
        expect({ text, valid: fault(text) === null }).toEqual({ text, valid: parses(text) });
        const bytes = Buffer.from(text);
        const isAscii = bytes.every((byte) => byte < 0x80);
        expect(isAsciiJson(bytes, 0, bytes.length)).toBe(isAscii && parses(text));
      }
    }
  }
});

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

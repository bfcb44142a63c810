/** Shapes of JSON texts: what they make of a text is what the exact reading makes of it, or they make nothing of it. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { JsonbShape } from "../../../src/validate/canonical/jsonb-shape.js";
import { JsonbShapes } from "../../../src/validate/canonical/jsonb-shapes.js";
import { JsonbText } from "../../../src/validate/canonical/jsonb-text.js";
import { textProblem } from "../../../src/validate/canonical/utf8.js";
import { damagedJson, json } from "../json-texts.js";

const jsonb = new JsonbText();

/** By the exact reading; null where the text has no place in jsonb. */
const exact = (text: string): string | null =>
  (textProblem(text) ?? jsonb.read(text)) === null ? jsonb.bytes.toString("utf8", 0, jsonb.length) : null;

const knowing = (...texts: string[]): JsonbShapes => {
  const shapes = new JsonbShapes();
  for (const text of texts) {
    expect(jsonb.read(text)).toBeNull();
    shapes.learn(text, jsonb);
  }
  return shapes;
};

const writtenBy = (shape: JsonbShape | null): string | null => {
  if (shape === null) {
    return null;
  }
  // What stands around must not be touched.
  const bytes = Buffer.alloc(shape.length + 2, 0x7e);
  shape.putInto(bytes, 1);
  expect([bytes[0], bytes.at(-1)]).toEqual([0x7e, 0x7e]);
  return bytes.toString("utf8", 1, bytes.length - 1);
};

/** As they stand in a page: with other values before and behind them. */
const inPage = (shapes: JsonbShapes, text: string, behind = ""): string | null => {
  const before = 'x"';
  const bytes = Buffer.from(before + text + behind);
  return writtenBy(shapes.ofBytes(bytes, before.length, before.length + Buffer.byteLength(text)));
};

const message = '{"client":3,"reply":null,"tags":["a","b"],"in":{"z":1,"y":[]}}';

describe("a text has no shape that it is not certain of:", () => {
  test.each([
    ["another key", '{"clienT":3,"reply":null,"tags":["a","b"],"in":{"z":1,"y":[]}}'],
    ["another order", '{"reply":null,"client":3,"tags":["a","b"],"in":{"z":1,"y":[]}}'],
    ["a blank", '{"client": 3,"reply":null,"tags":["a","b"],"in":{"z":1,"y":[]}}'],
    ["a key more", '{"client":3,"reply":null,"tags":["a","b"],"in":{"z":1,"y":[]},"a":1}'],
    ["a key less", '{"client":3,"reply":null,"tags":["a","b"]}'],
    ["an object for a value", '{"client":{},"reply":null,"tags":["a","b"],"in":{"z":1,"y":[]}}'],
    ["an object in an array", '{"client":3,"reply":null,"tags":[{"a":1}],"in":{"z":1,"y":[]}}'],
    ["an array in an array", '{"client":3,"reply":null,"tags":[[]],"in":{"z":1,"y":[]}}'],
    ["other blanks in an array", '{"client":3,"reply":null,"tags":["a" ,"b"],"in":{"z":1,"y":[]}}'],
    ["two blanks in an array", '{"client":3,"reply":null,"tags":["a",  "b"],"in":{"z":1,"y":[]}}'],
    ["an escape", '{"client":"\\n","reply":null,"tags":["a","b"],"in":{"z":1,"y":[]}}'],
    ["a NUL", '{"client":"\\u0000","reply":null,"tags":["a","b"],"in":{"z":1,"y":[]}}'],
    ["a bare control character", '{"client":"\n","reply":null,"tags":["a","b"],"in":{"z":1,"y":[]}}'],
    ["an exponent", '{"client":1e2,"reply":null,"tags":["a","b"],"in":{"z":1,"y":[]}}'],
    ["a negative zero", '{"client":-0,"reply":null,"tags":["a","b"],"in":{"z":1,"y":[]}}'],
    ["a negative fraction", '{"client":-0.5,"reply":null,"tags":["a","b"],"in":{"z":1,"y":[]}}'],
    ["a zero in front", '{"client":01,"reply":null,"tags":["a","b"],"in":{"z":1,"y":[]}}'],
    ["a point without digits", '{"client":1.,"reply":null,"tags":["a","b"],"in":{"z":1,"y":[]}}'],
    ["a minus alone", '{"client":-,"reply":null,"tags":["a","b"],"in":{"z":1,"y":[]}}'],
    ["half a word", '{"client":tru,"reply":null,"tags":["a","b"],"in":{"z":1,"y":[]}}'],
    ["no value", '{"client":,"reply":null,"tags":["a","b"],"in":{"z":1,"y":[]}}'],
    ["something behind", `${message}x`],
    ["a long number", message.replace("3", "3".repeat(1001))],
    ["more commas than are kept", message.replace('"a"', "1,".repeat(70) + "1")],
    ["nothing", ""],
  ])("%s", (_, text) => {
    const shapes = knowing(message);
    expect(writtenBy(shapes.ofText(text))).toBeNull();
    expect(inPage(shapes, text)).toBeNull();
  });

  test.each([
    ["the end of a string is another value's", '{"a":"one', '"}'],
    ["the end of a number is", '{"a":1', "2}"],
    ["its last bracket is", '{"a":1', "}"],
  ])("%s", (_, text, behind) => {
    expect(inPage(knowing('{"a":1}'), text, behind)).toBeNull();
  });

  test("bytes that are no ASCII may be no UTF-8 either", () => {
    const shapes = knowing('{"a":1}');
    expect(writtenBy(shapes.ofText('{"a":"é"}'))).toBe('{"a": "é"}');
    expect(inPage(shapes, '{"a":"é"}')).toBeNull();
    const broken = Buffer.from('{"a":"\xff"}', "latin1");
    expect(shapes.ofBytes(broken, 0, broken.length)).toBeNull();
  });
});

describe("a text of a known shape is written as the exact reading writes it:", () => {
  test.each([
    [message, '{"client":-17.50,"reply":"","tags":[],"in":{"z":[true,null],"y":false}}'],
    [message, '{"client":[1, 2,"a,b"],"reply":0,"tags":"]","in":{"z":0.0,"y":["x"]}}'],
    ['{"a":1,"a":2,"b":{"a":3,"a":4}}', '{"a":"first","a":[5],"b":{"a":6,"a":"last"}}'],
    ['{ "bb" : 1 ,\n"a": [ {"c":1} , 2 ] }\t', '{ "bb" : "x" ,\n"a": [ {"c":[]} , "y" ] }\t'],
    ['{"é":1,"zzz":2,"😀":3}', '{"é":9,"zzz":8,"😀":7}'],
    ['{"a":{},"b":[],"c":[[1],[]]}', '{"a":{},"b":[2],"c":[[],[3,4]]}'],
    ["1", "[1,2]"],
  ])("%s: %s", (learnt, text) => {
    const shapes = knowing(learnt);
    const expected = exact(text);
    expect(expected).not.toBeNull();
    expect(writtenBy(shapes.ofText(text))).toBe(expected);
    if (!/[^\0-\x7f]/.test(text)) {
      expect(inPage(shapes, text, '"}')).toBe(expected);
    }
  });

  test("of several shapes", () => {
    const texts = ['{"a":1}', '{"b":1}', '{"a":1,"b":2}', "[{}]", '{"c":[{"d":1}]}'];
    const shapes = new JsonbShapes();
    for (const text of [...texts, ...texts, ...Array.from({ length: 300 }, () => texts[0]!), ...texts]) {
      if (shapes.ofText(text) === null) {
        expect(jsonb.read(text)).toBeNull();
        shapes.learn(text, jsonb);
      }
    }
    const found = texts.map((text) => writtenBy(shapes.ofText(text)));
    // A text without a value has no shape.
    expect(found).toEqual(texts.map((text) => (text === "[{}]" ? null : exact(text))));
  });
});

test("texts of too many shapes are left alone for a while", () => {
  const shapes = knowing('{"a":1}');
  for (let key = 0; key < 300; key += 1) {
    shapes.ofText(`{"k${key}":1}`);
  }
  expect(shapes.ofText('{"a":2}')).toBeNull();
  for (let text = 0; text < 8192; text += 1) {
    shapes.ofText("{}");
  }
  expect(writtenBy(shapes.ofText('{"a":2}'))).toBe('{"a": 2}');
});

test("any texts, one after another", () => {
  const scalar = fc.oneof(
    fc.constantFrom(
      "true",
      "null",
      "-0",
      "-0.5",
      "1e5",
      "12.50",
      '"a\\nb"',
      '"é"',
      "[]",
      "[1,2]",
      '["x", 3]',
    ),
    fc.jsonValue().map((value) => JSON.stringify(value)),
  );
  const alike = fc
    .tuple(json, fc.array(scalar, { minLength: 6, maxLength: 6 }))
    .map(([text, values]) => [text, ...values.map((value) => text.replaceAll(/(?<=[:,[]\s*)\d+/g, value))]);
  fc.assert(
    fc.property(fc.array(fc.oneof(alike, fc.tuple(damagedJson)), { maxLength: 12 }), (groups) => {
      const shapes = new JsonbShapes();
      for (const text of groups.flat()) {
        const expected = exact(text);
        for (const written of [writtenBy(shapes.ofText(text)), inPage(shapes, text, '"}')]) {
          expect([null, expected]).toContain(written);
        }
        if (expected !== null) {
          jsonb.read(text);
          shapes.learn(text, jsonb);
        }
      }
    }),
    { numRuns: 500 },
  );
});

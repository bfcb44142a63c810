/** The file of a proof: nobody else's file is touched, only what a crash has torn is thrown away, and nothing changes on the way. */
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { RecordFile } from "../../../src/validate/resume/record-file.js";
import { recordLine, recordOf } from "../../../src/validate/resume/record-line.js";
import { sqliteForEach } from "../../fixture.js";

const makeFile = sqliteForEach();
const header = { format: "sqlift-proof", formatVersion: 1 };
let sqlite: string;
let path: string;
beforeEach(() => {
  sqlite = makeFile("some", "CREATE TABLE t (a)").path;
  path = join(dirname(sqlite), "proof.jsonl");
});

const refusal = (code: string, message: string) =>
  expect.objectContaining({ code, message: expect.stringContaining(message) as string }) as Error;

const write = (...records: readonly object[]): void => {
  const file = new RecordFile(path);
  for (const record of records) file.append(record);
  file.close();
};

const read = (): readonly unknown[] => {
  const file = new RecordFile(path);
  file.close();
  return file.records;
};

describe("refused, and left as it is", () => {
  test("a file that another run writes into", () => {
    const [one, other] = [new RecordFile(path), new RecordFile(path)];
    one.append(header);
    expect(() => other.append(header)).toThrow(refusal("resume-invalid", "at the same time"));
    one.append({ part: 1 });
    one.close();
    other.close();
    expect(read()).toEqual([header, { part: 1 }]);
  });

  test.each([
    ["a SQLite file", () => sqlite],
    ["a folder", () => dirname(sqlite)],
  ])("%s", (_what, place) => {
    const before = statSync(place()).size;
    expect(() => new RecordFile(place())).toThrow(
      refusal("resume-invalid", "no file that --resume has made"),
    );
    expect(statSync(place()).size).toBe(before);
  });

  test.each(["{}\n", "notes", '{"record":{"format":"other"}}\n', "\n", "\0\0\0"])("a file of %j", (text) => {
    writeFileSync(path, text);
    expect(() => new RecordFile(path)).toThrow(refusal("resume-invalid", "no file that --resume has made"));
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("a place in no folder", () => {
    expect(() => new RecordFile(join(path, "none", "x"))).toThrow(refusal("usage", "There is no folder"));
  });

  test("a file with a change in a line that is not the last", () => {
    write(header, { proof: 1 }, { proof: 2 });
    const text = readFileSync(path, "utf8").replace('"proof":1', '"proof":3');
    writeFileSync(path, text);
    expect(() => new RecordFile(path)).toThrow(refusal("resume-invalid", "line 2 is not as it was written"));
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("a file whose first line is torn", () => {
    write(header);
    truncateSync(path, statSync(path).size - 1);
    expect(() => new RecordFile(path)).toThrow(refusal("resume-invalid", "line 1"));
  });
});

test("a last line that is torn anywhere is thrown away, and the next begins a line of its own", () => {
  write(header, { proof: 1 });
  const whole = statSync(path).size;
  write({ proof: 2 });
  const bytes = readFileSync(path);
  for (let length = whole; length < bytes.length; length += 1) {
    writeFileSync(path, bytes.subarray(0, length));
    write({ proof: 3 });
    expect(read()).toEqual([header, { proof: 1 }, { proof: 3 }]);
  }
});

test("zeros that a crash of the machine has left are thrown away", () => {
  write(header, { proof: 1 });
  appendFileSync(path, Buffer.alloc(5000));
  expect(read()).toEqual([header, { proof: 1 }]);
  write({ proof: 2 });
  expect(read()).toEqual([header, { proof: 1 }, { proof: 2 }]);
});

test("nobody else may read it, and one that nothing came into goes again", () => {
  write(header);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const other = join(dirname(path), "folder");
  mkdirSync(other);
  const empty = new RecordFile(join(other, "proof"));
  expect(existsSync(join(other, "proof"))).toBe(true);
  empty.close();
  expect(existsSync(join(other, "proof"))).toBe(false);
});

const value = fc.letrec<{ any: unknown }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small" },
    fc.bigInt(),
    fc.double(),
    fc.constantFrom(-0, NaN, Infinity, -Infinity, null, undefined, true, false),
    fc.string({ unit: "binary" }),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    fc.array(tie("any")),
    fc.array(fc.tuple(tie("any"), tie("any"))).map((entries) => new Map(entries)),
    fc.array(tie("any")).map((each) => new Set(each)),
    fc.dictionary(fc.stringMatching(/^[a-z]\w*$/), tie("any"), { noNullPrototype: true }),
  ),
})).any;

test("records come back as they were", () => {
  fc.assert(
    fc.property(value, (of) => {
      const line = recordLine({ of });
      expect(line.indexOf("\n")).toBe(line.length - 1);
      expect(recordOf(line.slice(0, -1))).toStrictEqual({ of });
    }),
  );
});

test("no line with another byte passes", () => {
  const line = recordLine({ proof: 12345678901234567890n, text: "é" }).trimEnd();
  for (let at = 0; at < line.length; at += 1) {
    const other = String.fromCharCode(line.charCodeAt(at) ^ 1);
    expect(recordOf(line.slice(0, at) + other + line.slice(at + 1))).toBeNull();
  }
});

/** Random tables as batches: columns of any meaning that hold mostly one kind of values, and some of another. */
import fc from "fast-check";
import type { Meaning } from "../../src/model/profile.js";
import type { RecordBatch } from "../../src/model/record.js";
import type { ProfileRequest } from "../../src/transform/classify/classify.js";
import {
  anyBlob,
  anyInteger,
  anyReal,
  anyText,
  anyValue,
  dateText,
  jsonText,
  numberText,
  timestampText,
  timeText,
  uuidText,
} from "./arbitraries.js";
import { invalidUtf8, json, texts } from "./edge-values.js";
import { batchOf, type Value } from "./values.js";

const meanings: readonly Meaning[] = [
  "integer",
  "real",
  "numeric",
  "boolean",
  "text",
  "bytes",
  "json",
  "uuid",
  "date",
  "time",
  "timestamp",
  "any",
];

/** Words of four and eight bytes, and the length from which native code looks, are passed at every place. */
const longText = fc
  .tuple(
    fc.nat(900),
    fc.constantFrom("", "\0", "\u00e9", "\u{1f600}", ...invalidUtf8.map(({ text }) => text)),
    fc.nat(900),
    fc.constantFrom("a", "\u00e9", "\u6f22"),
  )
  .map(([before, middle, behind, filler]) => ({
    text: Buffer.concat([Buffer.alloc(before, "a"), Buffer.from(middle), Buffer.from(filler.repeat(behind))]),
  }));

const time = fc.bigInt({ min: 90_000_000n, max: 7_300_000_000n });

const kinds: readonly fc.Arbitrary<Value>[] = [
  anyValue,
  anyInteger,
  anyReal,
  anyText,
  anyBlob,
  fc.bigInt({ min: -3n, max: 3n }),
  // Integers that round to few doubles: the outermost has to be found among their like.
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }),
  fc.bigInt({ min: -(2n ** 60n) - 300n, max: -(2n ** 60n) + 300n }),
  fc.bigInt({ min: 2n ** 63n - 1500n, max: 2n ** 63n - 1n }),
  fc.bigInt({ min: -999n, max: 999n }).map((cents) => Number(cents) / 100),
  fc.double({ noNaN: true, min: -1e7, max: 1e7 }),
  fc.integer({ min: -12, max: 25 }).chain((places) => fc.nat(2000).map((value) => value / 10 ** places)),
  fc.tuple(fc.maxSafeNat(), fc.nat(17)).map(([value, places]) => value / 10 ** places),
  fc.integer({ min: -8, max: 24 }).map((power) => Number(`1e${power}`)),
  fc.constantFrom<Value>(0, -0, 1, 0n, 1n, Infinity, Buffer.of(0), Buffer.of(1), Buffer.of(2)),
  numberText,
  fc.bigInt({ min: -(2n ** 65n), max: 2n ** 65n }).map(String),
  uuidText,
  fc.uint8Array({ minLength: 15, maxLength: 17 }).map((bytes) => Buffer.from(bytes)),
  jsonText,
  jsonText.map((text) => Buffer.from(text)),
  fc.constantFrom(...json),
  // JSON but for its characters.
  fc
    .constantFrom(Buffer.from("\u00e9"), Buffer.of(0), ...invalidUtf8.map(({ text }) => text))
    .chain((bytes) =>
      fc.nat(9).map((before) => [Buffer.from(`["${"a".repeat(before)}`), bytes, Buffer.from('"]')]),
    )
    .map((parts) => ({ text: Buffer.concat(parts) })),
  fc.constantFrom(...texts),
  fc.constantFrom("t", "f", "T", "TRUE", "true", "False", "fALSE", "trues", "trux", "talse", "\u0014"),
  dateText,
  timestampText,
  timeText,
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.tuple(time, fc.nat(3)).map(([seconds, power]) => seconds * 1000n ** BigInt(power)),
  fc
    .tuple(time, fc.integer({ min: -2, max: 2 }))
    .map(([seconds, off]) => seconds * 1_000_000_000n + BigInt(off)),
  fc
    .bigInt({ min: -84_000n, max: 84_000n })
    .chain((days) => fc.nat(3).map((power) => days * 86_400n * 1000n ** BigInt(power))),
  fc.tuple(time, fc.constantFrom(0.5, 1e3, 1e6, 1e9)).map(([seconds, scale]) => Number(seconds) * scale),
  fc.integer({ min: 4_830_000, max: 5_060_000 }).map((halfDays) => halfDays / 2),
  longText,
  longText.map(({ text }) => text),
];

const column: fc.Arbitrary<fc.Arbitrary<Value>> = fc
  .tuple(fc.constantFrom(...kinds), fc.constantFrom(...kinds))
  .map(([kind, other]) =>
    fc.oneof(
      { arbitrary: kind, weight: 12 },
      { arbitrary: fc.constant(null), weight: 2 },
      { arbitrary: other, weight: 1 },
    ),
  );

export interface AnyTable {
  readonly request: ProfileRequest;
  readonly batches: readonly RecordBatch[];
}

/** With and without rowids; integers in as many bytes as they need, or all in eight. */
export const anyTable: fc.Arbitrary<AnyTable> = fc
  .array(fc.tuple(fc.constantFrom(...meanings), column), { minLength: 1, maxLength: 4 })
  .chain((columns) => {
    const rows = fc.array(fc.tuple(...columns.map(([, value]) => value)), { maxLength: 12 });
    return fc.record({
      columns: fc.constant(columns.map(([meaning], index) => ({ name: `c${index}`, meaning }))),
      batches: fc.array(rows, { maxLength: 4 }),
      withRowids: fc.boolean(),
      wideIntegers: fc.boolean(),
    });
  })
  .map(({ columns, batches, withRowids, wideIntegers }) => ({
    request: { table: "t", columns, keyIndexes: withRowids ? [] : [columns.length - 1, 0] },
    batches: batches.map((rows) => batchOf(rows, { withRowids, wideIntegers })),
  }));

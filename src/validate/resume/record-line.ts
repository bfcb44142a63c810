/**
 * A record as a line of JSON, with a digest of its own, so that what a crash has left of it is known for what it is. Whatever
 * crosses threads goes through it without loss: integers of any size, maps, sets, bytes, numbers that JSON has no word for.
 */
import { hash } from "node:crypto";

/** @param record plain data, in which no key of an object begins with a dollar sign. */
export const recordLine = (record: object): string => {
  const text = JSON.stringify(packed(record));
  return `{"record":${text},"check":"${checkOf(text)}"}\n`;
};

/** Null where the line is not as it was written. */
export const recordOf = (line: string): unknown => {
  const found = /^\{"record":(.*),"check":"([0-9a-f]{16})"\}$/su.exec(line);
  const [, text = "", check] = found ?? [];
  return found === null || checkOf(text) !== check ? null : unpacked(JSON.parse(text));
};

const checkOf = (text: string): string => hash("sha256", text, "hex").slice(0, 16);

/** What JSON.parse gives back as it was stays; all else becomes an object of one key. */
const packed = (value: unknown): unknown => {
  switch (typeof value) {
    case "bigint":
      return { $integer: String(value) };
    case "number":
      return Number.isFinite(value) && !Object.is(value, -0)
        ? value
        : { $number: Object.is(value, -0) ? "-0" : String(value) };
    case "undefined":
      return { $undefined: true };
    case "object":
      return value === null ? null : packedObject(value);
    default:
      return value;
  }
};

const packedObject = (value: object): unknown => {
  if (Array.isArray(value)) {
    return value.map(packed);
  }
  if (value instanceof Map) {
    return { $map: [...(value as ReadonlyMap<unknown, unknown>)].map((entry) => entry.map(packed)) };
  }
  if (value instanceof Set) {
    return { $set: [...(value as ReadonlySet<unknown>)].map(packed) };
  }
  if (value instanceof Uint8Array) {
    return { $bytes: Buffer.from(value).toString("base64") };
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => {
      if (key.startsWith("$")) {
        throw new Error(`no record has a key ${key}`);
      }
      return [key, packed(each)];
    }),
  );
};

const unpacked = (value: unknown): unknown => {
  if (typeof value !== "object" || value === null) {
    return value;
  }
  if (Array.isArray(value)) {
    return value.map(unpacked);
  }
  const entries = Object.entries(value);
  const [kind = "", of] = entries[0] ?? [];
  switch (kind) {
    case "$integer":
      return BigInt(of as string);
    case "$number":
      return Number(of);
    case "$undefined":
      return undefined;
    case "$map":
      return new Map((of as [unknown, unknown][]).map(([key, each]) => [unpacked(key), unpacked(each)]));
    case "$set":
      return new Set((of as unknown[]).map(unpacked));
    case "$bytes":
      return Buffer.from(of as string, "base64");
    default:
      return Object.fromEntries(entries.map(([key, each]) => [key, unpacked(each)]));
  }
};

/** Whether a document has what the later check goes by. It is sealed by then: this finds what was made by another hand. */
import type { PgTypeKind } from "../../model/postgres.js";
import { vectors } from "../self-test/vectors.js";

type Odd = string | null;
type Check = (value: unknown, at: string) => Odd;

const checked =
  (holds: (value: unknown) => boolean): Check =>
  (value, at) =>
    holds(value) ? null : at;

const isText = (value: unknown): value is string => typeof value === "string";
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0;
const text = checked(isText);
const textOrNull = checked((value) => value === null || isText(value));
const countOrNull = checked((value) => value === null || isCount(value));
const digest = checked((value) => value === null || (isText(value) && /^[0-9a-f]{64}$/.test(value)));
const verdict = checked(
  (value) =>
    isText(value) && ["identical", "identical-under-policy", "different", "unproven"].includes(value),
);

const object =
  (keys: Readonly<Record<string, Check>>): Check =>
  (value, at) => {
    if (typeof value !== "object" || value === null) {
      return at;
    }
    const place = at === "" ? "" : `${at}.`;
    for (const [key, check] of Object.entries(keys)) {
      const odd = check((value as Readonly<Record<string, unknown>>)[key], `${place}${key}`);
      if (odd !== null) {
        return odd;
      }
    }
    return null;
  };

const list =
  (check: Check): Check =>
  (value, at) => {
    if (!Array.isArray(value)) {
      return at;
    }
    for (const [index, each] of value.entries()) {
      const odd = check(each, `${at}[${index}]`);
      if (odd !== null) {
        return odd;
      }
    }
    return null;
  };

const kinds: ReadonlySet<string> = new Set<PgTypeKind>([
  ...(Object.keys(vectors) as (keyof typeof vectors)[]),
  "enum",
  "citext",
  "other",
]);

const type: Check = (value, at) => {
  const named = object({
    name: checked((name) => isText(name) && kinds.has(name)),
    modifiers: list(checked(isCount)),
  });
  const odd = named(value, at);
  if (odd !== null) {
    return odd;
  }
  const { name } = value as { readonly name: PgTypeKind };
  return name === "array"
    ? object({ element: type })(value, at)
    : ["enum", "citext", "other"].includes(name)
      ? object({ sql: text })(value, at)
      : null;
};

const table = object({
  source: text,
  target: text,
  columns: list(object({ target: text, type })),
  notCompared: list(text),
  verdict,
  asked: checked((value) => typeof value === "boolean"),
  reason: textOrNull,
  sourceRows: countOrNull,
  targetRows: countOrNull,
  rejected: checked(isCount),
  sourceDigest: digest,
  targetDigest: digest,
});

const certificate = object({
  tool: object({ version: text }),
  status: verdict,
  finished: text,
  source: object({ file: text, fingerprint: text }),
  target: object({ schema: text }),
  tables: list(table),
});

/** The first key that is missing or odd, e.g. `tables[0].columns`; null where all are well. */
export const oddPlace = (document: unknown): string | null => certificate(document, "");

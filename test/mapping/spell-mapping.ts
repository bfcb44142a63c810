/** Mappings of any kind, and the YAML that says the same. */
import fc from "fast-check";
import { Document } from "yaml";
import type { ColumnRule, Mapping, PolicyRule, TableRule } from "../../src/model/mapping.js";
import { foldName } from "../../src/model/identifier.js";
import {
  arrayType,
  pgType,
  typeWords,
  type PgType,
  type PgTypeName,
  type TimeUnit,
} from "../../src/model/postgres.js";

const place = { mapping: "any", line: 1 };
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
/** No half of a surrogate pair alone: files are UTF-8. */
export const isWellFormed = (it: string): boolean => Buffer.from(it).toString() === it;
/** Texts that YAML would take for something else, too. */
const text = fc
  .oneof(
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.constantFrom(
      "true",
      "null",
      "~",
      "1",
      "0x10",
      "1e3",
      "- a",
      "a: b",
      "# c",
      " x ",
      "*a",
      "&a",
      "!t",
      "?",
      "<<",
      "línea\n2",
      "yes",
      "'",
      '"',
    ),
  )
  .filter(isWellFormed);
const name = text.filter((it) => it !== "" && !/[*?\0]/.test(it) && Buffer.byteLength(it) <= 63);

const instants: readonly PgTypeName[] = ["timestamp with time zone", "timestamp without time zone", "date"];
const units: readonly TimeUnit[] = [
  "seconds",
  "milliseconds",
  "microseconds",
  "nanoseconds",
  "julian",
  "core-data",
  "webkit",
];
interface Target {
  readonly type: PgType | null;
  readonly unit: TimeUnit | null;
  readonly decode: "hex" | "base64" | null;
}
const target: fc.Arbitrary<Target> = fc.oneof(
  fc.constant({ type: null, unit: null, decode: null }),
  fc
    .constantFrom<PgType>(
      pgType("bigint"),
      pgType("character varying", 5),
      pgType("numeric", 10, 2),
      arrayType(pgType("uuid")),
      pgType("boolean"),
    )
    .map((type) => ({ type, unit: null, decode: null })),
  fc
    .tuple(fc.constantFrom(...instants), fc.constantFrom(...units))
    .map(([type, unit]) => ({ type: pgType(type), unit, decode: null })),
  fc
    .tuple(fc.constantFrom<PgTypeName>("bytea", "uuid"), fc.constantFrom("hex" as const, "base64" as const))
    .map(([type, decode]) => ({ type: pgType(type), unit: null, decode })),
);

const anyPolicy: fc.Arbitrary<PolicyRule> = fc.record(
  {
    nul: fc.constantFrom("reject" as const, "strip" as const, "replace" as const),
    invalidUtf8: fc.constantFrom("reject" as const, "replace" as const),
    outOfRange: fc.constant("reject" as const),
    empty: fc.constant("reject" as const),
    excess: fc.constantFrom("reject" as const, "round" as const, "truncate" as const),
    nullAs: text,
  },
  { requiredKeys: [] },
);
/** Those that only some types have. */
const fitting = ({ type }: Target): fc.Arbitrary<PolicyRule> => {
  const isTime = type === null || instants.some((each) => each === type.name);
  const isBoolean = type === null || type.name === "boolean";
  return fc.record(
    {
      ...(isTime && { outOfRange: fc.constant("null" as const) }),
      ...(type?.name !== "character varying" && { empty: fc.constant("null" as const) }),
      ...(isBoolean && { trueWords: fc.constant(["Yes", "on"]), falseWords: fc.constant(["no", ""]) }),
    },
    { requiredKeys: [] },
  );
};

const zone = fc.constantFrom(
  "Europe/Berlin",
  "America/Argentina/Buenos_Aires",
  "Asia/Kolkata",
  "Etc/GMT+5",
  "UTC",
);

const ruleWith = (pattern: fc.Arbitrary<string>, isNamed: boolean): fc.Arbitrary<ColumnRule> =>
  target.chain((made) =>
    fc
      .record({
        pattern,
        because: orNull(text),
        rename: isNamed ? orNull(name) : fc.constant(null),
        policy: anyPolicy,
        more: fitting(made),
        zone:
          made.type === null || made.type.name === "timestamp with time zone"
            ? orNull(zone)
            : fc.constant(null),
        skip: fc.constantFrom(false, null),
      })
      .map(({ policy, more, ...rest }) => ({ ...rest, ...made, place, policy: { ...policy, ...more } })),
  );
const skipped = (rule: ColumnRule): ColumnRule => ({
  ...rule,
  skip: true,
  rename: null,
  type: null,
  unit: null,
  decode: null,
  zone: null,
  policy: {},
});
const columnRule = (pattern: fc.Arbitrary<string>, isNamed: boolean) =>
  fc.oneof(
    { weight: 4, arbitrary: ruleWith(pattern, isNamed) },
    { weight: 1, arbitrary: ruleWith(pattern, isNamed).map(skipped) },
  );

const several = <R extends { readonly pattern: string; readonly rename: string | null }>(
  rule: fc.Arbitrary<R>,
) =>
  fc.uniqueArray(rule, { maxLength: 4, selector: ({ pattern }) => foldName(pattern) }).filter((rules) => {
    const names = rules.flatMap(({ rename }) => rename ?? []);
    return new Set(names).size === names.length;
  });
const columns = several(fc.oneof(columnRule(name, true), columnRule(text, false)));
const declared = text.map((it) => it.trim().replaceAll(/\s+/g, " "));
const types = several(columnRule(declared, false));

const tableRule: fc.Arbitrary<TableRule> = fc.oneof(
  fc.record({
    pattern: name,
    place: fc.constant(place),
    because: orNull(text),
    skip: fc.constantFrom(false, null),
    rename: orNull(name),
    columns,
    types,
  }),
  fc.record({
    pattern: text,
    place: fc.constant(place),
    because: orNull(text),
    skip: fc.constantFrom(true),
    rename: fc.constant(null),
    columns: fc.constant([]),
    types: fc.constant([]),
  }),
);

export const anyMapping: fc.Arbitrary<Mapping> = fc.record({
  name: text,
  isBuiltIn: fc.constant(false),
  checksum: fc.constant(null),
  because: orNull(text),
  recognise: orNull(
    fc.record({
      tables: fc.array(text, { maxLength: 3 }),
      columns: fc
        .uniqueArray(text, { maxLength: 2, selector: foldName })
        .map((tables) => tables.map((table) => ({ table, column: "id" }))),
    }),
  ),
  names: orNull(fc.constantFrom("keep" as const, "snake" as const, "lower" as const)),
  tables: several(tableRule),
  types,
  values: orNull(
    fc.tuple(anyPolicy, orNull(text), orNull(zone)).map(([policy, because, of]) => ({
      pattern: "*",
      place,
      because,
      skip: null,
      rename: null,
      type: null,
      unit: null,
      decode: null,
      zone: of,
      policy,
    })),
  ),
});

const epochs: Readonly<Record<Exclude<TimeUnit, "julian">, string>> = {
  seconds: "s",
  milliseconds: "ms",
  microseconds: "us",
  nanoseconds: "ns",
  "core-data": "core-data",
  webkit: "webkit",
};

/** Maps keep names that objects would reorder. */
const said = (entries: Readonly<Record<string, unknown>>) =>
  new Map(Object.entries(entries).filter(([, value]) => value !== null && value !== undefined));
const byPattern = (rules: readonly { readonly pattern: string }[], spell: (rule: never) => unknown) =>
  rules.length === 0 ? null : new Map(rules.map((rule) => [rule.pattern, spell(rule as never)]));

const spellRule = ({ because, skip, rename, type, unit, decode, zone: of, policy }: ColumnRule) =>
  said({
    because,
    skip,
    rename,
    type: type === null ? null : typeWords(type),
    convert: decode ?? (unit === null || unit === "julian" ? unit : { epoch: epochs[unit] }),
    zone: of,
    nul: policy.nul,
    "invalid-utf8": policy.invalidUtf8,
    "out-of-range": policy.outOfRange,
    empty: policy.empty,
    excess: policy.excess,
    true: policy.trueWords,
    false: policy.falseWords,
    "null-as": policy.nullAs,
  });
const spellTable = ({ because, skip, rename, columns: inner, types: declaredSo }: TableRule) =>
  said({
    because,
    skip,
    rename,
    columns: byPattern(inner, spellRule),
    types: byPattern(declaredSo, spellRule),
  });

/** As the library writes it, in block style or flow style. */
export function spellMapping(mapping: Mapping, isFlow: boolean): string {
  const { name: called, because, recognise, names, tables, types: declaredSo, values } = mapping;
  const document = new Document(
    said({
      version: 1,
      name: called,
      because,
      recognise: recognise && {
        tables: recognise.tables,
        columns: new Map(recognise.columns.map(({ table, column }) => [table, [column]])),
      },
      names,
      tables: byPattern(tables, spellTable),
      types: byPattern(declaredSo, spellRule),
      values: values && spellRule(values),
    }),
  );
  return document.toString({ collectionStyle: isFlow ? "flow" : "block" });
}

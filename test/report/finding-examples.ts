/** A finding of every kind, complete by type. */
import type { Finding, FindingKind } from "../../src/model/finding.js";
import type { Example, TimeCounts } from "../../src/model/profile.js";
import type { TimesSeen } from "../../src/model/times-seen.js";

export const example = (storageClass: Example["storageClass"], value: string, rowid = "7"): Example => ({
  at: { rowid, key: null },
  storageClass,
  value,
});

/** Of a column whose numbers were counted so. */
export const timesSeen = (counts: Partial<TimeCounts>, areEarly = false): TimesSeen => ({
  counts: {
    seconds: 0,
    milliseconds: 0,
    microseconds: 0,
    nanoseconds: 0,
    julian: 0,
    zero: 0,
    small: 0,
    implausible: 0,
    finer: 0,
    ...counts,
  },
  areEarly,
});

/** One finding of every kind: those that the examples of docs/findings/ lead to. */
export const findingOf: { readonly [K in FindingKind]: Extract<Finding, { kind: K }> } = {
  "value-misfit": {
    kind: "value-misfit",
    at: { table: "person", column: "note" },
    isKey: false,
    type: "text",
    code: "nul",
    rows: 1,
    first: example("text", "'a\\u0000b'"),
    reason: "it holds a NUL character, which PostgreSQL text cannot store",
  },
  "rows-rejected": {
    kind: "rows-rejected",
    at: { table: "person", column: "note" },
    isKey: false,
    type: "text",
    code: "nul",
    rows: 1,
    first: example("text", "'a\\u0000b'"),
    reason: "it holds a NUL character, which PostgreSQL text cannot store",
  },
  "too-many-rejects": {
    kind: "too-many-rejects",
    at: { table: null },
    rows: 3,
    rejected: 2,
    limit: { rows: 1 },
  },
  "policy-applied": {
    kind: "policy-applied",
    at: { table: "person", column: "note" },
    policy: "nul",
    values: 1,
    first: example("text", "'a\\u0000b'"),
    became: "'ab'",
  },
  "rule-not-kept": {
    kind: "rule-not-kept",
    at: { table: "person", column: "seen" },
    rule: { mapping: "django", line: null },
    offer: { type: "timestamptz", unit: null, policy: {}, rejected: 1 },
    type: "text",
    values: 1,
    first: example("text", "'never'"),
  },
  "rule-unused": {
    kind: "rule-unused",
    at: { table: null },
    rule: { mapping: "my.yaml", line: 4 },
    pattern: "persons",
    nearest: "person",
  },
  "mapping-recognised": {
    kind: "mapping-recognised",
    at: { table: null },
    mapping: "django",
    by: ["django_migrations"],
  },
  "time-unit-missing": {
    kind: "time-unit-missing",
    at: { table: "person", column: "born" },
    type: "timestamptz",
    rule: { mapping: "my.yaml", line: 5 },
    seen: timesSeen({ seconds: 4, milliseconds: 2 }),
  },
  "declared-type-not-kept": {
    kind: "declared-type-not-kept",
    at: { table: "person", column: "age" },
    declared: "INTEGER",
    type: "text",
    offer: { type: "bigint", unit: null, policy: {}, rejected: 1 },
    values: 1,
    first: example("text", "'unknown'"),
  },
  "time-unit-unclear": {
    kind: "time-unit-unclear",
    at: { table: "person", column: "born" },
    declared: "DATETIME",
    type: "bigint",
    seen: timesSeen({ seconds: 4, milliseconds: 2 }),
  },
  "looks-like": {
    kind: "looks-like",
    at: { table: "person", column: "born" },
    type: "bigint",
    values: 2,
    like: "timestamptz",
    unit: "milliseconds",
    days: ["2020-09-13", "2020-10-06"],
  },
  "zoneless-as-utc": { kind: "zoneless-as-utc", at: { table: "person", column: "seen" }, values: 2 },
  "values-converted": {
    kind: "values-converted",
    at: { table: "person", column: "phone" },
    from: "INTEGER",
    type: "text",
    values: 2,
    first: example("integer", "4912345", "1"),
  },
  "length-limit-dropped": {
    kind: "length-limit-dropped",
    at: { table: "person", column: "name" },
    declared: "VARCHAR(10)",
    longest: 25,
    offer: { type: "varchar(10)", unit: null, policy: { excess: "truncate" }, rejected: 0 },
  },
  "null-in-not-null": {
    kind: "null-in-not-null",
    at: { table: "person", column: "name" },
    rows: 2,
    first: example("null", "NULL"),
    policy: null,
  },
  "null-in-primary-key": {
    kind: "null-in-primary-key",
    at: { table: "person", column: "code" },
    rows: 1,
    first: example("null", "NULL"),
  },
  "key-not-made": {
    kind: "key-not-made",
    at: { table: "person" },
    name: "person_code_key",
    columns: ["code"],
    cause: "duplicates",
    message: "Key (code)=(1) is duplicated.",
  },
  "orphan-rows": {
    kind: "orphan-rows",
    at: { table: "person" },
    columns: ["team_id"],
    parentTable: "team",
    rows: 3,
    first: ["rowid 7", "rowid 9", "rowid 11"],
    foundIn: "source",
    rejectedParents: 0,
  },
  "foreign-key-type-changed": {
    kind: "foreign-key-type-changed",
    at: { table: "person", column: "team_id" },
    type: "uuid",
    parentTable: "team",
  },
  "identity-exhausted": {
    kind: "identity-exhausted",
    at: { table: "person", column: "id" },
    type: "bigint",
    largest: "9223372036854775807",
  },
  "name-changed": {
    kind: "name-changed",
    at: { table: "person" },
    what: "column",
    from: "xmin",
    to: "xmin_",
    why: "system-column",
  },
  "too-many-columns": { kind: "too-many-columns", at: { table: "wide" }, columns: 1700 },
  "name-taken": {
    kind: "name-taken",
    at: { table: "person" },
    schema: "public",
    name: "person",
    what: "table",
  },
  "nothing-to-move": { kind: "nothing-to-move", at: { table: null } },
};

export const everyFinding: readonly Finding[] = Object.values(findingOf);

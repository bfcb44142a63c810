/** Sets the objects of a source against those of the target and the lists of what is not there. */
import type { Finding } from "../../src/model/finding.js";
import type { NotCarried } from "../../src/model/plan.js";
import { spellingOf, type SchemaObject } from "./source-objects.js";

export interface AccountInput {
  readonly source: readonly SchemaObject[];
  readonly target: readonly SchemaObject[];
  readonly notCarried: readonly NotCarried[];
  readonly findings: readonly Finding[];
  /** Whether a column of the source, by its name there, is a text in the target. */
  readonly isText: (table: string, column: string) => boolean;
}

export interface Account {
  readonly all: number;
  readonly found: number;
  /** In lines of what is not carried, or in findings where those tell. */
  readonly listed: number;
  /** In words: what is neither found nor listed, and lines and objects of the target that nothing of the source explains. */
  readonly troubles: readonly string[];
}

/** A thing for each of `things`, at most once. */
class Heap<T> {
  readonly #left: T[];
  constructor(things: readonly T[]) {
    this.#left = [...things];
  }
  take(isWanted: (thing: T) => boolean): T | null {
    const at = this.#left.findIndex(isWanted);
    return at < 0 ? null : this.#left.splice(at, 1)[0]!;
  }
  get left(): readonly T[] {
    return this.#left;
  }
}

const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

/** What a table or column takes with it where it is listed itself. */
function goesWith(object: SchemaObject, line: NotCarried): boolean {
  if (object.table === null || line.table === null || !same(object.table, line.table)) return false;
  if (line.type === object.type) return false;
  if (line.type === "table") return object.type !== "trigger";
  // A stored column stays as a plain one.
  const isLost =
    line.type === "column" ||
    (line.type === "generated column" && !line.reason.endsWith("carried as a plain column"));
  return isLost && ofColumns.includes(object.type) && same(`${object.table}.${object.name}`, line.name);
}

const ofColumns: readonly SchemaObject["type"][] = [
  "column",
  "not null",
  "default",
  "identity",
  "collation",
  "generated column",
];

function isListedBy({ type, table, name }: SchemaObject, line: NotCarried): boolean {
  const isUniqueIndex = type === "index" && line.type === "unique";
  if (line.type !== type && !isUniqueIndex) return false;
  // SQLite does not say whose a shadow is; its name does.
  if (type === "shadow table") return same(name, line.name) && name.startsWith(`${line.table}_`);
  if (!same(table ?? "", line.table ?? "")) return false;
  switch (type) {
    case "column":
    case "default":
    case "generated column":
    case "collation":
      return same(line.name, `${table}.${name}`);
    case "check":
      return name === "" || same(name, line.name);
    case "primary key":
    case "conflict clause":
      return true;
    case "unique":
    case "foreign key": {
      const words = `${line.name} ${line.sql ?? ""}`.replaceAll('"', "").toLowerCase();
      return words.includes(`(${name.replaceAll(collated, "$1").toLowerCase()})`);
    }
    default:
      return same(name, line.name);
  }
}

const collated = /(?:NOCASE|RTRIM)\((.*?)\)/gi;

/** What SQLite has as an expression may be written as a collation is. */
const withoutCollations = ({ details }: SchemaObject): string => details.replaceAll(collated, "(expression)");

function isFoundIn(object: SchemaObject, thing: SchemaObject, named: ReadonlySet<string>): boolean {
  if (spellingOf(thing) === spellingOf(object)) return true;
  if (thing.table !== object.table) return false;
  const isOwn = !named.has(thing.name);
  switch (object.type) {
    case "check":
      // PostgreSQL has a name for each.
      return object.name === "" && thing.type === "check" && isOwn;
    case "unique":
      // A constraint compares by columns alone.
      return thing.type === "index" && isOwn && same(thing.details, `unique (${object.name})`);
    case "index":
      return (
        object.details.includes("(expression)") &&
        spellingOf({ ...thing, details: withoutCollations(thing) }) ===
          spellingOf({ ...object, details: withoutCollations(object) })
      );
    default:
      return false;
  }
}

/** Where the design has a finding instead of a line. */
function isToldBy({ type, table, name }: SchemaObject, finding: Finding): boolean {
  const { at } = finding;
  if (at.table === null || table === null || !same(at.table, table)) return false;
  switch (finding.kind) {
    case "null-in-not-null":
      return type === "not null" && same(finding.at.column, name);
    case "collation-in-indexes":
      return type === "collation" && same(finding.at.column, name);
    default:
      return false;
  }
}

export function account({ source, target, notCarried, findings, isText }: AccountInput): Account {
  const things = new Heap(target);
  const lines = new Heap(notCarried);
  const told = new Heap(findings);
  const all = source.filter((object) => !notCarried.some((line) => goesWith(object, line)));
  const named = new Set(
    all.filter(({ type }) => type === "check" || type === "index").map(({ name }) => name),
  );
  let [found, listed] = [0, 0];
  const troubles: string[] = [];
  for (const object of all) {
    const line = lines.take((each) => isListedBy(object, each));
    const finding = line === null ? told.take((each) => isToldBy(object, each)) : null;
    const thing = things.take((each) => isFoundIn(object, each, named));
    const isMeaningless = object.type === "collation" && !isText(object.table ?? "", object.name);
    const isThere = thing !== null || isMeaningless;
    const isListed = line !== null || finding !== null;
    if (isThere && isListed) troubles.push(`both found and listed: ${spellingOf(object)}`);
    else if (isThere) found += 1;
    else if (isListed) listed += 1;
    else troubles.push(`neither found nor listed: ${spellingOf(object)}`);
  }
  const unexplained = things.left.filter((thing) => !isImplied(thing, target, notCarried));
  return {
    all: all.length,
    found,
    listed,
    troubles: [
      ...troubles,
      ...lines.left.map(({ type, table, name }) => `listed for nothing: ${type} ${name} of ${table}`),
      ...unexplained.map((thing) => `found for nothing: ${spellingOf(thing)}`),
    ],
  };
}

/**
 * Keys and identity columns are NOT NULL in PostgreSQL; a unique constraint stands for a primary key that holds NULLs, and a
 * unique index for a key that is too long.
 */
const isImplied = (
  { type, table, name }: SchemaObject,
  target: readonly SchemaObject[],
  notCarried: readonly NotCarried[],
): boolean => {
  const ofTable = notCarried.filter((line) => line.table === table);
  switch (type) {
    case "not null":
      return (
        target.some(
          (key) =>
            (key.type === "primary key" || key.type === "identity") &&
            key.table === table &&
            key.name.split(", ").includes(name),
        ) || ofTable.some((line) => isOverDigests(line) && line.sql?.endsWith(`PRIMARY KEY ("${name}")`))
      );
    case "unique":
      return ofTable.some((line) => line.type === "primary key" && line.name.endsWith(`(${name})`));
    case "index":
      return ofTable.some((line) => isOverDigests(line) && line.name === name);
    default:
      return false;
  }
};

const isOverDigests = ({ reason }: NotCarried): boolean =>
  reason.endsWith("a unique index over digests stands for it");

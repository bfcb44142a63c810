/**
 * YAML 1.2 as plain data, and where each piece of it stands. Keys are text as they are written, for they are names:
 * `true`, `null` and `0x10` can be columns. No key may stand twice, not even in another case: SQLite would take both for
 * one name.
 */
import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  type Alias,
  type Document,
  type ParsedNode,
  type YAMLMap,
} from "yaml";
import { foldName } from "../model/identifier.js";
import type { Complaint, Path, Position } from "./complaint.js";

export interface YamlDocument {
  /** null for an empty file. Maps have no prototype. */
  readonly value: unknown;
  /** Of the YAML itself. */
  readonly complaints: readonly Complaint[];
  /** No YAML: there is no value, and nothing to be said of it. */
  readonly isBroken: boolean;
  /** Of the value there, or of the nearest piece around it that is in the file. */
  readonly valueAt: (path: Path) => Position;
  /** Of the key that the path ends with, likewise. */
  readonly keyAt: (path: Path) => Position;
}

/** Aliases of aliases can make a short text long without end. */
const mostAliases = 10_000;

export function readYaml(text: string): YamlDocument {
  const lines = new LineCounter();
  // The core schema also for a file that calls itself YAML 1.1, where `no` would be a boolean.
  const document = parseDocument(text.replace(/^\uFEFF/, ""), {
    lineCounter: lines,
    schema: "core",
    resolveKnownTags: false,
    prettyErrors: false,
    uniqueKeys: false,
  });
  const at = (offset: number): Position => {
    const { line, col } = lines.linePos(offset);
    return { line, column: col };
  };
  const slips = [...document.errors, ...document.warnings];
  if (slips.length > 0) {
    const complaints = slips.map(({ pos, message }) => ({
      position: at(pos[0]),
      path: [],
      message: yamlWords(message),
    }));
    return { value: null, complaints, isBroken: true, valueAt: () => top, keyAt: () => top };
  }
  const reader = new PlainReader(at);
  return {
    value: reader.plain(document.contents, []),
    complaints: reader.complaints,
    isBroken: false,
    valueAt: (path) => at(find(document, path, "value")),
    keyAt: (path) => at(find(document, path, "key")),
  };
}

const top: Position = { line: 1, column: 1 };

const yamlWords = (message: string): string =>
  message.startsWith("Source contains multiple documents")
    ? "a second document begins here; a mapping is one document"
    : `this is no YAML: ${message}`;

class PlainReader {
  readonly complaints: Complaint[] = [];
  readonly #at: (offset: number) => Position;
  readonly #anchors = new Map<string, ParsedNode>();
  readonly #around = new Set<ParsedNode>();
  #aliases = 0;

  constructor(at: (offset: number) => Position) {
    this.#at = at;
  }

  plain(node: ParsedNode | null, path: Path): unknown {
    if (node === null) return null;
    if (isAlias(node)) return this.#named(node, path);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (isScalar(node)) return node.value;
    this.#around.add(node);
    const value = isSeq<ParsedNode>(node)
      ? node.items.map((item, index) => this.plain(item, [...path, index]))
      : this.#map(node, path);
    this.#around.delete(node);
    return value;
  }

  #named(alias: Alias.Parsed, path: Path): unknown {
    this.#aliases++;
    const named = this.#anchors.get(alias.source);
    if (named === undefined) this.#complain(alias, path, `there is no anchor &${alias.source} before it`);
    else if (this.#around.has(named))
      this.#complain(alias, path, "an alias cannot stand within what it names");
    else if (this.#aliases < mostAliases) return this.plain(named, path);
    else if (this.#aliases === mostAliases) this.#complain(alias, path, `more than ${mostAliases} aliases`);
    return null;
  }

  #map(map: YAMLMap.Parsed, path: Path): unknown {
    const value = Object.create(null) as Record<string, unknown>;
    const firsts = new Map<string, ParsedNode>();
    for (const { key, value: inner } of map.items) {
      const name = keyText(key);
      if (name === null) {
        this.#complain(key, path, "a key is a word, not a list or map");
        continue;
      }
      const first = firsts.get(foldName(name));
      if (first !== undefined) {
        const { line } = this.#at(first.range[0]);
        this.#complain(key, [...path, name], `this key is on line ${line} already`);
        continue;
      }
      firsts.set(foldName(name), key);
      value[name] = this.plain(inner, [...path, name]);
    }
    return value;
  }

  #complain(node: ParsedNode, path: Path, message: string): void {
    this.complaints.push({ position: this.#at(node.range[0]), path, message });
  }
}

const keyText = (key: ParsedNode): string | null => (isScalar(key) ? key.source : null);

/** The offset of a path's end, as far as it leads. */
function find(document: Document, path: Path, what: "key" | "value"): number {
  let node = document.contents as ParsedNode | null;
  let offset = node?.range[0] ?? 0;
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = (node.resolve(document) as ParsedNode | undefined) ?? null;
    if (isSeq<ParsedNode>(node)) {
      node = node.items[Number(step)] ?? null;
      if (node === null) return offset;
      offset = node.range[0];
      continue;
    }
    const pair = isMap<ParsedNode, ParsedNode | null>(node)
      ? node.items.find(({ key }) => keyText(key) === step)
      : undefined;
    if (pair === undefined) return offset;
    const isKeyWanted = what === "key" && index === path.length - 1;
    node = pair.value;
    offset = isKeyWanted || node === null ? pair.key.range[0] : node.range[0];
  }
  return offset;
}

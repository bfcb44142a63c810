/** What people have named in a schema, and its names in the target: tables, indexes and views share a namespace there. */
import type { SqliteSchema } from "../model/sqlite.js";
import { keyNames, type TableKeyNames } from "./key-names.js";
import { NameBook, wish } from "./names.js";
import type { Rules } from "./rules/rules.js";
import type { TableDeclaration } from "./sql/ddl/table-declaration.js";

/** Each by the names in the source. */
export interface RelationNames {
  readonly tables: ReadonlyMap<string, string>;
  readonly indexes: ReadonlyMap<string, string>;
  readonly views: ReadonlyMap<string, string>;
  /** By table. */
  readonly keys: ReadonlyMap<string, TableKeyNames>;
  /** The namespace that they are taken from, for the names that we make. */
  readonly relations: NameBook;
}

/**
 * People's own names come first: what we name ourselves (_pkey, _seq) makes way for them, and keys for tables.
 *
 * @param declarations one per table
 */
export function relationNames(
  schema: SqliteSchema,
  declarations: readonly (TableDeclaration | null)[],
  rules: Rules,
): RelationNames {
  const relations = new NameBook();
  const tables = schema.tables.map((table) => table.name);
  const indexes = schema.tables.flatMap((table) =>
    table.indexes.filter((index) => index.origin === "statement").map((index) => index.name),
  );
  const views = schema.objects.filter(({ type }) => type === "view").map(({ name }) => name);
  const taken = relations.takeAll([
    ...tables.map((name) => wish(name, rules.names, rules.table(name).rename)),
    ...[...indexes, ...views].map((name) => wish(name, rules.names)),
  ]);
  const from = (start: number, each: readonly string[]): ReadonlyMap<string, string> =>
    new Map(each.map((name, index) => [name, taken[start + index]!]));
  return {
    tables: from(0, tables),
    indexes: from(tables.length, indexes),
    views: from(tables.length + indexes.length, views),
    keys: keyNames(schema, declarations, rules.names, relations),
    relations,
  };
}

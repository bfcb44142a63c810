/** The names that people gave to primary keys and unique constraints: names of indexes in PostgreSQL, which tables share. */
import type { NameStyle } from "../model/mapping.js";
import type { SqliteSchema, SqliteTable } from "../model/sqlite.js";
import { takeGiven, wish, type GivenName, type NameBook } from "./names.js";
import { isIndexOf } from "./sql/ddl/key-declaration.js";
import type { TableDeclaration } from "./sql/ddl/table-declaration.js";

/** Only those that have a name. */
export interface TableKeyNames {
  readonly primary: GivenName | null;
  /** By the names of their indexes in SQLite. */
  readonly uniques: ReadonlyMap<string, GivenName>;
}

/**
 * By table.
 *
 * @param declarations one per table
 * @param relations in which people's tables, indexes and views have their names already
 */
export function keyNames(
  { tables }: SqliteSchema,
  declarations: readonly (TableDeclaration | null)[],
  style: NameStyle,
  relations: NameBook,
): ReadonlyMap<string, TableKeyNames> {
  const named = tables.flatMap((table, at) => namedKeysOf(table, declarations[at] ?? null));
  const wishes = named.map(({ declared }) => wish(declared, style));
  const given = takeGiven(relations, wishes);
  return new Map(
    tables.map((table) => {
      const own = named.flatMap((each, at) =>
        each.table === table ? [[each.index, given[at]!] as const] : [],
      );
      const primary = own.find(([index]) => index === null)?.[1] ?? null;
      const uniques = new Map(
        own.flatMap(([index, name]) => (index === null ? [] : [[index, name] as const])),
      );
      return [table.name, { primary, uniques }];
    }),
  );
}

interface NamedKey {
  readonly table: SqliteTable;
  /** null: it is the primary key. */
  readonly index: string | null;
  readonly declared: string;
}

function namedKeysOf(table: SqliteTable, declaration: TableDeclaration | null): readonly NamedKey[] {
  const declared = declaration?.namedKeys ?? [];
  const primary = declared.find(({ isPrimary }) => isPrimary);
  return [
    ...(primary === undefined ? [] : [{ table, index: null, declared: primary.name }]),
    ...table.indexes.flatMap((index): readonly NamedKey[] => {
      const key = declared.find((each) => !each.isPrimary && isIndexOf(index, each));
      return key === undefined ? [] : [{ table, index: index.name, declared: key.name }];
    }),
  ];
}

/** Every object of a SQLite file, by pragmas and the words of its text: nothing of the product is asked. */
import type Database from "better-sqlite3";
import { readTableText } from "./create-table-text.js";

/** What both sides name alike, in names of the source: a thing is found where one of its spellings is. */
export interface SchemaObject {
  readonly type:
    | "table"
    | "column"
    | "not null"
    | "default"
    | "identity"
    | "generated column"
    | "primary key"
    | "unique"
    | "index"
    | "foreign key"
    | "check"
    | "collation"
    | "conflict clause"
    | "view"
    | "trigger"
    | "virtual table"
    | "shadow table";
  readonly table: string | null;
  readonly name: string;
  /** All that the other side must agree with beside the name: terms, predicate, actions. */
  readonly details: string;
}

/** Of one object in one spelling. */
export const spellingOf = ({ type, table, name, details }: SchemaObject): string =>
  [type, table ?? "", name, details].join(" | ").toLowerCase();

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notnull: 0 | 1;
  readonly dflt_value: string | null;
  readonly pk: number;
  readonly hidden: 0 | 1 | 2 | 3;
}

interface Index {
  readonly name: string;
  readonly unique: 0 | 1;
  readonly origin: "c" | "u" | "pk";
  readonly partial: 0 | 1;
}

interface Term {
  readonly name: string | null;
  readonly desc: 0 | 1;
  readonly coll: string;
}

interface KeyPart {
  readonly id: number;
  readonly table: string;
  readonly from: string;
  readonly to: string | null;
  readonly on_update: string;
  readonly on_delete: string;
}

/** A column of another collation than these is compared in PostgreSQL by what its index is made of. */
const bytewise = (collation: string): boolean => !["NOCASE", "RTRIM"].includes(collation.toUpperCase());

/** @param isText whether the target has a text there: else a collation means nothing. */
export function sourceObjects(
  database: Database.Database,
  isText: (table: string, column: string) => boolean,
): readonly SchemaObject[] {
  const all = <Row>(sql: string, ...parameters: string[]): Row[] =>
    database.prepare<string[], Row>(sql).all(...parameters);
  const listed = all<{ name: string; type: string; sql: string | null }>(
    `SELECT l.name, l.type, s.sql FROM pragma_table_list AS l
       LEFT JOIN sqlite_schema AS s ON s.name = l.name AND s.type IN ('table', 'view')
      WHERE l.schema = 'main' AND l.name NOT LIKE 'sqlite\\_%' ESCAPE '\\'`,
  );
  const keyOf = (table: string): readonly string[] =>
    all<Column>("SELECT * FROM pragma_table_xinfo(?) WHERE pk > 0 ORDER BY pk", table).map(
      ({ name }) => name,
    );

  function ofTable(table: string, sql: string): readonly SchemaObject[] {
    const objects: SchemaObject[] = [];
    const add = (type: SchemaObject["type"], name: string, details = ""): void =>
      void objects.push({ type, table, name, details });
    add("table", table);
    const columns = all<Column>("SELECT * FROM pragma_table_xinfo(?)", table);
    const indexes = all<Index>("SELECT * FROM pragma_index_list(?)", table);
    const key = keyOf(table);
    for (const column of columns) {
      add("column", column.name);
      if (column.hidden !== 0) add("generated column", column.name);
      if (column.notnull === 1) add("not null", column.name);
      // DEFAULT NULL is what happens without one.
      if (column.hidden === 0 && column.dflt_value !== null && !/^\(*NULL\)*$/i.test(column.dflt_value))
        add("default", column.name);
    }
    if (key.length > 0) add("primary key", key.join(", "));
    const isRowid =
      key.length === 1 && !indexes.some(({ origin }) => origin === "pk") && !/WITHOUT\s+ROWID/i.test(sql);
    if (isRowid) add("identity", key[0]!);
    for (const index of indexes) {
      const terms = all<Term>("SELECT name, desc, coll FROM pragma_index_xinfo(?) WHERE key = 1", index.name);
      const words = terms.map(({ name, desc, coll }) => {
        const plain = name ?? "(expression)";
        const collated = name === null || bytewise(coll) || !isText(table, name) ? plain : `${coll}(${name})`;
        return desc === 1 && index.origin === "c" ? `${collated} DESC` : collated;
      });
      if (index.origin === "u") add("unique", [...new Set(words)].join(", "));
      if (index.origin === "c")
        add(
          "index",
          index.name,
          `${index.unique === 1 ? "unique " : ""}(${words.join(", ")})${index.partial === 1 ? " where" : ""}`,
        );
    }
    const keyParts = all<KeyPart>("SELECT * FROM pragma_foreign_key_list(?) ORDER BY id, seq", table);
    for (const id of new Set(keyParts.map((part) => part.id))) {
      const parts = keyParts.filter((part) => part.id === id);
      const { table: parent, on_update: onUpdate, on_delete: onDelete } = parts[0]!;
      const parentKey = parts.map(({ to }, at) => to ?? keyOf(parent)[at] ?? "");
      add(
        "foreign key",
        parts.map(({ from }) => from).join(", "),
        `${parent} (${parentKey.join(", ")}) ${onUpdate} ${onDelete}`,
      );
    }
    const text = readTableText(sql);
    for (const name of text.checks) add("check", name ?? "");
    for (const { column, collation } of text.collations)
      if (collation !== "BINARY") add("collation", column, collation);
    for (let count = 0; count < text.conflictClauses; count += 1) add("conflict clause", "");
    return objects;
  }

  /** A full-text table with text of its own: the rowid, and the columns that a person sees, as a table. */
  function ofFullText(table: string, sql: string): readonly SchemaObject[] {
    const hasText = listed.some(({ name, type }) => name === `${table}_content` && type === "shadow");
    if (!/\bUSING\s+fts[345]\b/i.test(sql) || /compress\s*=/i.test(sql) || !hasText) return [];
    const columns = all<Column>("SELECT * FROM pragma_table_xinfo(?)", table)
      .filter(({ name, hidden }) => hidden === 0 || ![table, "docid", "rank", "__langid"].includes(name))
      .map(({ name }) => name);
    const object = (type: SchemaObject["type"], name: string): SchemaObject => ({
      ...{ type, table, name },
      details: "",
    });
    return [
      object("table", table),
      ...["rowid", ...columns].map((name) => object("column", name)),
      // What is inserted without a language has language 0.
      ...columns
        .filter((name) => new RegExp(`languageid\\s*=\\s*"?${name}"?`, "i").test(sql))
        .map((name) => object("default", name)),
      object("primary key", "rowid"),
      object("identity", "rowid"),
    ];
  }

  /** A shadow is called as its virtual table and something more. */
  const ownerOf = (shadow: string): string | null =>
    listed
      .filter(({ name, type }) => type === "virtual" && shadow.startsWith(`${name}_`))
      .map(({ name }) => name)
      .sort((a, b) => b.length - a.length)[0] ?? null;

  return [
    ...listed.flatMap(({ name, type, sql }): readonly SchemaObject[] =>
      type === "table"
        ? ofTable(name, sql ?? "")
        : [
            ...(type === "virtual" ? ofFullText(name, sql ?? "") : []),
            {
              type: type === "view" ? "view" : `${type as "virtual" | "shadow"} table`,
              table: type === "shadow" ? ownerOf(name) : null,
              name,
              details: "",
            },
          ],
    ),
    ...all<{ name: string; tbl_name: string }>(
      "SELECT name, tbl_name FROM sqlite_schema WHERE type = 'trigger'",
    ).map(({ name, tbl_name }): SchemaObject => ({ type: "trigger", table: tbl_name, name, details: "" })),
  ];
}

/** What FROM can read: relations, subqueries, functions. Each gets a name that hides none of the queries around it. */
import type { As } from "sqlite3-parser";
import { quote } from "../../../model/identifier.js";
import { NameBook } from "../../names.js";
import { findRelation, isOwnSchema, type Environment } from "./environment.js";
import { translateExpression } from "../expression.js";
import type { From, Sources } from "./from.js";
import { jsonTable } from "../functions/json-table.js";
import type { TableKey } from "./group-by.js";
import { inParentheses, suffixed, type Lines } from "./layout.js";
import { contextIn } from "./queries.js";
import { queryRelation, type Relation } from "./relations.js";
import { scopeOf } from "../scope.js";
import { Untranslatable } from "../untranslatable.js";

interface QuerySources extends Sources {
  /** All names that are taken by now, those of the queries around too. */
  readonly taken: () => ReadonlySet<string>;
  /** Of the tables that were read so far. */
  readonly keys: () => readonly TableKey[];
}

/** Of one FROM. */
export function sourcesIn(environment: Environment): QuerySources {
  const book = new NameBook(environment.taken);
  const taken = new Set(environment.taken);
  const keys: TableKey[] = [];
  const take = (wanted: string): string => {
    const name = book.take(wanted);
    taken.add(name);
    return name;
  };
  const relationSource = (relation: Relation, alias: string | null, name: string): From => {
    const prefix = take(alias ?? relation.target);
    const table = relation.scope(alias ?? name, quote(prefix));
    keys.push({ table, columns: relation.primaryKey });
    const sql = quote(relation.target);
    return {
      lines: [prefix === relation.target ? sql : `${sql} AS ${quote(prefix)}`],
      tables: [table],
      parts: [],
    };
  };
  const contextOf: Sources["context"] = (tables) =>
    contextIn({ ...environment, taken }, scopeOf(tables, environment.outer));
  return {
    source: (table, left) => {
      switch (table.type) {
        case "TableSelectTable": {
          const { dbName, objName } = table.tblName;
          const schema = dbName?.text ?? null;
          if (!isOwnSchema(schema))
            throw new Untranslatable(`${schema ?? ""}.${objName.text}: the file has no such schema`);
          return relationSource(
            findRelation(environment, schema, objName.text),
            aliasOf(table.alias),
            objName.text,
          );
        }
        case "SelectSelectTable": {
          const query = environment.translate(table.select, environment, "relation");
          const prefix = take(aliasOf(table.alias) ?? "subquery");
          const scope = queryRelation(prefix, query.columns).scope(aliasOf(table.alias) ?? "", quote(prefix));
          return {
            lines: asTable(query.lines, prefix),
            tables: [scope],
            parts: [query],
          };
        }
        case "TableCallSelectTable": {
          const name = table.tblName.objName.text;
          const alias = aliasOf(table.alias) ?? name;
          const args = (table.args ?? []).map((arg) => translateExpression(arg, contextOf(left)));
          const prefix = take(alias);
          const made = jsonTable(name, args, prefix);
          // Its column `id` is a place in bytes that only SQLite has.
          return {
            lines: [made.sql],
            tables: [{ ...made.table, name: alias, missing: ["id"] }],
            parts: args,
          };
        }
      }
    },
    context: contextOf,
    taken: () => taken,
    keys: () => keys,
  };
}

const aliasOf = (alias: As | undefined): string | null => alias?.name.text ?? null;

/** PostgreSQL wanted a name for every one of them before version 16. */
const asTable = (lines: Lines, name: string): Lines => suffixed(inParentheses(lines), ` AS ${quote(name)}`);

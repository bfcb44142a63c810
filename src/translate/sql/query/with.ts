/**
 * WITH (sqlite.org/lang_with.html). A table of it is translated where it is first read: SQLite lets it stand before or behind
 * those that read it, and never looks at one that nobody reads.
 */
import type { CommonTableExpr, With } from "sqlite3-parser";
import { quote, sameName } from "../../../model/identifier.js";
import { NameBook } from "../../names.js";
import type { CommonTables, Environment } from "./environment.js";
import { indented, type Lines } from "./layout.js";
import { titled } from "./result-column.js";
import { readsItself, translateRecursive } from "./recursive.js";
import { queryRelation, type QueryColumn, type Relation } from "./relations.js";
import { worst, type Volatility } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";

export interface WithClause {
  /** Of the SELECT behind it. */
  readonly environment: Environment;
  /** Of those that were read until now; empty: none was. */
  readonly lines: () => Lines;
  readonly volatility: () => Volatility;
}

interface Made {
  readonly lines: Lines;
  readonly isRecursive: boolean;
  readonly volatility: Volatility;
}

export function withClause({ ctes }: With, around: Environment): WithClause {
  const made: Made[] = [];
  const relations = new Map<CommonTableExpr, Relation | "in work">();
  const tables: CommonTables = {
    find: (name) => {
      const table = ctes.find((each) => sameName(each.tblName.text, name));
      if (table === undefined) return null;
      const known = relations.get(table);
      if (known === "in work") throw new Untranslatable(`WITH ${name}, which reads itself in a circle`);
      if (known !== undefined) return known;
      relations.set(table, "in work");
      const one = make(table, environment);
      made.push(one.made);
      relations.set(table, one.relation);
      return one.relation;
    },
  };
  const environment: Environment = { ...around, withs: [tables, ...around.withs] };
  return {
    environment,
    lines: () =>
      made.flatMap(({ lines }, index) => {
        const word = made.some(({ isRecursive }) => isRecursive) ? "WITH RECURSIVE " : "WITH ";
        const [first = "", ...rest] = lines;
        const start = index === 0 ? word + first : first;
        const last = index < made.length - 1 ? "," : "";
        return rest.length === 0 ? [start + last] : [start, ...rest.slice(0, -1), rest.at(-1)! + last];
      }),
    volatility: () => worst(made),
  };
}

function make(table: CommonTableExpr, environment: Environment): { made: Made; relation: Relation } {
  const name = table.tblName.text;
  const target = freeName(name, environment);
  const isRecursive = readsItself(name, table.select);
  const query = isRecursive
    ? translateRecursive(target, table, environment)
    : environment.translate(table.select, environment, "relation");
  const columns = isRecursive ? query.columns : renamed(query.columns, table);
  const hint = { Any: "", Yes: " MATERIALIZED", No: " NOT MATERIALIZED" }[table.materialized];
  const names = columns.map((column) => quote(column.target)).join(", ");
  return {
    made: {
      lines: [`${quote(target)} (${names}) AS${hint} (`, ...indented(query.lines), ")"],
      isRecursive,
      volatility: query.volatility,
    },
    relation: queryRelation(target, columns),
  };
}

/** PostgreSQL has one namespace for them and for tables: `main.t` would find the nearer one. */
const freeName = (name: string, { relations }: Environment): string =>
  new NameBook(relations.targets).take(name);

/** By the list of names behind its own. */
export function renamed(
  columns: readonly QueryColumn[],
  { columns: names, tblName }: CommonTableExpr,
): readonly QueryColumn[] {
  if (names === undefined) return columns;
  if (names.length !== columns.length)
    throw new Untranslatable(`WITH ${tblName.text}: ${names.length} names for ${columns.length} columns`);
  return titled(
    columns,
    names.map(({ colName }) => colName.text),
  );
}

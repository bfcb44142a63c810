/**
 * CREATE VIEW (sqlite.org/lang_createview.html): each view after those that it reads, or the reason why it is not carried. SQLite looks at
 * the SELECT only when somebody reads the view, so a file may hold views of tables that are gone.
 */
import type { CreateViewStmt } from "sqlite3-parser";
import type { Finding } from "../../model/finding.js";
import { foldName } from "../../model/identifier.js";
import type { NameStyle } from "../../model/mapping.js";
import type { NotCarried, ViewPlan } from "../../model/plan.js";
import type { SqliteObject } from "../../model/sqlite.js";
import { instead } from "../instead.js";
import { columnNames, nameChange, wish } from "../names.js";
import { roundingFinding } from "./rounding-finding.js";
import { parseStatement } from "../sql/ddl/parse.js";
import { queryRelation, type QueryColumn, type Relation, type Relations } from "../sql/query/relations.js";
import { titled } from "../sql/query/result-column.js";
import { environmentOf, translateSelect } from "../sql/query/select.js";
import { Untranslatable, translated, type Translation } from "../sql/untranslatable.js";

export interface ViewsInput {
  /** Views, and what else is no table: virtual tables and their shadows are named where a view reads them. */
  readonly objects: readonly SqliteObject[];
  /** Folded names in the source -> tables that are carried. */
  readonly tables: ReadonlyMap<string, Relation>;
  /** Names of views in the source -> in the target. */
  readonly names: ReadonlyMap<string, string>;
  /** Of their columns' names. */
  readonly style: NameStyle;
}

export interface TranslatedViews {
  /** Each after those that it reads. */
  readonly views: readonly ViewPlan[];
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
  /** Tables and carried views, for triggers. */
  readonly relations: Relations;
}

interface MadeView {
  readonly plan: ViewPlan;
  readonly columns: readonly QueryColumn[];
  /** What of it rounds doubles by their decimal digits. */
  readonly roundings: readonly string[];
}

export function translateViews({ objects, tables, names, style }: ViewsInput): TranslatedViews {
  const sources = new Map(
    objects.filter(({ type }) => type === "view").map((view) => [foldName(view.name), view]),
  );
  const others = new Map(objects.map((object) => [foldName(object.name), object.type]));
  const made = new Map<string, Translation<MadeView> | "in work">();
  const carried: MadeView[] = [];
  const relations: Relations = {
    targets: new Set([...[...tables.values()].map(({ target }) => target), ...names.values()]),
    find: (name) => {
      const table = tables.get(foldName(name));
      if (table !== undefined) return table;
      const view = sources.get(foldName(name));
      if (view === undefined)
        throw new Untranslatable(
          absent(name, others.get(foldName(name))),
          null,
          wayAround(name, others.get(foldName(name))),
        );
      const one = viewOf(view);
      if (one === "in work") throw new Untranslatable(`it reads the view ${view.name} in a circle`);
      if (!one.ok)
        throw new Untranslatable(
          `it reads the view ${view.name}, which is not carried over`,
          null,
          instead.missingView(view.name),
        );
      return queryRelation(one.value.plan.target, one.value.columns);
    },
  };
  const viewOf = (view: SqliteObject): Translation<MadeView> | "in work" => {
    const key = foldName(view.name);
    const known = made.get(key);
    if (known !== undefined) return known;
    made.set(key, "in work");
    const one = translateView(view, names.get(view.name) ?? view.name, relations, style);
    made.set(key, one);
    if (one.ok) carried.push(one.value);
    return one;
  };
  const notCarried = [...sources.values()].flatMap((view): readonly NotCarried[] => {
    const one = viewOf(view);
    if (one === "in work" || one.ok) return [];
    const { reason, instead: way = null } = one;
    return [{ type: "view", name: view.name, table: null, sql: view.sql, reason, instead: way }];
  });
  return {
    views: carried.map(({ plan }) => plan),
    findings: carried.flatMap((view) => [
      ...nameChanges(view, style),
      ...roundingFinding({ table: null, piece: "view", name: view.plan.source }, view.roundings),
    ]),
    notCarried,
    relations,
  };
}

const nameChanges = ({ plan, columns }: MadeView, style: NameStyle): readonly Finding[] => [
  ...nameChange(plan.source, "view", wish(plan.source, style), plan.target),
  ...columns.flatMap(({ name, target }) => nameChange(plan.source, "view column", wish(name, style), target)),
];

function translateView(
  view: SqliteObject,
  target: string,
  relations: Relations,
  style: NameStyle,
): Translation<MadeView> {
  const text = view.sql ?? "";
  const statement = parseStatement(text);
  if (statement?.type !== "CreateViewStmt") return { ok: false, reason: "its text could not be parsed" };
  return translated(text, () => {
    const uses = new Set<string>();
    const roundings = new Set<string>();
    const environment = environmentOf({
      text,
      relations,
      onUse: (name) => uses.add(name),
      onRounding: (construct) => roundings.add(construct),
    });
    const query = translateSelect(statement.select, environment, "view");
    const columns = inStyle(withNames(query.columns, statement), style);
    return {
      columns,
      roundings: [...roundings],
      plan: {
        source: view.name,
        target,
        columns: columns.map((column) => column.target),
        sql: query.lines.join("\n"),
        sourceSql: text,
        uses: [...uses],
      },
    };
  });
}

function inStyle(columns: readonly QueryColumn[], style: NameStyle): readonly QueryColumn[] {
  const targets = columnNames(columns.map(({ name }) => wish(name, style)));
  return columns.map((column, index) => ({ ...column, target: targets[index]! }));
}

/** By the list of names behind that of the view. */
function withNames(
  columns: readonly QueryColumn[],
  { columns: list }: CreateViewStmt,
): readonly QueryColumn[] {
  if (list === undefined) return columns;
  if (list.length !== columns.length)
    throw new Untranslatable(`${list.length} names for ${columns.length} columns`);
  return titled(
    columns,
    list.map(({ colName }) => colName.text),
  );
}

const wayAround = (name: string, type: SqliteObject["type"] | undefined): string | null =>
  type === "virtual" ? instead.virtualTable(name) : instead.ownTable(name);

const absent = (name: string, type: SqliteObject["type"] | undefined): string =>
  type === "virtual" || type === "shadow"
    ? `it reads ${name}, a ${type} table, which is not carried over`
    : /^sqlite_/i.test(name)
      ? `it reads ${name}, a table of SQLite's own`
      : `it reads ${name}: there is no such table, or it is not carried over`;

/**
 * CREATE TRIGGER (sqlite.org/lang_createtrigger.html) as a function in PL/pgSQL and a trigger that calls it. SQLite's fire row by
 * row, and, unasked, never because of themselves (PRAGMA recursive_triggers); PostgreSQL's would.
 */
import type { CreateTriggerStmt } from "sqlite3-parser";
import type { Finding } from "../../model/finding.js";
import { foldName, quote, sameName } from "../../model/identifier.js";
import type { NameStyle } from "../../model/mapping.js";
import type { NotCarried, TriggerPlan } from "../../model/plan.js";
import type { SqliteObject } from "../../model/sqlite.js";
import { upkeepReason } from "./full-text-upkeep.js";
import { instead } from "../instead.js";
import { nameChange, NameBook, wish } from "../names.js";
import { roundingFinding } from "./rounding-finding.js";
import { parseStatement } from "../sql/ddl/parse.js";
import type { Relations } from "../sql/query/relations.js";
import { bodyOf } from "../sql/trigger/body.js";
import type { WritableTable, Written } from "../sql/trigger/surroundings.js";
import { ownRowBody } from "../sql/trigger/own-row.js";
import { translated, Untranslatable, type Translation } from "../sql/untranslatable.js";
import { selfFiring, type TriggerEvents } from "./trigger-circles.js";

export interface TriggersInput {
  /** All that is no table. */
  readonly objects: readonly SqliteObject[];
  /** By folded name in the source: what triggers may write. */
  readonly tables: ReadonlyMap<string, WritableTable>;
  readonly relations: Relations;
  /** Of their names. */
  readonly style: NameStyle;
}

export interface TranslatedTriggers {
  readonly triggers: readonly TriggerPlan[];
  readonly findings: readonly Finding[];
  readonly notCarried: readonly NotCarried[];
}

interface Parsed {
  readonly object: SqliteObject;
  readonly statement: CreateTriggerStmt | null;
}

interface Unnamed extends Pick<Made, "plan" | "roundings"> {
  /** Source name of the table or view. */
  readonly on: string;
}

interface Made {
  readonly plan: Omit<TriggerPlan, "functionName" | "target">;
  readonly writes: readonly Written[];
  /** What of it rounds doubles by their decimal digits. */
  readonly roundings: readonly string[];
}

export function translateTriggers(input: TriggersInput): TranslatedTriggers {
  const parsed = input.objects
    .filter(({ type }) => type === "trigger")
    .map((object): Parsed => {
      const statement = parseStatement(object.sql ?? "");
      return { object, statement: statement?.type === "CreateTriggerStmt" ? statement : null };
    });
  const tried = parsed.map((each) => ({ each, made: translateTrigger(each, parsed, input) }));
  const circles = selfFiring(
    tried.flatMap((one) => (one.made.ok ? [eventsOf(one.each, one.made.value.writes)] : [])),
  );
  const made: Unnamed[] = [];
  const notCarried: NotCarried[] = [];
  for (const { each, made: one } of tried) {
    const { name } = each.object;
    const circle = circles.get(name);
    const isGuarded = circle === "alone" && !isReachedByKeys(each, input.tables);
    const reason = !one.ok
      ? (upkeepReason(each.statement, input.objects) ?? one.reason)
      : circle !== undefined && !isGuarded
        ? firesItself
        : null;
    if (!one.ok || reason !== null) {
      notCarried.push({
        type: "trigger",
        name,
        table: each.object.table,
        sql: each.object.sql,
        reason: reason ?? "",
        instead: wayOf(each, one, input),
      });
      continue;
    }
    const { plan, roundings } = one.value;
    made.push({
      plan: { ...plan, when: isGuarded ? guarded(plan.when) : plan.when },
      roundings,
      on: each.object.table ?? "",
    });
  }
  return { ...named(made, input.style), notCarried };
}

/** Where nothing better is known, the trigger without what it does. */
function wayOf({ object, statement }: Parsed, made: Translation<Made>, input: TriggersInput): string | null {
  if (upkeepReason(statement, input.objects) !== null) return null;
  if (made.ok) return instead.onlyByOthers;
  if (statement === null) return null;
  const name = statement.tblName.objName.text;
  const relation = input.tables.get(foldName(name))?.plan.target ?? viewNamed(name, input);
  if ((made.instead ?? null) !== null || relation === null) return made.instead ?? null;
  const when = statement.time === "InsteadOf" ? "INSTEAD OF" : (statement.time ?? "Before").toUpperCase();
  return instead.trigger(
    wish(object.name, input.style).wanted,
    relation,
    `${when} ${events[statement.event.type]}`,
  );
}

/** null where the view is not carried. */
function viewNamed(name: string, { relations }: TriggersInput): string | null {
  try {
    return relations.find(name).target;
  } catch (error) {
    if (error instanceof Untranslatable) return null;
    throw error;
  }
}

/** Functions have the names of their triggers, so these are different in all of the schema. */
function named(
  made: readonly Unnamed[],
  style: NameStyle,
): Pick<TranslatedTriggers, "triggers" | "findings"> {
  const wishes = made.map(({ plan }) => wish(plan.source, style));
  const names = new NameBook().takeAll(wishes);
  return {
    triggers: made.map(({ plan }, index) => ({
      ...plan,
      target: names[index]!,
      functionName: names[index]!,
    })),
    findings: made.flatMap(({ on, plan, roundings }, index) => [
      ...nameChange(on, "trigger", wishes[index]!, names[index]!),
      ...roundingFinding({ table: on, piece: "trigger", name: plan.source }, roundings),
    ]),
  };
}

/** What it does itself is done by a trigger, what others do is not. */
const guarded = (when: string | null): string =>
  when === null ? "pg_trigger_depth() = 0" : `pg_trigger_depth() = 0 AND (${when})`;

/** Whether rows of its table may be changed by foreign keys: PostgreSQL does that by triggers, too. */
function isReachedByKeys({ statement }: Parsed, tables: TriggersInput["tables"]): boolean {
  if (statement === null || statement.event.type === "InsertTriggerEvent") return false;
  const table = tables.get(foldName(statement.tblName.objName.text));
  const actions = (table?.source.foreignKeys ?? []).flatMap(({ onUpdate, onDelete }) => [onUpdate, onDelete]);
  return actions.some((action) => action !== "NO ACTION" && action !== "RESTRICT");
}

const firesItself =
  "what it writes fires it again in PostgreSQL, without an end; in SQLite a trigger does not fire itself (PRAGMA recursive_triggers)";

function translateTrigger(
  { object, statement }: Parsed,
  all: readonly Parsed[],
  input: TriggersInput,
): Translation<Made> {
  const text = object.sql ?? "";
  if (statement === null) return { ok: false, reason: "its text could not be parsed" };
  return translated(text, () => {
    const relation = input.relations.find(statement.tblName.objName.text);
    const table = input.tables.get(foldName(statement.tblName.objName.text)) ?? null;
    if (table === null && statement.time !== "InsteadOf")
      throw new Untranslatable("it stands on what is no table that is carried over");
    const roundings = new Set<string>();
    const surroundings = {
      statement,
      text,
      relation,
      table,
      relations: input.relations,
      tables: input.tables,
      onRounding: (construct: string) => roundings.add(construct),
    };
    const ownRow = ownRowBody(surroundings, otherUpdates(statement, all));
    const { sql, when, writes } = ownRow ?? bodyOf(surroundings);
    const timing = timingOf(statement, table, ownRow !== null);
    return {
      plan: { source: object.name, table: relation.target, functionSql: sql, timing, when, sourceSql: text },
      writes,
      roundings: [...roundings],
    };
  });
}

/** Whether another trigger would hear of an update of these columns. */
const otherUpdates =
  (statement: CreateTriggerStmt, all: readonly Parsed[]) =>
  (columns: readonly string[]): boolean =>
    all.some(
      ({ statement: other }) =>
        other !== null &&
        other !== statement &&
        sameName(other.tblName.objName.text, statement.tblName.objName.text) &&
        hears(other, columns),
    );

const hears = ({ event }: CreateTriggerStmt, columns: readonly string[]): boolean =>
  event.type === "UpdateTriggerEvent" ||
  (event.type === "UpdateOfTriggerEvent" &&
    event.columns.some(({ text }) => columns.some((column) => sameName(column, text))));

const events = {
  DeleteTriggerEvent: "DELETE",
  InsertTriggerEvent: "INSERT",
  UpdateTriggerEvent: "UPDATE",
  UpdateOfTriggerEvent: "UPDATE",
} as const;

/** @param isOwnRow made of one that wrote its own row afterwards: PostgreSQL sets that before. */
function timingOf(
  { time, event }: CreateTriggerStmt,
  table: WritableTable | null,
  isOwnRow: boolean,
): string {
  // Without a word it is BEFORE (lang_createtrigger.html).
  const when = isOwnRow ? "BEFORE" : time === "InsteadOf" ? "INSTEAD OF" : (time ?? "Before").toUpperCase();
  if (event.type !== "UpdateOfTriggerEvent") return `${when} ${events[event.type]}`;
  if (table === null)
    throw new Untranslatable(
      "INSTEAD OF UPDATE OF columns, which PostgreSQL has for the whole view alone",
      null,
      instead.insteadOfColumns(event.columns.map(({ text }) => text)),
    );
  const columns = event.columns.map(({ text }) => {
    const planned = table.plan.columns.find(({ source }) => sameName(source, text));
    if (planned === undefined) throw new Untranslatable(`the column ${text}, which is not carried over`);
    return quote(planned.target);
  });
  return `${when} UPDATE OF ${columns.join(", ")}`;
}

const eventsOf = ({ object, statement }: Parsed, writes: readonly Written[]): TriggerEvents => ({
  name: object.name,
  table: statement?.tblName.objName.text ?? "",
  event: statement === null ? "INSERT" : events[statement.event.type],
  columns:
    statement?.event.type === "UpdateOfTriggerEvent" ? statement.event.columns.map(({ text }) => text) : null,
  writes,
});

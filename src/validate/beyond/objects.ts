/** Whether the indexes and constraints of a table hold, and whether what the plan has is there. */
import { quote, quoteQualified } from "../../model/identifier.js";
import type { ObjectFault, PlannedObject } from "../../model/object-fault.js";
import type { Plan, TablePlan } from "../../model/plan.js";
import type { Session } from "../../target/session.js";

export interface FoundObject {
  readonly type: Exclude<PlannedObject["type"], "view">;
  readonly name: string;
  readonly holds: boolean;
}

/** What a run is known to have made. */
export interface KnownObjects extends Pick<Plan, "views" | "triggers"> {
  /** SQL that makes one of them again; null where nobody can say. */
  readonly restoreSql: (object: PlannedObject) => string | null;
}

const objectsSql = `
  WITH relation AS (
    SELECT c.oid, c.relname::text AS table FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    WHERE n.nspname::text = $1::text AND c.relname::text IN (SELECT json_array_elements_text($2::json))
      AND c.relkind::text IN (SELECT json_array_elements_text($3::json)))
  SELECT r.table, NULL AS type, NULL AS name, true AS holds FROM relation AS r
  UNION ALL
  SELECT r.table, 'index', x.relname::text, i.indisvalid AND i.indisready
    FROM pg_index AS i JOIN pg_class AS x ON x.oid = i.indexrelid JOIN relation AS r ON r.oid = i.indrelid
  UNION ALL
  SELECT r.table, CASE k.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN 'foreign key' ELSE 'check' END,
      k.conname::text, k.convalidated
    FROM pg_constraint AS k JOIN relation AS r ON r.oid = k.conrelid WHERE k.contype IN ('p', 'u', 'f', 'c')
  UNION ALL
  SELECT r.table, 'trigger', t.tgname::text, t.tgenabled <> 'D'
    FROM pg_trigger AS t JOIN relation AS r ON r.oid = t.tgrelid WHERE NOT t.tgisinternal
  ORDER BY 1, 2, 3`;

/** What pg_class calls them (relkind). */
export const tableKinds = ["r", "p"];
const viewKinds = ["v"];

/**
 * The objects of tables, or of views, by the names of those that are there. One question for all: the catalogs, which every role may
 * read, are read to their end.
 */
export const readObjects = async (
  session: Session,
  schema: string,
  names: readonly string[],
  kinds: readonly string[],
): Promise<ReadonlyMap<string, readonly FoundObject[]>> => {
  const found = new Map<string, FoundObject[]>();
  for (const { table, type, name, holds } of await session.query(objectsSql, [
    schema,
    JSON.stringify(names),
    JSON.stringify(kinds),
  ])) {
    const objects = found.get(table ?? "") ?? [];
    found.set(table ?? "", objects);
    if (type !== null) {
      objects.push({ type: type as FoundObject["type"], name: name ?? "", holds: holds === "t" });
    }
  }
  return found;
};

/**
 * What of a table's objects does not hold.
 *
 * @param known null: nobody says what has to be there.
 */
export const objectFaults = (
  schema: string,
  table: TablePlan,
  found: readonly FoundObject[],
  known: KnownObjects | null,
): readonly ObjectFault[] => [
  ...found.filter(({ holds }) => !holds).flatMap((object) => brokenFault(schema, table, object)),
  ...(known === null ? [] : missingFaults(table.target, found, wantedOf(table, known), known)),
];

const brokenFault = (
  schema: string,
  table: TablePlan,
  { type, name }: FoundObject,
): readonly ObjectFault[] => {
  const of = { table: table.target, name };
  switch (type) {
    case "index":
      return [
        {
          ...of,
          kind: "index-invalid",
          message: `index ${name} of table ${table.target} is invalid: it answers no query, and may not hold all rows`,
          mend: `REINDEX INDEX ${quoteQualified(schema, name)};`,
          answer: "no",
        },
      ];
    case "foreign key":
    case "check": {
      const isPlanned = table.foreignKeys.some((key) => key.name === name && key.orphans > 0);
      const message = `${type} ${name} of table ${table.target} is NOT VALID: rows that were there before may break it`;
      const mend = `ALTER TABLE ${quoteQualified(schema, table.target)} VALIDATE CONSTRAINT ${quote(name)};`;
      return isPlanned ? [] : [{ ...of, kind: "not-validated", message, mend, answer: "listed" }];
    }
    case "trigger": {
      const message = `trigger ${name} of table ${table.target} is disabled`;
      const mend = `ALTER TABLE ${quoteQualified(schema, table.target)} ENABLE TRIGGER ${quote(name)};`;
      return [{ ...of, kind: "not-validated", message, mend, answer: "listed" }];
    }
    case "primary key":
    case "unique":
      return [];
  }
};

interface WantedObject extends Pick<FoundObject, "type" | "name"> {
  readonly guardsUniqueness: boolean;
}

const wantedOf = (table: TablePlan, { triggers }: Pick<Plan, "triggers">): readonly WantedObject[] => {
  const { primaryKey, uniques, indexes, foreignKeys, checks } = table;
  const wanted = (type: WantedObject["type"], named: readonly { readonly name: string }[]) =>
    named.map(({ name }) => ({ type, name, guardsUniqueness: type === "primary key" || type === "unique" }));
  return [
    ...wanted("primary key", primaryKey === null ? [] : [primaryKey]),
    ...wanted("unique", uniques),
    ...indexes.map(({ name, unique }) => ({ type: "index" as const, name, guardsUniqueness: unique })),
    ...wanted("foreign key", foreignKeys),
    ...wanted("check", checks),
    ...wanted("trigger", triggersOf(triggers, table.target)),
  ];
};

const triggersOf = (triggers: Plan["triggers"], table: string): readonly { readonly name: string }[] =>
  triggers.filter((trigger) => trigger.table === table).map(({ target }) => ({ name: target }));

const missingFaults = (
  table: string,
  found: readonly FoundObject[],
  wanted: readonly WantedObject[],
  { restoreSql }: Pick<KnownObjects, "restoreSql">,
): readonly ObjectFault[] =>
  wanted
    .filter(({ type, name }) => !found.some((object) => object.type === type && object.name === name))
    .map(({ type, name, guardsUniqueness }) => ({
      kind: "missing",
      table,
      name,
      message: `table ${table} has no ${type} ${name}, which the plan has`,
      mend: restoreSql({ type, table, name }),
      answer: guardsUniqueness ? "no" : "listed",
    }));

/** The views of the plan that are not there, and triggers on those that are. */
export const viewFaults = async (
  session: Session,
  schema: string,
  known: KnownObjects,
): Promise<readonly ObjectFault[]> => {
  const { views, triggers, restoreSql } = known;
  const rows = await session.query(
    `SELECT c.relname::text AS name FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
     WHERE n.nspname::text = $1::text AND c.relkind IN ('v', 'm')`,
    [schema],
  );
  const there = new Set(rows.map(({ name }) => name));
  const objects = await readObjects(
    session,
    schema,
    views.map(({ target }) => target),
    viewKinds,
  );
  const faults: ObjectFault[] = [];
  for (const { target } of views) {
    if (there.has(target)) {
      const wanted = triggersOf(triggers, target).map(({ name }) => ({
        type: "trigger" as const,
        name,
        guardsUniqueness: false,
      }));
      faults.push(...missingFaults(target, objects.get(target) ?? [], wanted, known));
    } else {
      const message = `schema ${schema} has no view ${target}, which the plan has`;
      const mend = restoreSql({ type: "view", table: null, name: target });
      faults.push({ kind: "missing", table: null, name: target, message, mend, answer: "listed" });
    }
  }
  return faults;
};

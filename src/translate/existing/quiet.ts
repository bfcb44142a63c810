/** How triggers of existing tables do not fire while rows come in, and foreign keys do not stop their order. */
import type {
  ExistingLink,
  ExistingTable,
  LoadGroup,
  QuietTrouble,
  QuietWay,
  RemovalPlan,
  SetAsideItem,
} from "../../model/existing.js";
import type { TargetLink, TargetSchema, TargetTable, TargetTrigger } from "../../model/target-schema.js";
import { setLinkAside, setTriggerAside } from "../statements/existing/set-aside.js";
import { orderTables } from "./groups.js";

export interface QuietPlan {
  readonly quiet: QuietWay;
  /** In the order in which they come back: triggers behind foreign keys fire in the order in which these were made. */
  readonly setAside: readonly SetAsideItem[];
  readonly links: readonly ExistingLink[];
  readonly groups: readonly LoadGroup[];
  /** Where there are any, the tables cannot be loaded. */
  readonly troubles: readonly QuietTrouble[];
}

/**
 * The first way that the role's rights allow, and that lets nothing wrong in: by session_replication_role, by setting aside, by
 * order. What can be neither set aside nor kept quiet stays in place, and goes into the order.
 *
 * @param loaded names of tables that get rows.
 * @param eventsOf what happens to the rows of one of them.
 */
export function planQuiet(
  target: TargetSchema,
  loaded: readonly string[],
  eventsOf: (table: string) => readonly RowEvent[] = () => ["INSERT"],
): QuietPlan {
  const tables = loaded.flatMap((name) => target.tables.filter((table) => table.name === name));
  const links = tables.flatMap((table) =>
    table.links.filter(({ isEnforced }) => isEnforced).map((link) => ({ table, link })),
  );
  const firing = tables.flatMap((table) =>
    table.triggers.filter((trigger) => eventsOf(table.name).some((event) => fires(trigger, event))),
  );
  const isNothing = links.length === 0 && firing.length === 0;
  const isStopped = tables.some((table) => eventsOf(table.name).some((event) => stopsReplica(table, event)));
  if (!isNothing && !isStopped && mayReplicate(target, tables))
    return {
      quiet: "replica",
      setAside: [],
      links: links.map(({ table, link }) => existingLink(table, link, false)),
      groups: [{ tables: tables.map(({ name }) => name), together: false }],
      troubles: [],
    };
  const gone = links.filter(({ table, link }) => mayBeSetAside(table, link));
  const setAside = [
    ...itemsOf(gone.map(({ link }) => link)),
    ...firing.filter(({ mayBeSwitched }) => mayBeSwitched).map(setTriggerAside),
  ];
  const { groups, troubles } = inPlace(
    target.schema,
    tables,
    links.filter((each) => !gone.includes(each)),
  );
  return {
    quiet: setAside.length > 0 ? "set-aside" : "ordered",
    setAside,
    links: links.map((each) => existingLink(each.table, each.link, !gone.includes(each))),
    groups,
    troubles: [...tables.flatMap((table) => firingTrouble(table, eventsOf(table.name))), ...troubles],
  };
}

/** What a load does with rows of a table, as triggers see it. */
export function eventsOfLoad({
  rows,
  rowsThere,
}: Pick<ExistingTable, "rows" | "rowsThere">): readonly RowEvent[] {
  if (rowsThere > 0 && rows === "truncate") return ["INSERT", "DELETE", "TRUNCATE"];
  return rowsThere > 0 && rows === "update" ? ["INSERT", "UPDATE"] : ["INSERT"];
}

/** For rows that are taken out again, all in one statement: only their number counts, not their order. */
export function planRemoval(target: TargetSchema, emptied: readonly string[]): RemovalPlan {
  const tables = target.tables.filter(({ name }) => emptied.includes(name));
  const firing = tables.flatMap((table) => table.triggers.filter((trigger) => fires(trigger, "DELETE")));
  if (target.mayReplicate && !tables.some((table) => stopsReplica(table, "DELETE")))
    return { quiet: "replica", setAside: [], troubles: [] };
  const links = tables.flatMap((table) =>
    table.links.filter(
      (link) =>
        link.isEnforced &&
        mayBeSetAside(table, link) &&
        link.parentSchema === target.schema &&
        emptied.includes(link.parentRoot),
    ),
  );
  const switched = firing.filter(({ mayBeSwitched }) => mayBeSwitched);
  const setAside = [...itemsOf(links), ...switched.map(setTriggerAside)];
  return {
    quiet: setAside.length > 0 ? "set-aside" : "ordered",
    setAside,
    troubles: tables.flatMap((table) => firingTrouble(table, ["DELETE"])),
  };
}

const itemsOf = (links: readonly TargetLink[]): readonly SetAsideItem[] =>
  [...links].sort((a, b) => a.number - b.number).map(setLinkAside);

export type RowEvent = "INSERT" | "UPDATE" | "DELETE" | "TRUNCATE";

const fires = ({ enabled, events }: TargetTrigger, event: RowEvent): boolean =>
  (enabled === "O" || enabled === "A") && events.includes(event);

const stopsReplica = ({ triggers }: TargetTable, event: RowEvent): boolean =>
  triggers.some(({ enabled, events }) => (enabled === "A" || enabled === "R") && events.includes(event));

/**
 * A key that may be deferred is checked again by a trigger, which that setting keeps quiet as well: it would let equal rows in. What a
 * PERIOD covers is not asked by a query, and a query proves nothing while others may delete from the parent.
 */
const mayReplicate = ({ mayReplicate }: TargetSchema, tables: readonly TargetTable[]): boolean =>
  mayReplicate &&
  !tables.some(
    (table) =>
      table.hasDeferrableKey ||
      table.links.some(
        ({ isEnforced, isPeriod, mayLockParent }) => isEnforced && (isPeriod || !mayLockParent),
      ),
  );

const mayBeSetAside = ({ isOurs }: TargetTable, link: TargetLink): boolean =>
  isOurs && link.mayBeMadeAgain && link.hasOrdinaryTriggers && !link.isPartitioned && !link.isPeriod;

function firingTrouble(table: TargetTable, events: readonly RowEvent[]): readonly QuietTrouble[] {
  const left = table.triggers.filter(
    (trigger) => events.some((event) => fires(trigger, event)) && !trigger.mayBeSwitched,
  );
  if (left.length === 0) return [];
  const names = [...new Set(left.map(({ name }) => name))];
  return [{ reason: "triggers-fire", tables: [table.name], names, owner: table.owner }];
}

interface LinkOfTable {
  readonly table: TargetTable;
  readonly link: TargetLink;
}

function inPlace(
  schema: string,
  tables: readonly TargetTable[],
  links: readonly LinkOfTable[],
): Pick<QuietPlan, "groups" | "troubles"> {
  const names = tables.map(({ name }) => name);
  const checked = links
    .filter(({ link }) => link.parentSchema === schema && names.includes(link.parentRoot))
    .map(({ table, link: { name, parentRoot, deferrable } }) => ({
      name,
      table: table.name,
      parent: parentRoot,
      deferrable,
    }));
  const { groups, circles } = orderTables(names, checked);
  return {
    groups,
    troubles: circles.map((circle) => ({
      reason: "foreign-keys-in-place",
      tables: circle,
      names: checked
        .filter(
          ({ table, parent, deferrable }) =>
            !deferrable && table !== parent && circle.includes(table) && circle.includes(parent),
        )
        .map(({ name }) => name),
      owner: tables.find(({ name }) => circle.includes(name))?.owner ?? "",
    })),
  };
}

const existingLink = (table: TargetTable, link: TargetLink, staysInPlace: boolean): ExistingLink => ({
  name: link.name,
  table: table.name,
  relation: link.relation,
  columns: link.columns,
  parentSchema: link.parentSchema,
  parentTable: link.parentTable,
  parentColumns: link.parentColumns,
  equals: link.equals,
  match: link.match,
  deferrable: link.deferrable,
  isValid: link.isValid,
  staysInPlace,
});

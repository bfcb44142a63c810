/** In which order tables are loaded whose foreign keys are checked meanwhile. */
import type { LoadGroup } from "../../model/existing.js";

export interface CheckedLink {
  readonly name: string;
  readonly table: string;
  /** One of the loaded tables. */
  readonly parent: string;
  readonly deferrable: boolean;
}

export interface LoadOrder {
  /** Parents first. */
  readonly groups: readonly LoadGroup[];
  /** Tables that point at one another by foreign keys of which none can be deferred: no order is right. */
  readonly circles: readonly (readonly string[])[];
}

export function orderTables(tables: readonly string[], links: readonly CheckedLink[]): LoadOrder {
  const strict = links.filter(({ table, parent, deferrable }) => table !== parent && !deferrable);
  const levels = new Map<string, number>();
  const groups: { readonly level: number; readonly group: LoadGroup }[] = [];
  const circles: (readonly string[])[] = [];
  for (const component of components(tables, links)) {
    const own = links.filter(({ table }) => component.includes(table));
    const before = own.flatMap(({ parent }) => levels.get(parent) ?? []);
    const level = Math.max(-1, ...before) + 1;
    for (const table of component) levels.set(table, level);
    const isTogether = own.some(({ parent }) => component.includes(parent));
    const inOrder = components(component, strict);
    circles.push(...inOrder.filter(({ length }) => length > 1));
    groups.push({ level, group: { tables: inOrder.flat(), together: isTogether } });
  }
  return { groups: sideBySide(groups), circles };
}

/** Those of a level do not wait for each other. */
function sideBySide(
  all: readonly { readonly level: number; readonly group: LoadGroup }[],
): readonly LoadGroup[] {
  const result: LoadGroup[] = [];
  for (const level of [...new Set(all.map((each) => each.level))].sort((a, b) => a - b)) {
    const groups = all.filter((each) => each.level === level).map(({ group }) => group);
    const tables = groups.filter(({ together }) => !together).flatMap((group) => group.tables);
    if (tables.length > 0) result.push({ tables, together: false });
    result.push(...groups.filter(({ together }) => together));
  }
  return result;
}

/** Strongly connected components, parents first (R. Tarjan, "Depth-first search and linear graph algorithms", 1972). */
function components(
  tables: readonly string[],
  links: readonly CheckedLink[],
): readonly (readonly string[])[] {
  const within = new Set(tables);
  const numbers = new Map<string, number>();
  const lows = new Map<string, number>();
  const open: string[] = [];
  const found: (readonly string[])[] = [];
  const visit = (table: string): number => {
    const number = numbers.size;
    let low = number;
    numbers.set(table, number);
    open.push(table);
    for (const { parent } of links.filter((link) => link.table === table && within.has(link.parent)))
      if (!numbers.has(parent)) low = Math.min(low, visit(parent));
      else if (open.includes(parent)) low = Math.min(low, lows.get(parent) ?? numbers.get(parent)!);
    lows.set(table, low);
    if (low === number) found.push(open.splice(open.indexOf(table)));
    return low;
  };
  for (const table of tables) if (!numbers.has(table)) visit(table);
  return found;
}

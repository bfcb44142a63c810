/** Which built-in mappings a file calls for: those whose tell-tale tables and columns are all there. */
import type { Finding } from "../../model/finding.js";
import type { Mapping, Recognition } from "../../model/mapping.js";
import type { SqliteSchema } from "../../model/sqlite.js";
import { matcherOf } from "../../model/pattern.js";

export interface Recognised {
  readonly mapping: Mapping;
  /** The names it was recognised by. */
  readonly by: readonly string[];
}

/** In the order of `builtIns`. */
export const recognise = (schema: SqliteSchema, builtIns: readonly Mapping[]): readonly Recognised[] =>
  builtIns.flatMap((mapping) => {
    const by = mapping.recognise === null ? null : tellTales(schema, mapping.recognise);
    return by === null ? [] : [{ mapping, by }];
  });

export const recognisedFinding = ({ mapping, by }: Recognised): Finding => ({
  kind: "mapping-recognised",
  at: { table: null },
  mapping: mapping.name,
  by,
});

/** The names that fit, one per pattern; null where one pattern has none. */
function tellTales(schema: SqliteSchema, { tables, columns }: Recognition): readonly string[] | null {
  const found = [
    ...tables.map((pattern) => schema.tables.find(({ name }) => matcherOf(pattern)(name))?.name),
    ...columns.map((wanted) => columnThere(schema, wanted)),
  ];
  return found.length > 0 && found.every((name) => name !== undefined) ? found : null;
}

function columnThere(schema: SqliteSchema, wanted: Recognition["columns"][number]): string | undefined {
  const isTable = matcherOf(wanted.table);
  const isColumn = matcherOf(wanted.column);
  for (const table of schema.tables.filter(({ name }) => isTable(name))) {
    const column = table.columns.find(({ name }) => isColumn(name));
    if (column !== undefined) return `${table.name}.${column.name}`;
  }
  return undefined;
}

/** Mappings as data, short to write. */
import type { ColumnRule, Mapping, TableRule } from "../../src/model/mapping.js";

export const rule = (pattern: string, says: Partial<Omit<ColumnRule, "pattern">> = {}): ColumnRule => ({
  pattern,
  place: { mapping: "my.yaml", line: 1 },
  because: null,
  skip: null,
  rename: null,
  type: null,
  unit: null,
  decode: null,
  zone: null,
  policy: {},
  ...says,
});

export const tableRule = (pattern: string, says: Partial<Omit<TableRule, "pattern">> = {}): TableRule => ({
  pattern,
  place: { mapping: "my.yaml", line: 1 },
  because: null,
  skip: null,
  rename: null,
  columns: [],
  types: [],
  ...says,
});

export const mappingOf = (says: Partial<Mapping> = {}): Mapping => ({
  name: "my.yaml",
  isBuiltIn: false,
  checksum: null,
  because: null,
  recognise: null,
  names: null,
  tables: [],
  types: [],
  values: null,
  ...says,
});

type Says = Partial<Omit<ColumnRule, "pattern">>;

/** @param columns what is said of each, by `table.column`. */
export const saying = (columns: Readonly<Record<string, Says>>): Mapping =>
  mappingOf({
    tables: Object.entries(columns).map(([name, says]) => {
      const [table = "", column = ""] = name.split(".");
      return tableRule(table, { columns: [rule(column, says)] });
    }),
  });

import type { Plan, TablePlan } from "../../src/model/plan.js";
import { pgType } from "../../src/model/postgres.js";

/** A plan of tables (id bigint identity primary key). */
export const planOfTables = (schema: string, names: readonly string[]): Plan => ({
  formatVersion: 1,
  source: { file: "a.db", bytes: 1, encoding: "UTF-8", fingerprint: "sqlite-1:a" },
  schema,
  mappings: [],
  sampledRows: null,
  onReject: "fail",
  maxRejects: null,
  tables: names.map((name): TablePlan => ({
    source: name,
    target: name,
    rows: 0,
    rejected: 0,
    rejects: [],
    changes: [],
    withoutRowid: false,
    reader: { by: "pages", because: "a test says so" },
    columns: [
      {
        source: "id",
        declaredType: "INTEGER",
        target: "id",
        type: pgType("bigint"),
        unit: null,
        decode: null,
        zone: null,
        policy: {},
        rule: null,
        notNull: true,
        defaultSql: null,
        identity: { sequence: `${name}_id_seq`, next: "1" },
        because: "",
      },
    ],
    primaryKey: { name: `${name}_pkey`, columns: ["id"] },
    uniques: [],
    indexes: [],
    foreignKeys: [],
  })),
  notCarried: [],
  findings: [],
});

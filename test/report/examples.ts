/** Plans and outcomes to report on: small, complete by type, and no more alike than real ones. */
import type { ObjectFault } from "../../src/model/object-fault.js";
import type {
  MigrationOutcome,
  TableOutcome,
  TargetPlace,
  ValidationOutcome,
} from "../../src/model/outcome.js";
import {
  columnTerm,
  type ColumnPlan,
  type NotCarried,
  type Plan,
  type TablePlan,
} from "../../src/model/plan.js";
import { pgType } from "../../src/model/postgres.js";
import type { TableVerdict } from "../../src/model/verdict.js";

export const column = (source: string, changes: Partial<ColumnPlan> = {}): ColumnPlan => ({
  source,
  declaredType: "TEXT",
  target: source,
  type: pgType("text"),
  unit: null,
  decode: null,
  zone: null,
  policy: {},
  rule: null,
  notNull: false,
  defaultSql: null,
  generated: null,
  comment: null,
  identity: null,
  because: "every value is text",
  ...changes,
});

export const id = (next: string | null): ColumnPlan =>
  column("id", {
    declaredType: "INTEGER",
    type: pgType("bigint"),
    notNull: true,
    identity: { sequence: "id_seq", next },
    because: "the rowid's other name",
  });

export const table = (source: string, changes: Partial<TablePlan> = {}): TablePlan => ({
  source,
  target: source,
  rows: 0,
  rejected: 0,
  rejects: [],
  changes: [],
  withoutRowid: false,
  reader: { by: "pages", because: "its pages are in the usual format" },
  columns: [column("note")],
  primaryKey: null,
  uniques: [],
  indexes: [],
  foreignKeys: [],
  checks: [],
  comment: null,
  ...changes,
});

export const plan = (changes: Partial<Plan> = {}): Plan => ({
  formatVersion: 1,
  source: { file: "shop.db", bytes: 884_736, encoding: "UTF-8", fingerprint: "f1" },
  schema: "public",
  serverVersion: 18,
  trial: "untried",
  mappings: [],
  sampledRows: null,
  onReject: "fail",
  maxRejects: null,
  onOrphans: "not-valid",
  orphanKeys: [],
  tables: [],
  views: [],
  triggers: [],
  notCarried: [],
  findings: [],
  ...changes,
});

const artist = table("artist", {
  rows: 275,
  columns: [
    id("276"),
    column("name", { declaredType: "VARCHAR(120)", type: pgType("character varying", 120) }),
  ],
  primaryKey: { name: "artist_pkey", columns: ["id"] },
});

const album = table("album", {
  rows: 15_332,
  columns: [
    id("15333"),
    column("title", { notNull: true }),
    column("artist_id", { declaredType: "INTEGER", type: pgType("bigint"), notNull: true }),
    column("made", {
      declaredType: "DATETIME",
      type: pgType("timestamp with time zone"),
      unit: "milliseconds",
      defaultSql: "CURRENT_TIMESTAMP",
      because: "15,332 integers, 2020-09-13 to 2020-10-06 as milliseconds",
    }),
    column("price", {
      declaredType: "",
      type: pgType("numeric"),
      because: "integers and reals, none of them changed",
    }),
  ],
  primaryKey: { name: "album_pkey", columns: ["id"] },
  uniques: [{ name: "album_title_key", columns: ["artist_id", "title"] }],
  indexes: [
    {
      name: "album_by_date",
      unique: false,
      terms: [columnTerm("made", true), columnTerm("id")],
      where: null,
    },
  ],
  foreignKeys: [
    {
      name: "album_artist_id_fkey",
      columns: ["artist_id"],
      parentTable: "artist",
      parentColumns: ["id"],
      onUpdate: "NO ACTION",
      onDelete: "CASCADE",
      deferrable: "no",
      orphans: 0,
    },
  ],
});

export const shop = plan({ tables: [artist, album] });

export const notCarried: readonly NotCarried[] = [
  {
    type: "view",
    name: "cheap_albums",
    table: null,
    sql: "CREATE VIEW cheap_albums AS\nSELECT * FROM album\nWHERE price < 5",
    reason: "views are not translated yet",
  },
  {
    type: "trigger",
    name: "album_made",
    table: "album",
    sql: "CREATE TRIGGER album_made AFTER INSERT ON album BEGIN SELECT 1; END",
    reason: "triggers are not translated yet",
  },
  { type: "unique", name: "artist_name", table: "artist", sql: null, reason: "collation NOCASE" },
];

export const embedded: TargetPlace = {
  words: "embedded:./shop.pg",
  embeddedDirectory: "./shop.pg",
  serverVersion: "18.4",
};
export const server: TargetPlace = {
  words: "postgres://me@db.example/shop",
  embeddedDirectory: null,
  serverVersion: "16.2",
};

export const copied = (source: string, rows: number): TableOutcome => ({
  source,
  target: source,
  rows,
  copied: rows,
  rejected: 0,
  status: "copied",
});

export const identical = (source: string, rows: number): TableVerdict => ({
  source,
  target: source,
  verdict: "identical",
  sourceRows: rows,
  targetRows: rows,
  rejected: 0,
  sourceDigest: "ab12",
  targetDigest: "ab12",
  reason: null,
  asked: false,
  reader: null,
  method: null,
  differences: null,
  notCompared: [],
  aggregates: [{ column: "id", aggregates: ["values", "minimum", "maximum", "sum"] }],
});

export const unproven = (source: string, asked: boolean): TableVerdict => ({
  ...identical(source, 0),
  verdict: "unproven",
  sourceRows: null,
  targetRows: null,
  sourceDigest: null,
  targetDigest: null,
  reason: asked ? "asked" : "the connection was lost",
  asked,
  aggregates: null,
});

export const different = (source: string): TableVerdict => ({
  ...identical(source, 275),
  verdict: "different",
  targetRows: 274,
  targetDigest: "cd34",
  reason: "1 row is missing",
});

/** Both tables of `shop` copied and proven. */
export const migrated = (changes: Partial<MigrationOutcome> = {}): MigrationOutcome => ({
  status: "migrated",
  plan: shop,
  tables: [copied("artist", 275), copied("album", 15_332)],
  verdicts: [identical("artist", 275), identical("album", 15_332)],
  validated: true,
  objects: [],
  findings: [],
  notCarried: [],
  run: 3,
  steps: [],
  target: embedded,
  elapsedSeconds: 2.1,
  ...changes,
});

export const objectFault = (answer: ObjectFault["answer"]): ObjectFault => ({
  kind: "sequence-behind",
  table: "album",
  name: "album_id_seq",
  message: "sequence album_id_seq gives 1 next, but column album.id goes up to 9: inserts will collide",
  mend: "SELECT setval('album_id_seq', 9, true);",
  answer,
});

export const validated = (changes: Partial<ValidationOutcome> = {}): ValidationOutcome => ({
  verdicts: [identical("artist", 275), identical("album", 15_332)],
  objects: [],
  planFrom: "run-history",
  mappings: [],
  certificate: null,
  keptProof: null,
  findings: [],
  target: server,
  elapsedSeconds: 1.2,
  ...changes,
});

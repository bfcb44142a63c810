/**
 * Full-text tables that keep their text themselves. It stands in a shadow table, `x_content` for the table `x`, so that is read, under
 * the names that people know: the rowid, then the declared columns (sqlite.org/fts5.html, section 9.4; sqlite.org/fts3.html,
 * section 9.1). The modules are not asked: a tokenizer that only the application has would keep them from opening the table.
 */
import { foldName, sameName } from "../../model/identifier.js";
import type { SqliteColumn, SqliteObject, SqliteSchema, SqliteTable } from "../../model/sqlite.js";
import { fullTextOf, type FullText } from "./full-text.js";

/** The schema with these tables among the others. */
export const withFullTextTables = (schema: SqliteSchema): SqliteSchema => ({
  ...schema,
  tables: [
    ...schema.tables,
    ...schema.objects.flatMap((object) => {
      const found = ownText(object, schema);
      return found?.table === undefined ? [] : [found.table];
    }),
  ],
});

/** Where a full-text table has text of its own, or why it cannot be read; null: it has none. */
type OwnText = { readonly table: SqliteTable } | { readonly table?: undefined; readonly lost: string };

/** Why a full-text table's own text cannot be read; null: it can, or there is none. */
export function lostText(object: SqliteObject, schema: SqliteSchema): string | null {
  const own = ownText(object, schema);
  return own === null || own.table !== undefined ? null : own.lost;
}

function ownText(object: SqliteObject, { shadows = [] }: SqliteSchema): OwnText | null {
  const fullText = fullTextOf(object);
  if (fullText === null || fullText.content.kind === "table") return null;
  const storage = shadows.find(({ name }) => sameName(name, `${fullText.name}_content`));
  // FTS5 has one there where contentless_unindexed keeps columns that are not searched.
  if (fullText.content.kind === "none" && storage === undefined) return null;
  if (storage === undefined)
    return { lost: `the table ${fullText.name}_content, where it stood, is missing` };
  if (fullText.compression !== null)
    return { lost: `it is packed (${fullText.compression}), which only functions of the application undo` };
  if (storage.rowidAlias === null) return { lost: notAsMade(storage, "a key of numbers") };
  const parts = fullText.version === "FTS5" ? partsOfFts5(fullText, storage) : partsOfFts4(fullText, storage);
  return typeof parts === "string" ? { lost: parts } : { table: tableOf(object, fullText, storage, parts) };
}

interface Part {
  readonly name: string;
  readonly stored: SqliteColumn;
  readonly isHidden: boolean;
}

/** A text and its locale stand in columns of the number of the column: c0, l0 (`locale=1`). */
function partsOfFts5({ columns, content }: FullText, storage: SqliteTable): readonly Part[] | string {
  const find = (name: string): SqliteColumn | undefined =>
    storage.columns.find((each) => sameName(each.name, name));
  const texts: Part[] = [];
  const locales: Part[] = [];
  for (const [index, { name }] of columns.entries()) {
    const stored = find(`c${index}`);
    if (stored !== undefined) texts.push({ name, stored, isHidden: false });
    else if (content.kind === "own") return notAsMade(storage, `the column c${index}`);
    const locale = find(`l${index}`);
    if (locale !== undefined) locales.push({ name: `${name}_locale`, stored: locale, isHidden: true });
  }
  return [...texts, ...locales];
}

/** Here the stored columns tell the names: c0title. What follows them is the language of `languageid=`. */
function partsOfFts4({ language }: FullText, storage: SqliteTable): readonly Part[] | string {
  const texts = storage.columns.flatMap((stored): readonly Part[] => {
    const [, name] = /^c[0-9]+(.*)$/s.exec(stored.name) ?? [];
    return name === undefined ? [] : [{ name, stored, isHidden: false }];
  });
  if (texts.length === 0) return notAsMade(storage, "columns of text");
  const stored = storage.columns.find(({ name }) => sameName(name, "langid"));
  if (stored === undefined) return texts;
  // What no language is given for has this one.
  const column = { ...stored, defaultSql: "0" };
  return [...texts, { name: language ?? stored.name, stored: column, isHidden: true }];
}

const notAsMade = ({ name }: SqliteTable, what: string): string =>
  `the table ${name}, where it stands, lacks ${what}`;

function tableOf(
  { name, sql }: SqliteObject,
  { version, columns }: FullText,
  storage: SqliteTable,
  parts: readonly Part[],
): SqliteTable {
  const key = storage.columns.find((column) => column.name === storage.rowidAlias)!;
  const isFts5 = version === "FTS5";
  const declared = parts.filter(({ isHidden }) => !isHidden).map((part) => part.name);
  const rowid = freeName(isFts5 ? ["rowid"] : ["rowid", "docid"], declared);
  const others = storage.columns.filter(
    (stored) => stored !== key && !parts.some((part) => part.stored.name === stored.name),
  );
  // Nothing of what is stored stays behind.
  const all = [...parts, ...others.map((stored) => ({ name: stored.name, stored, isHidden: true }))];
  const named = [{ name: rowid, stored: key, isHidden: true }, ...freed(all, rowid)];
  const nameOf = (stored: string): string => named.find((part) => part.stored.name === stored)!.name;
  return {
    ...storage,
    name,
    sql: sql ?? "",
    columns: named.map((part) => ({ ...part.stored, name: part.name })),
    storageOrder: storage.storageOrder.map(nameOf),
    primaryKey: [rowid],
    rowidAlias: rowid,
    rowidName: rowid,
    indexes: [],
    foreignKeys: [],
    virtual: {
      storage: {
        table: storage.name,
        columns: named.map((part) => ({ name: part.name, storedAs: part.stored.name })),
      },
      hidden: named.filter(({ isHidden }) => isHidden).map((part) => part.name),
      computed: [name, ...(isFts5 ? ["rank"] : [])].filter(
        (each) => !declared.some((one) => sameName(one, each)),
      ),
      unstored: columns
        .map((column) => column.name)
        .filter((each) => !declared.some((one) => sameName(one, each))),
      rowidNames:
        isFts5 || declared.some((each) => sameName(each, "docid")) || rowid === "docid" ? [] : ["docid"],
    },
  };
}

/** A locale is no column of the full-text table: its name makes way. */
function freed(parts: readonly Part[], rowid: string): readonly Part[] {
  const taken = [rowid];
  const shown = parts.filter(({ isHidden }) => !isHidden);
  taken.push(...shown.map(({ name }) => name));
  const hidden = parts
    .filter(({ isHidden }) => isHidden)
    .map((part) => {
      const name = freeName([part.name], taken);
      taken.push(name);
      return { ...part, name };
    });
  return [...shown, ...hidden];
}

/** The first of the names that is free, or the last with a number. */
function freeName(wanted: readonly string[], taken: readonly string[]): string {
  const folded = new Set(taken.map(foldName));
  const free = wanted.find((name) => !folded.has(foldName(name)));
  if (free !== undefined) return free;
  const last = wanted.at(-1) ?? "";
  for (let number = 2; ; number += 1)
    if (!folded.has(foldName(`${last}_${number}`))) return `${last}_${number}`;
}

/** Names in SQL text. Every identifier that enters SQL, on either side, goes through `quote`. */

/** PostgreSQL cuts names at NAMEDATALEN - 1 bytes (PostgreSQL documentation, 4.1.1). */
export const maximumNameBytes = 63;

/** `a"b` -> `"a""b"`. Valid for SQLite and PostgreSQL alike. */
export const quote = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** `"schema"."name"`. */
export const quoteQualified = (schema: string, name: string): string => `${quote(schema)}.${quote(name)}`;

/**
 * A text as an SQL literal for PostgreSQL with `standard_conforming_strings` on, and for SQLite.
 * Only for names kept as values in the catalogs (`'"s"."t"'::regclass`) and for translated defaults;
 * data goes by COPY or by parameters.
 */
export const quoteLiteral = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** SQLite compares names without case, for ASCII letters only: `É` and `é` are two names. */
export const foldName = (name: string): string => name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());

export const sameName = (a: string, b: string): boolean => foldName(a) === foldName(b);

/** psql's \copy of a ready-made binary file: what one stream costs when nobody has to read or encode anything. */

/** SQL that makes the bare columns of `table` again: names, types, NOT NULL. */
export const columnsQuery = (table) => `
  SELECT string_agg(quote_ident(attname) || ' ' || format_type(atttypid, atttypmod) ||
    CASE WHEN attnotnull THEN ' NOT NULL' ELSE '' END, ', ' ORDER BY attnum) AS columns
  FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped`;

/** @param {"from" | "to"} direction of the file */
export const copyCommand = (database, table, direction, file) => [
  "psql",
  [
    "--no-psqlrc",
    "--quiet",
    "--set=ON_ERROR_STOP=1",
    `--command=\\copy ${table} ${direction} '${file}' with (format binary)`,
    database.url,
  ],
];

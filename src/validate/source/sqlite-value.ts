/** A value as SQLite hands it over. TEXT arrives as its bytes, as a BLOB does: something else has to tell them apart. */
export type SqliteValue = null | bigint | number | Buffer;

/**
 * The bytes of a text in the database's encoding, which is UTF8; NULL of NULL. Indexes and generated columns take immutable
 * expressions alone, and convert_to() is none. The cast of a text to bytea is: it reads the text as bytea's escape format
 * (PostgreSQL documentation, 8.4.2), where only the backslash means anything, and that is doubled first.
 *
 * @param sql of the text, whole or not
 * @returns what needs no parentheses
 */
export const textBytes = (sql: string): string => String.raw`replace(${sql}, '\', '\\')::bytea`;

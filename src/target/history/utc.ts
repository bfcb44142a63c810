/** SQL: a timestamptz as ISO 8601 text in UTC, to the millisecond. */
export const utcSql = (time: string): string =>
  `to_char(${time} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;

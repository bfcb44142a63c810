/** Numbers as people read them. Never by locale: the same run prints the same words on every machine. */

/** `1234567` -> `1,234,567`. Takes decimal text too, for 64-bit numbers that a double would change. */
export const grouped = (count: number | string): string =>
  String(count).replace(/^-?\d+/u, (digits) => digits.replace(/\B(?=(?:\d{3})+$)/gu, ","));

/** `1 row`, `2,000 rows`; `many` where an s is not enough. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${grouped(count)} ${count === 1 ? one : many}`;

export const totalRows = (tables: readonly { readonly rows: number }[]): number =>
  tables.reduce((sum, { rows }) => sum + rows, 0);

const sizeUnits = ["kB", "MB", "GB", "TB", "PB"] as const;

/** Bytes in powers of 1,000: `884.7 kB`. */
export const sizeWords = (bytes: number): string => {
  if (bytes < 1000) return counted(bytes, "byte");
  let size = bytes;
  let unit = "";
  for (const next of sizeUnits) {
    size /= 1000;
    unit = next;
    // 999.95 would print as 1000.0
    if (size < 999.95) break;
  }
  return `${size.toFixed(1)} ${unit}`;
};

/** Seconds: `0.42 s`, `12.3 s`, `3 min 12 s`, `2 h 05 min`. */
export const durationWords = (seconds: number): string => {
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${twoDigits(whole % 60)} s`;
  const minutes = Math.round(whole / 60);
  return `${grouped(Math.floor(minutes / 60))} h ${twoDigits(minutes % 60)} min`;
};

const twoDigits = (count: number): string => String(count).padStart(2, "0");

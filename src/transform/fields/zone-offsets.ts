/** How far the clocks of a time zone are from UTC, as Node's ICU knows it: far too slow to be asked for every row. */

/** 1970-01-01 to 2000-01-01. */
const unixToPostgresSeconds = 946_684_800;

/** `3/31/1893, GMT+00:53:28`; GMT alone for none. The seconds are there where they are not 0. */
const offsetForm = /GMT(?:([+-])(\d\d):(\d\d)(?::(\d\d))?)?$/;

/**
 * @param zone an IANA name.
 * @returns seconds east of UTC at an instant, in whole seconds since 2000-01-01 UTC, of the years that `Date` has.
 * @throws RangeError where ICU has no such zone.
 */
export function offsetReader(zone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  return (instant) => {
    const words = format.format((instant + unixToPostgresSeconds) * 1000);
    const parts = offsetForm.exec(words);
    if (parts === null) throw new Error(`ICU tells the offset of ${zone} as ${JSON.stringify(words)}`);
    const [, sign, hours = 0, minutes = 0, seconds = 0] = parts;
    const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    return sign === "-" ? 0 - size : size;
  };
}

/** The present moment: text in UTC, to the second (sqlite.org/lang_expr.html, section 2). */
import { atom, type Moment, type Typed } from "../typed.js";

const formats = { datetime: "YYYY-MM-DD HH24:MI:SS", date: "YYYY-MM-DD", time: "HH24:MI:SS" } as const;

/** What CURRENT_TIMESTAMP, CURRENT_DATE and CURRENT_TIME give. */
export const currentMoment = (form: keyof typeof formats): Typed =>
  momentText({ sql: "now() AT TIME ZONE 'UTC'", form }, formats[form]);

const momentText = (moment: Moment, format: string): Typed =>
  atom("text", `to_char(${moment.sql}, '${format}')`, [{ volatility: "stable" }], { moment });

/** What SQLite takes for one value in GROUP BY, PARTITION BY and DISTINCT: what `=` finds equal, and NULL with NULL. */
import { keyUnder } from "../collation.js";
import { textOf } from "../convert.js";
import { kindWords, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";

/** An expression of which PostgreSQL makes the same groups. @throws Untranslatable */
export function groupKey(typed: Typed): string {
  switch (typed.kind) {
    case "text":
      return keyUnder(typed.collation.name, textOf(typed));
    case "json":
    case "jsonb":
    case "jsonvalue":
    case "jsontext":
    case "other":
      throw new Untranslatable(`groups of ${kindWords[typed.kind]}, without a CAST: ${typed.sql}`);
    default:
      return typed.sql;
  }
}

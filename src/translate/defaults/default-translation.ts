/** What becomes of a DEFAULT, and what that depends on. */
import { quoteLiteral } from "../../model/identifier.js";
import { typeSql, type PgType, type TimeUnit } from "../../model/postgres.js";
import type { Affinity } from "../../model/sqlite.js";
import type { Literal } from "../sql/literal.js";

/** `sql` null: the column needs none (DEFAULT NULL). */
export type DefaultTranslation =
  | { readonly carried: true; readonly sql: string | null }
  /** `reason`: for people, where more is known than that the column does not take it. */
  | { readonly carried: false; readonly reason?: string };

export interface DefaultColumn {
  readonly affinity: Affinity;
  readonly type: PgType;
  readonly unit: TimeUnit | null;
  /** As in a plan's column. */
  readonly zone: string | null;
}

/** The literal, as the column stores it. */
export type DefaultValue = Exclude<Literal, { kind: "null" }>;

export const none: DefaultTranslation = { carried: false };
export const notCarried = (reason: string): DefaultTranslation => ({ carried: false, reason });
export const carried = (sql: string | null): DefaultTranslation => ({ carried: true, sql });

export const typed = (text: string, type: PgType): DefaultTranslation =>
  carried(`${quoteLiteral(text)}::${typeSql(type)}`);

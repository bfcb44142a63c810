/** What the server has for columns without case (PostgreSQL documentation, F.10 "citext", 24.2.2.4 and 52.83). */
import { icuLocale } from "../model/nocase.js";
import type { Session } from "./session.js";
import { targetError } from "./target-error.js";

export interface CitextFacts {
  /** Where it is installed; null: nowhere. */
  readonly schema: string | null;
  /** Whether the server has its files. */
  readonly isThere: boolean;
  /** Whether the schema that it would go into is there. */
  readonly hasSchema: boolean;
  /** Whether this role can install it. */
  readonly mayInstall: boolean;
  /** Whether lower('I') is i: it is another letter in Turkish. */
  readonly foldsAscii: boolean;
  readonly role: string;
}

/** @param schema where it would be installed. @throws ToolError targetError's codes. */
export async function citextFacts(session: Session, schema: string): Promise<CitextFacts> {
  try {
    const [row = {}] = await session.query(
      `SELECT (SELECT nspname FROM pg_extension x JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'citext') AS schema,
              EXISTS (SELECT FROM pg_available_extensions WHERE name = 'citext') AS is_there,
              to_regnamespace(quote_ident($1)) IS NOT NULL AS has_schema,
              (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
                OR (has_database_privilege(current_database(), 'CREATE')
                  AND EXISTS (SELECT FROM pg_available_extension_versions WHERE name = 'citext' AND trusted)) AS may_install,
              lower('ABCDEFGHIJKLMNOPQRSTUVWXYZ') = 'abcdefghijklmnopqrstuvwxyz' AS folds,
              current_user AS role`,
      [schema],
    );
    return {
      schema: row["schema"] ?? null,
      isThere: row["is_there"] === "t",
      hasSchema: row["has_schema"] === "t",
      mayInstall: row["may_install"] === "t",
      foldsAscii: row["folds"] === "t",
      role: row["role"] ?? "",
    };
  } catch (error) {
    throw targetError(error, "look for the extension citext");
  }
}

/** A collation of this name in a schema: `same` as one that a plan makes, or `other`; null: there is none. */
export async function collationThere(
  session: Session,
  schema: string,
  name: string,
): Promise<"same" | "other" | null> {
  try {
    // Its locale stands in a column of another name in every other version.
    const rows = await session.query(
      `SELECT collprovider = 'i' AND NOT collisdeterministic
              AND $3 = ANY (ARRAY[to_jsonb(c)->>'collcollate', to_jsonb(c)->>'colliculocale', to_jsonb(c)->>'colllocale'])
              AS is_same
         FROM pg_collation c JOIN pg_namespace n ON n.oid = collnamespace WHERE nspname = $1 AND collname = $2`,
      [schema, name, icuLocale],
    );
    const [row] = rows;
    return row === undefined ? null : row["is_same"] === "t" ? "same" : "other";
  } catch (error) {
    throw targetError(error, "look for a collation");
  }
}

/** Whether the server was built with ICU: else its collations, where it knows any, have no version. */
export async function hasIcu(session: Session): Promise<boolean> {
  try {
    const [row = {}] = await session.query(
      `SELECT EXISTS (SELECT FROM pg_collation WHERE collprovider = 'i' AND pg_collation_actual_version(oid) IS NOT NULL) AS has`,
    );
    return row["has"] === "t";
  } catch (error) {
    throw targetError(error, "look for ICU");
  }
}

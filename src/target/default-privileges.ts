/** ALTER DEFAULT PRIVILEGES IN SCHEMA speaks of what is made there; a table that is moved there would come without. */
import type { Plan } from "../model/plan.js";
import type { Session } from "./session.js";
import { targetError } from "./target-error.js";

/**
 * The GRANTs that give the plan's tables, once they stand in its schema, what this role's default privileges for that
 * schema would have given them (PostgreSQL documentation, ALTER DEFAULT PRIVILEGES; pg_default_acl). Those for all
 * schemas they have already.
 *
 * @throws ToolError targetError's codes.
 */
export async function defaultGrants(session: Session, plan: Plan): Promise<readonly string[]> {
  const tables = plan.tables.map((table) => table.target);
  const sequences = plan.tables.flatMap(({ columns }) =>
    columns.flatMap(({ identity }) => (identity === null ? [] : [identity.sequence])),
  );
  try {
    const rows = await session.query(
      `WITH moved (type, word, names) AS (VALUES ('r'::"char", 'TABLE', $2::jsonb), ('S'::"char", 'SEQUENCE', $3::jsonb))
       SELECT format('GRANT %s ON %s %s TO %s%s', string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type), word,
                (SELECT string_agg(format('%I.%I', $1::text, name), ', ') FROM jsonb_array_elements_text(names) AS name),
                CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END,
                CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) AS sql
         FROM pg_default_acl AS d JOIN pg_namespace AS n ON n.oid = d.defaclnamespace JOIN moved ON type = d.defaclobjtype
           CROSS JOIN aclexplode(d.defaclacl) AS a
        WHERE n.nspname = $1 AND pg_get_userbyid(d.defaclrole) = current_user AND names <> '[]'
        GROUP BY word, names, a.grantee, a.is_grantable`,
      [plan.schema, JSON.stringify(tables), JSON.stringify(sequences)],
    );
    return rows.map((row) => row["sql"] ?? "");
  } catch (error) {
    throw targetError(error, `read the default privileges of schema ${plan.schema}`);
  }
}

/** How the unique indexes of a table compare: by their operator classes, whatever `=` means on a search path (53.26 "pg_index"). */
import type { RelationName } from "../../model/target-schema.js";
import { quoteQualified } from "../../model/identifier.js";
import type { Session } from "../session.js";
import { targetError } from "../target-error.js";

/** Of one column of a key. */
export interface KeyTerm {
  readonly column: string;
  /** `OPERATOR(pg_catalog.=)` */
  readonly equals: string;
  /** ` COLLATE "pg_catalog"."C"`, or nothing. */
  readonly collation: string;
}

export interface ComparedKey {
  /** Of the constraint, or of the index alone. */
  readonly name: string;
  readonly terms: readonly KeyTerm[];
}

const keysSql = `
  SELECT coalesce(k.conname, x.relname) AS name,
         jsonb_agg(jsonb_build_object('column', a.attname, 'equals', format('OPERATOR(%I.%s)', s.nspname, o.oprname),
           'collation', CASE WHEN l.oid IS NULL THEN '' ELSE format(' COLLATE %I.%I', n.nspname, l.collname) END) ORDER BY p.place) AS terms
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
      LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
      CROSS JOIN LATERAL unnest(i.indkey::int2[], i.indclass::oid[], i.indcollation::oid[]) WITH ORDINALITY
        AS p (number, opclass, coll, place)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = p.number
      JOIN pg_opclass c ON c.oid = p.opclass
      JOIN pg_amop m ON m.amopfamily = c.opcfamily AND m.amoplefttype = c.opcintype AND m.amoprighttype = c.opcintype AND m.amopstrategy = 3
      JOIN pg_operator o ON o.oid = m.amopopr JOIN pg_namespace s ON s.oid = o.oprnamespace
      LEFT JOIN pg_collation l ON l.oid = p.coll LEFT JOIN pg_namespace n ON n.oid = l.collnamespace
   WHERE i.indrelid = $1::regclass AND i.indisunique AND NOT i.indisexclusion AND i.indexprs IS NULL AND i.indpred IS NULL
     AND p.place <= i.indnkeyatts
   GROUP BY 1, i.indisprimary ORDER BY NOT i.indisprimary, 1`;

/** Those of all rows, and of columns alone; the primary key comes first. @throws ToolError targetError's codes. */
export async function readComparedKeys(
  session: Session,
  { schema, name }: RelationName,
): Promise<readonly ComparedKey[]> {
  const rows = await session.query(keysSql, [quoteQualified(schema, name)]).catch((error: unknown) => {
    throw targetError(error, `read the keys of table ${name}`);
  });
  return rows.map((row) => ({
    name: row["name"] ?? "",
    terms: JSON.parse(row["terms"] ?? "[]") as KeyTerm[],
  }));
}

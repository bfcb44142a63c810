/**
 * Which rows a table of others refuses, and why: the server names one of them, and stops. They stand in a staging table, which refuses nothing,
 * and are asked by what the catalogs say of the table's own constraints.
 */
import { quote, quoteLiteral, quoteQualified } from "../../model/identifier.js";
import type { RelationName } from "../../model/target-schema.js";
import { serverAnswer } from "../../target/server-answer.js";
import type { Session } from "../../target/session.js";
import { targetError } from "../../target/target-error.js";
import type { BrokenRows } from "../broken-rows.js";
import { rowWordsSql } from "../row-words.js";

export interface Violation extends BrokenRows {
  /** `partition`: no partition takes them. */
  readonly kind: "primary key" | "unique" | "check" | "partition" | "domain";
  /** Of the constraint or index; of the table, where no partition takes them. Of a domain its own name comes before it. */
  readonly name: string;
}

const mostNamed = 10;

/**
 * What a query cannot tell (exclusion constraints, expressions over columns that are not staged) is left out: the server's own
 * sentence has to do.
 *
 * @param staging the rows, with columns of the target's names and types.
 * @param among whose keys may not be the same: of the staged rows, or of these and those that are there.
 * @throws ToolError targetError's codes.
 */
export async function findViolations(
  session: Session,
  target: RelationName,
  staging: RelationName,
  among: "all" | "staged" = "all",
): Promise<readonly Violation[]> {
  const found: Violation[] = [];
  try {
    for (const rule of await rulesOf(session, target, staging, among)) {
      const broken = await askOne(session, rule);
      if (broken !== null) found.push({ kind: rule.kind, name: rule.name, ...broken });
    }
  } catch (error) {
    throw targetError(error, `look for the rows that ${target.schema}.${target.name} refuses`);
  }
  return found;
}

interface Rule extends Pick<Violation, "kind" | "name"> {
  /** SQL: FROM and WHERE of what breaks it, and what says which row it is. */
  readonly broken: string;
  readonly words: string;
}

async function askOne(session: Session, { broken, words }: Rule): Promise<BrokenRows | null> {
  try {
    const [count] = await session.query(`SELECT count(*) AS rows ${broken}`);
    const rows = Number(count?.["rows"]);
    if (rows === 0) return null;
    const first = await session.query(`SELECT ${words} AS words ${broken} LIMIT ${mostNamed}`);
    return { rows, first: first.map((row) => row["words"] ?? "") };
  } catch (error) {
    if (serverAnswer(error) === null) throw error;
    return null;
  }
}

async function rulesOf(
  session: Session,
  target: RelationName,
  staging: RelationName,
  among: "all" | "staged",
): Promise<readonly Rule[]> {
  const [there, from] = [target, staging].map(({ schema, name }) => quoteQualified(schema, name));
  const parameters = [there!, from!];
  const staged = textsOf((await session.query(stagedSql, parameters))[0]?.["columns"]);
  const key = textsOf((await session.query(keySql, [there!]))[0]?.["columns"]).filter((name) =>
    staged.includes(name),
  );
  const columns = staged.map(quote).join(", ");
  // Rows that are there count as well, but are not listed.
  const others = among === "all" ? ` UNION ALL SELECT ${columns}, false FROM ${there!}` : "";
  const both = `(SELECT ${columns}, true AS "is staged" FROM ${from!}${others})`;
  const uniques = (await session.query(uniquesSql, [there!])).map((row): Rule => {
    const terms = textsOf(row["terms"]);
    const asked = [
      ...(row["predicate"] === null ? [] : [`(${row["predicate"] ?? ""})`]),
      ...(row["nulls_not_distinct"] === "t" ? [] : terms.map((term) => `(${term}) IS NOT NULL`)),
    ];
    const words = [
      rowWordsSql(key),
      ...terms
        .filter((term) => !key.map((name) => plain(name)).includes(term))
        .map((term) => `${quoteLiteral(`${term} = `)} || coalesce((${term})::text, 'NULL')`),
    ].filter((sql) => sql !== "''");
    return {
      kind: row["kind"] as Rule["kind"],
      name: row["name"] ?? "",
      broken: `FROM (SELECT *, count(*) OVER (PARTITION BY ${terms.join(", ")}) AS "how many" FROM ${both} AS rows
        ${asked.length === 0 ? "" : `WHERE ${asked.join(" AND ")}`}) AS counted WHERE "how many" > 1 AND "is staged"`,
      words: `concat_ws(', ', ${words.join(", ")})`,
    };
  });
  const checks = (await session.query(checksSql, [there!])).map((row): Rule => {
    return {
      kind: "check",
      name: row["name"] ?? "",
      // NULL breaks nothing.
      broken: `FROM ${from!} WHERE (${row["expression"] ?? ""}) IS FALSE`,
      words: rowWordsSql([...key, ...textsOf(row["columns"])]),
    };
  });
  const domains = (await session.query(domainsSql, [there!]))
    .filter((row) => staged.includes(row["column"] ?? ""))
    .map((row): Rule => {
      const column = row["column"] ?? "";
      return {
        kind: "domain",
        name: row["name"] ?? "",
        // The expression of a domain calls its value VALUE, which elsewhere is the name of a column.
        broken: `FROM (SELECT ${quote(column)} AS value, ${rowWordsSql([...key, column])} AS words FROM ${from!}) AS v WHERE (${row["expression"] ?? ""}) IS FALSE`,
        words: "words",
      };
    });
  const partitions = await session.query(partitionsSql, [there!]);
  const homeless = partitions.map((row) => `NOT coalesce((${row["condition"] ?? "true"}), false)`);
  const keyOfPartitions = textsOf(partitions[0]?.["columns"]);
  return [
    ...uniques,
    ...checks,
    ...domains,
    ...(homeless.length === 0
      ? []
      : [
          {
            kind: "partition" as const,
            name: target.name,
            broken: `FROM ${from!} WHERE ${homeless.join(" AND ")}`,
            words: rowWordsSql([...key, ...keyOfPartitions]),
          },
        ]),
  ];
}

const textsOf = (json: string | null | undefined): readonly string[] => JSON.parse(json ?? "[]") as string[];

/** As pg_get_indexdef writes it; null of one that needs quotes is no matter, for it is told twice then. */
const plain = (name: string): string => (/^[a-z_][a-z0-9_$]*$/.test(name) ? name : quote(name));

const stagedSql = `
  SELECT coalesce(jsonb_agg(s.attname ORDER BY s.attnum), '[]') AS columns FROM pg_attribute s JOIN pg_attribute t USING (attname)
   WHERE t.attrelid = $1::regclass AND s.attrelid = $2::regclass AND s.attnum > 0 AND NOT s.attisdropped`;

const keySql = `
  SELECT jsonb_agg(a.attname ORDER BY k.place) AS columns
    FROM pg_index i CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY AS k (number, place)
      JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number
   WHERE i.indrelid = $1::regclass AND i.indisprimary AND k.place <= i.indnkeyatts`;

const uniquesSql = `
  SELECT coalesce(k.conname, x.relname) AS name, CASE k.contype WHEN 'p' THEN 'primary key' ELSE 'unique' END AS kind,
         pg_get_expr(i.indpred, i.indrelid) AS predicate, coalesce((to_jsonb(i)->>'indnullsnotdistinct')::boolean, false) AS nulls_not_distinct,
         (SELECT jsonb_agg(pg_get_indexdef(i.indexrelid, n, false) ORDER BY n) FROM generate_series(1, i.indnkeyatts) AS n) AS terms
    FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid
      LEFT JOIN pg_constraint k ON k.conindid = i.indexrelid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
   WHERE i.indrelid = $1::regclass AND i.indisunique AND NOT i.indisexclusion
   ORDER BY NOT i.indisprimary, 1`;

const checksSql = `
  SELECT k.conname AS name, pg_get_expr(k.conbin, k.conrelid) AS expression,
         (SELECT jsonb_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a WHERE a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)) AS columns
    FROM pg_constraint k
   WHERE k.conrelid = $1::regclass AND k.contype = 'c' AND coalesce((to_jsonb(k)->>'conenforced')::boolean, true)
   ORDER BY 1`;

/** With those of the domains below it. */
const domainsSql = `
  WITH RECURSIVE domains AS (
    SELECT a.attnum, a.attname, t.oid, t.typname, t.typbasetype, t.typtype
      FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND t.typtype = 'd'
    UNION ALL SELECT d.attnum, d.attname, t.oid, t.typname, t.typbasetype, t.typtype
      FROM domains d JOIN pg_type t ON t.oid = d.typbasetype WHERE t.typtype = 'd')
  SELECT d.attname AS column, d.typname || '.' || k.conname AS name,
         regexp_replace(pg_get_constraintdef(k.oid), '^CHECK (.*?)( NOT VALID)?$', '\\1') AS expression
    FROM domains d JOIN pg_constraint k ON k.contypid = d.oid AND k.contype = 'c'
   ORDER BY d.attnum, 2`;

const partitionsSql = `
  SELECT pg_get_partition_constraintdef(t.relid) AS condition,
         (SELECT jsonb_agg(a.attname) FROM pg_partitioned_table p JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = ANY (p.partattrs::int2[])
           WHERE p.partrelid = $1::regclass) AS columns
    FROM pg_class c CROSS JOIN LATERAL pg_partition_tree(c.oid) AS t
   WHERE c.oid = $1::regclass AND c.relkind = 'p' AND t.isleaf AND t.relid <> c.oid`;

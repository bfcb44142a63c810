/** Whether what the sequences of a table give next is beyond what stands in their columns. */
import { quote, quoteLiteral, quoteQualified } from "../../model/identifier.js";
import type { ObjectFault } from "../../model/object-fault.js";
import type { Session } from "../../target/session.js";

export interface Sequence {
  readonly column: string;
  readonly schema: string;
  readonly name: string;
  readonly increment: bigint;
  readonly least: bigint;
  readonly greatest: bigint;
  /** Of the column's type. */
  readonly bytes: bigint;
  readonly cycles: boolean;
  /** What this role may do, where it takes both to read it. */
  readonly isSchemaOpen: boolean;
  readonly isOpen: boolean;
  readonly role: string;
}

/** Identity and serial columns own theirs; the default of a column may take its values from another one. */
const sequencesSql = `
  WITH RECURSIVE used AS (
    SELECT d.refobjid AS relation, d.refobjsubid AS number, d.objid AS sequence FROM pg_depend AS d
      WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')
    UNION
    SELECT f.adrelid, f.adnum, d.refobjid FROM pg_attrdef AS f JOIN pg_depend AS d ON d.objid = f.oid
      WHERE d.classid = 'pg_attrdef'::regclass AND d.refclassid = 'pg_class'::regclass),
  -- Domains are seen through.
  types AS (
    SELECT oid AS named, oid AS type FROM pg_type WHERE oid IN (SELECT atttypid FROM pg_attribute JOIN used ON attrelid = relation AND attnum = number)
    UNION SELECT named, t.typbasetype FROM types JOIN pg_type AS t ON t.oid = type AND t.typtype = 'd')
  SELECT c.relname::text AS table, a.attname::text AS column, sn.nspname::text AS schema, s.relname::text AS name,
    q.seqincrement AS increment, least(q.seqmin, q.seqmax) AS least, greatest(q.seqmin, q.seqmax) AS greatest, q.seqcycle AS cycles,
    ty.typlen AS bytes,
    has_schema_privilege(sn.oid, 'USAGE') AS schema_open, has_sequence_privilege(s.oid, 'SELECT') AS open, current_user::text AS role
  FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace
    JOIN used AS u ON u.relation = c.oid
    JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum = u.number AND a.attnum > 0 AND NOT a.attisdropped
    JOIN types AS w ON w.named = a.atttypid JOIN pg_type AS ty ON ty.oid = w.type
    JOIN pg_class AS s ON s.oid = u.sequence AND s.relkind = 'S'
    JOIN pg_sequence AS q ON q.seqrelid = s.oid JOIN pg_namespace AS sn ON sn.oid = s.relnamespace
  WHERE n.nspname::text = $1::text AND c.relname::text IN (SELECT json_array_elements_text($2::json)) AND c.relkind IN ('r', 'p')
    AND ty.oid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
  ORDER BY 1, 2, 3, 4`;

/** The sequences of tables, by the tables' names. One question for all: the catalogs are read to their end. */
export const readSequences = async (
  session: Session,
  schema: string,
  tables: readonly string[],
): Promise<ReadonlyMap<string, readonly Sequence[]>> => {
  const found = new Map<string, Sequence[]>();
  for (const row of await session.query(sequencesSql, [schema, JSON.stringify(tables)])) {
    const table = row["table"] ?? "";
    const sequences = found.get(table) ?? [];
    found.set(table, sequences);
    sequences.push({
      column: row["column"] ?? "",
      schema: row["schema"] ?? "",
      name: row["name"] ?? "",
      increment: BigInt(row["increment"] ?? 1),
      least: BigInt(row["least"] ?? 0),
      greatest: BigInt(row["greatest"] ?? 0),
      bytes: BigInt(row["bytes"] ?? 8),
      cycles: row["cycles"] === "t",
      isSchemaOpen: row["schema_open"] === "t",
      isOpen: row["open"] === "t",
      role: row["role"] ?? "",
    });
  }
  return found;
};

/**
 * Inside a transaction of read-transaction.ts.
 *
 * @throws what the session throws.
 */
export const sequenceFaults = async (
  session: Session,
  schema: string,
  table: string,
  sequences: readonly Sequence[],
): Promise<readonly ObjectFault[]> => {
  const faults: ObjectFault[] = [];
  for (const sequence of sequences) {
    faults.push(...(await faultOf(session, schema, table, sequence)));
  }
  return faults;
};

const faultOf = async (
  session: Session,
  schema: string,
  table: string,
  sequence: Sequence,
): Promise<readonly ObjectFault[]> => {
  const { column, name, increment, least, greatest, bytes, cycles } = sequence;
  const full = quoteQualified(sequence.schema, name);
  const of = { table, name };
  if (!sequence.isSchemaOpen || !sequence.isOpen) {
    const role = quote(sequence.role);
    const grants = [
      ...(sequence.isSchemaOpen ? [] : [`GRANT USAGE ON SCHEMA ${quote(sequence.schema)} TO ${role};`]),
      ...(sequence.isOpen ? [] : [`GRANT SELECT ON SEQUENCE ${full} TO ${role};`]),
    ];
    return [
      {
        ...of,
        kind: "sequence-unread",
        message: `role ${role} may not read sequence ${name}: whether its next value is free in column ${table}.${column} is unproven`,
        mend: grants.join(" "),
        answer: "unproven",
      },
    ];
  }
  const isAscending = increment > 0n;
  const [state] = await session.query(`SELECT last_value, is_called FROM ${full}`);
  const extreme = isAscending ? "max" : "min";
  const [seen] = await session.query(
    `SELECT ${extreme}(${quote(column)}) AS extreme FROM ${quoteQualified(schema, table)}`,
  );
  const last = BigInt(state?.["last_value"] ?? 0);
  const next = state?.["is_called"] === "t" ? last + increment : last;
  const isUsedUp = next > greatest || next < least;
  const held = 2n ** (8n * bytes - 1n);
  if ((isUsedUp && !cycles) || (!isUsedUp && (next >= held || next < -held))) {
    return [
      {
        ...of,
        kind: "sequence-used-up",
        message: `sequence ${name} of column ${table}.${column} is used up at ${last}: an insert without a value for the column fails`,
        mend: null,
        answer: "listed",
      },
    ];
  }
  const reached = seen?.["extreme"] ?? null;
  if (reached === null) {
    return [];
  }
  const given = isUsedUp ? (isAscending ? least : greatest) : next;
  if (isAscending ? given > BigInt(reached) : given < BigInt(reached)) {
    return [];
  }
  const isInRange = BigInt(reached) >= least && BigInt(reached) <= greatest;
  return [
    {
      ...of,
      kind: "sequence-behind",
      message: `sequence ${name} gives ${given} next, but column ${table}.${column} goes ${isAscending ? "up" : "down"} to ${reached}: inserts will collide`,
      mend: isInRange ? `SELECT setval(${quoteLiteral(full)}, ${reached}, true);` : null,
      answer: "no",
    },
  ];
};

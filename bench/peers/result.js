/** What a tool made of a table, so that its time can be judged: a fast answer that is wrong is no answer. */

/** Columns of `table` with their type, their number of values, the least and the greatest as text; and the rows. */
export async function describeResult(database, table) {
  const columns = await database.query(`
    SELECT attname AS name, format_type(atttypid, atttypmod) AS type, attnotnull AS "notNull"
    FROM pg_attribute WHERE attrelid = '${table}'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`);
  const terms = columns.map(
    ({ name }, index) =>
      `, concat_ws(' ', count("${name}"), min("${name}"::text COLLATE "C"), max("${name}"::text COLLATE "C")) AS v${index}`,
  );
  const [counted] = await database.query(`SELECT count(*)::text AS rows ${terms.join("")} FROM ${table}`);
  return {
    rows: Number(counted.rows),
    columns: columns.map((column, index) => ({ ...column, values: counted[`v${index}`] })),
  };
}

/** What `theirs` has otherwise than `ours`, in words. Columns of another name count as missing. */
export function differences(ours, theirs) {
  const words = ours.rows === theirs.rows ? [] : [`${theirs.rows} of ${ours.rows} rows`];
  for (const column of ours.columns) {
    const other = theirs.columns.find(({ name }) => name === column.name);
    if (other === undefined) {
      words.push(`${column.name} is missing`);
      continue;
    }
    const told = [
      ...(other.type === column.type ? [] : [`is ${other.type}, not ${column.type}`]),
      ...(column.notNull && !other.notNull ? ["lost NOT NULL"] : []),
      // Another type writes the same value in other ways.
      ...(other.type !== column.type || other.values === column.values ? [] : ["has other values"]),
    ];
    if (told.length > 0) words.push(`${column.name} ${told.join(", ")}`);
  }
  return words;
}

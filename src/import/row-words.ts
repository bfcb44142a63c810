import { quote, quoteLiteral } from "../model/identifier.js";

/** Characters of a value that are shown. */
const shownCharacters = 60;

/** SQL of a text that names a row and what is wrong with it: `id = 7, price = -1`. @param of SQL before each column, `c.` */
export function rowWordsSql(columns: readonly string[], of = ""): string {
  const words = [...new Set(columns)].map(
    (name) =>
      `${quoteLiteral(`${name} = `)} || coalesce(left(${of}${quote(name)}::text, ${shownCharacters}), 'NULL')`,
  );
  return words.length === 0 ? "''" : `concat_ws(', ', ${words.join(", ")})`;
}

/** A value of SQLite as SQLite's own SQL would write it, cut to a readable length. */
import { quoteLiteral } from "../../model/identifier.js";
import { numberText } from "../canonical/text.js";
import { isUtf8 } from "../canonical/utf8.js";
import type { SqliteValue } from "./sqlite-value.js";

const shownCharacters = 200;
const shownBytes = 100;

/**
 * `12`, `1.5`, `'Bob'`, `x'00ff'`, `NULL`; with control characters `unistr('a\u000ab')` (sqlite.org/lang_corefunc.html), of
 * bytes that are no UTF-8 `CAST(x'ff' AS TEXT)`. What is cut off is told: `'Bob'... (12,000 characters)`.
 *
 * @param isText whether bytes are a TEXT, in UTF-8
 */
export const literalOf = (value: SqliteValue, isText: boolean): string => {
  if (value === null) {
    return "NULL";
  }
  if (!Buffer.isBuffer(value)) {
    // What SQLite prints, Inf, is no literal.
    return value === Infinity ? "9e999" : value === -Infinity ? "-9e999" : numberText(value);
  }
  if (!isText) {
    return blobLiteral(value);
  }
  // Looked at no further than it is shown, but for its length.
  return isUtf8(value) ? textLiteral(value.toString("utf8")) : `CAST(${blobLiteral(value)} AS TEXT)`;
};

const blobLiteral = (value: Buffer): string =>
  `x'${value.toString("hex", 0, shownBytes)}'${value.length > shownBytes ? rest(value.length, "bytes") : ""}`;

const textLiteral = (text: string): string => {
  const characters = Array.from(text.slice(0, shownCharacters * 2)).slice(0, shownCharacters);
  const shown = characters.join("");
  const cut = shown.length < text.length ? rest(Array.from(text).length, "characters") : "";
  return /[\p{Cc}]/u.test(shown)
    ? `unistr(${quoteLiteral(shown.replaceAll("\\", "\\\\").replace(/\p{Cc}/gu, escapeOf))})${cut}`
    : quoteLiteral(shown) + cut;
};

const escapeOf = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

const rest = (length: number, unit: string): string =>
  `... (${String(length).replaceAll(/\B(?=(\d{3})+$)/g, ",")} ${unit})`;

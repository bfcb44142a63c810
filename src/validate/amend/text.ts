/** Texts that PostgreSQL does not take, with what a policy puts in place of the bytes that stand in the way. */
import type { ColumnPolicy, PolicyName } from "../../model/policy.js";
import type { SourceValue } from "../canonical/field.js";
import { isUtf8 } from "../canonical/utf8.js";

/** Replaces each maximal subpart of what is no UTF-8 by U+FFFD (WHATWG Encoding, "UTF-8 decoder"); a byte order mark stays. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

/**
 * The text with the replacements that the policy asks for, or null where there is nothing to replace, or not all of it
 * may be. Invalid bytes come first: what a stripped NUL would bring together was no character.
 *
 * @param changes takes the names of the policies that changed it.
 */
export const repairText = (bytes: Buffer, policy: ColumnPolicy, changes: PolicyName[]): Buffer | null => {
  let text = bytes;
  if (!isUtf8(text)) {
    if (policy.invalidUtf8 === undefined) {
      return null;
    }
    text = Buffer.from(decoder.decode(text), "utf8");
    changes.push("invalidUtf8");
  }
  if (text.includes(0)) {
    if (policy.nul === undefined) {
      return null;
    }
    const replacement = policy.nul === "strip" ? "" : "\ufffd";
    text = Buffer.from(text.toString("utf8").replaceAll("\0", replacement), "utf8");
    changes.push("nul");
  }
  return text === bytes ? null : text;
};

/** Whether a text is nothing but blanks. */
export const isBlank = (text: Buffer): boolean =>
  text.every((byte) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d));

/** A test of TEXT for words, in ASCII letters of any case. */
export const wordTest = (
  words: readonly string[] = [],
): ((value: SourceValue, isText: boolean) => boolean) => {
  const known = new Set(words.map((word) => folded(Buffer.from(word, "utf8"))));
  return (value, isText) =>
    isText && Buffer.isBuffer(value) && value.length <= longestWord && known.has(folded(value));
};

/** A gigabyte is not worth a look. */
const longestWord = 10_000;

const folded = (text: Buffer): string =>
  text.toString("latin1").replace(/[A-Z]/g, (letter) => letter.toLowerCase());

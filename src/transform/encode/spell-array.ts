/** An array's field, as array.ts writes it, as text (PostgreSQL documentation, 8.15.2): every element quoted, NULLs not. */
const open = Buffer.from("{");
const close = Buffer.from("}");
const comma = Buffer.from(",");
const nullWord = Buffer.from("NULL");

const quote = 0x22;
const backslash = 0x5c;

/** @param spell of an element's field [start, end). */
export function spellArray(
  bytes: Buffer,
  start: number,
  spell: (start: number, end: number) => Buffer,
): Buffer {
  const isEmpty = bytes.readInt32BE(start) === 0;
  const count = isEmpty ? 0 : bytes.readInt32BE(start + 12);
  const parts: Buffer[] = [open];
  let at = start + 20;
  for (let index = 0; index < count; index += 1) {
    const length = bytes.readInt32BE(at);
    at += 4;
    if (index > 0) parts.push(comma);
    if (length === -1) {
      parts.push(nullWord);
      continue;
    }
    parts.push(quoted(spell(at, at + length)));
    at += length;
  }
  parts.push(close);
  return Buffer.concat(parts);
}

function quoted(text: Buffer): Buffer {
  const quotes = text.reduce((found, byte) => (byte === quote || byte === backslash ? found + 1 : found), 2);
  const out = Buffer.allocUnsafe(text.length + quotes);
  let at = 0;
  out[at++] = quote;
  for (const byte of text) {
    if (byte === quote || byte === backslash) out[at++] = backslash;
    out[at++] = byte;
  }
  out[at] = quote;
  return out;
}

/** Says what a file that is no SQLite database seems to be, from its first bytes. A guess for people; pure. */

interface Likeness {
  /** Follows "looks like". */
  readonly words: string;
  readonly hint: string;
}

const archive = "unpack it first, then name the database that was in it";
const signatures: readonly (readonly [bytes: readonly number[], words: string, hint: string])[] = [
  [[0x1f, 0x8b], "a gzip archive", archive],
  [[0x50, 0x4b, 0x03, 0x04], "a zip archive", archive],
  [[0x50, 0x4b, 0x05, 0x06], "an empty zip archive", archive],
  [[0x28, 0xb5, 0x2f, 0xfd], "a zstd archive", archive],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a], "an xz archive", archive],
  [[0x42, 0x5a, 0x68], "a bzip2 archive", archive],
  [[0x37, 0x7a, 0xbc, 0xaf], "a 7-Zip archive", archive],
  [[0x50, 0x47, 0x44, 0x4d, 0x50], "a dump of pg_dump", "load it into PostgreSQL with pg_restore"],
  [
    [0x00, 0x01, 0x00, 0x00, 0x53, 0x74, 0x61, 0x6e],
    "a Microsoft Access database",
    "only SQLite files are read",
  ],
  [
    [0x2a, 0x2a, 0x20, 0x54, 0x68, 0x69, 0x73],
    "a SQLite 2 database",
    "convert it with sqlite 2's .dump first",
  ],
  [[0x50, 0x41, 0x52, 0x31], "a Parquet file", "only SQLite files are read"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF", "only SQLite files are read"],
  [[0x7f, 0x45, 0x4c, 0x46], "a program", "only SQLite files are read"],
];

/**
 * @param head The first bytes of the file, up to 64 KiB.
 * @param bytes How long the file is.
 * @returns null where nothing comes to mind.
 */
export const likenessOf = (head: Uint8Array, bytes: number): Likeness | null => {
  for (const [start, words, hint] of signatures) {
    if (start.every((byte, at) => head[at] === byte)) return { words, hint };
  }
  if (Buffer.from(head.subarray(8, 12)).toString("latin1") === "DUCK") {
    return { words: "a DuckDB database", hint: "only SQLite files are read" };
  }
  if (head.every((byte) => byte === 0)) {
    return { words: "nothing: it begins with zeros only", hint: "take the copy or download again" };
  }
  return textLikeness(head) ?? encryptedLikeness(head, bytes);
};

const textLikeness = (head: Uint8Array): Likeness | null => {
  if (head.includes(0)) return null;
  const text = new TextDecoder().decode(head.subarray(0, 4096));
  // A cut UTF-8 sequence at the end costs one replacement character; more of them is no text.
  if (text.split("\uFFFD").length > 2) return null;
  const start = text.trimStart();
  if (/^version https:\/\/git-lfs/.test(start)) {
    return { words: "a Git LFS pointer", hint: "fetch the real file with git lfs pull" };
  }
  if (/^(<!doctype|<html|<\?xml)/i.test(start)) {
    return { words: "a web page or XML", hint: "the download probably answered with an error page" };
  }
  if (/^(--|\/\*|pragma|begin|create|insert|drop|set)\b/i.test(start) || start.startsWith("--")) {
    return { words: "an SQL dump", hint: "make a database of it first: sqlite3 NEW.db < DUMP.sql" };
  }
  if (/^[[{]/.test(start)) return { words: "JSON", hint: "only SQLite files are read" };
  return separatedLikeness(start) ?? { words: "plain text", hint: "only SQLite files are read" };
};

const separatedLikeness = (text: string): Likeness | null => {
  const [first = "", second = ""] = text.split(/\r?\n/, 2);
  for (const [separator, words] of [
    [",", "CSV"],
    [";", "CSV"],
    ["\t", "tab-separated values"],
  ] as const) {
    const fields = first.split(separator).length;
    if (fields > 1 && second.split(separator).length === fields) {
      return { words, hint: "make a database of it first: sqlite3 NEW.db '.import --csv FILE TABLE'" };
    }
  }
  return null;
};

/**
 * SQLCipher, SEE and their relatives encrypt page by page, so the length stays a multiple of 512 and the
 * bytes are as good as random. Archives have signatures and are told apart before.
 */
const encryptedLikeness = (head: Uint8Array, bytes: number): Likeness | null =>
  bytes % 512 === 0 && isRandom(head)
    ? {
        words: "an encrypted database (SQLCipher, SEE or a relative)",
        hint: "decrypt it first with its own program and key, for SQLCipher with sqlcipher_export()",
      }
    : null;

/** Whether the bytes spread as evenly as random ones. At 512 bytes random data has about 7.6 bits a byte. */
export const isRandom = (bytes: Uint8Array): boolean => {
  if (bytes.length < 400) return false;
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / bytes.length) * Math.log2(count / bytes.length);
  return bits > (bytes.length < 4096 ? 7.2 : 7.8);
};

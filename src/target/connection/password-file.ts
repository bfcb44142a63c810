/** The password file, ~/.pgpass: PostgreSQL 18 documentation, 32.16 "The Password File". */
import { readFileSync, statSync } from "node:fs";

export interface PasswordQuestion {
  /** `localhost` for the usual socket folders. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/**
 * The password of the first line that fits, or null. Pure.
 *
 * @param text the file's content: lines of `host:port:database:user:password`, each of the first four may be `*`;
 *   `\:` and `\\` stand for `:` and `\`
 */
export function findPassword(text: string, question: PasswordQuestion): string | null {
  const wanted = [question.host, question.port.toString(), question.database, question.user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith("#")) continue;
    const fields = splitFields(line);
    if (fields === null) continue;
    const fits = wanted.every((value, index) => fields[index] === "*" || unescape(fields[index]!) === value);
    if (fits) return unescape(fields[4]!);
  }
  return null;
}

/** The first four fields still escaped (an escaped `\*` is no wildcard), then the rest of the line. */
function splitFields(line: string): string[] | null {
  const fields = /^((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):(.+)$/s.exec(line);
  return fields === null ? null : fields.slice(1);
}

const unescape = (text: string): string => text.replace(/\\(.)/gs, "$1");

/**
 * Reads the file and looks the password up. A file that is not there is no fault; one that others may read is not
 * used (as with libpq), and a note says so.
 */
export function readPasswordFile(
  path: string,
  question: PasswordQuestion,
): { readonly password: string | null; readonly note: string | null } {
  try {
    const stats = statSync(path);
    if (!stats.isFile()) return { password: null, note: null };
    if ((stats.mode & 0o077) !== 0)
      return {
        password: null,
        note: `The password file ${path} can be read by others and is not used. Mend: chmod 0600 ${path}`,
      };
    return { password: findPassword(readFileSync(path, "utf8"), question), note: null };
  } catch {
    return { password: null, note: null };
  }
}

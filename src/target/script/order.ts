/** The order of a folder's files: `V1__x.sql` by version, as Flyway has it, then all others by name. */
import { ToolError } from "../../errors.js";

/** `V1.2__words.sql` -> [1, 2]; parts divided by dots or underscores. null: it has no version. */
export function versionOf(name: string): readonly bigint[] | null {
  const parts = /^V(\d+(?:[._]\d+)*)__.*\.sql$/is.exec(name)?.[1];
  return parts === undefined || !name.startsWith("V") ? null : parts.split(/[._]/).map(BigInt);
}

/** @throws ToolError `usage` for two files of one version. */
export function orderNames(names: readonly string[]): readonly string[] {
  const versioned = names
    .flatMap((name) => {
      const version = versionOf(name);
      return version === null ? [] : [{ name, version }];
    })
    .toSorted((a, b) => compareVersions(a.version, b.version) || compareNames(a.name, b.name));
  for (const [index, { name, version }] of versioned.entries()) {
    const next = versioned[index + 1];
    if (next !== undefined && compareVersions(version, next.version) === 0)
      throw new ToolError(
        "usage",
        `${name} and ${next.name} have the same version.`,
        "Which comes first? Number them apart.",
      );
  }
  const others = names.filter((name) => versionOf(name) === null).toSorted(compareNames);
  return [...versioned.map(({ name }) => name), ...others];
}

/** A part that is not there counts as 0. */
function compareVersions(a: readonly bigint[], b: readonly bigint[]): number {
  for (let part = 0; part < Math.max(a.length, b.length); part += 1) {
    const [one, other] = [a[part] ?? 0n, b[part] ?? 0n];
    if (one !== other) return one < other ? -1 : 1;
  }
  return 0;
}

/** By code points: the same on every machine, whatever its language. */
const compareNames = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** Cuts a trial into transactions that the server has room for: each table and all that hangs together with it in one. */
import type { Candidates } from "../model/piece.js";
import { locksOfTable } from "../target/lock-room.js";

/**
 * @param room how many locks a transaction may take.
 * @returns in the order of the tables; one that needs more room than there is stands alone.
 */
export function trialChunks(candidates: Candidates, room: number): readonly Candidates[] {
  const { tables, pieces } = candidates;
  const groups = new Groups();
  for (const { name } of tables) groups.join([name]);
  for (const piece of pieces) groups.join(namesOf(piece));
  const byGroup = new Map<
    string,
    { tables: Candidates["tables"][number][]; pieces: Candidates["pieces"][number][] }
  >();
  const groupAt = (name: string) => {
    const root = groups.rootOf(name);
    const group = byGroup.get(root) ?? { tables: [], pieces: [] };
    byGroup.set(root, group);
    return group;
  };
  for (const table of tables) groupAt(table.name).tables.push(table);
  for (const piece of pieces) groupAt(namesOf(piece)[0] ?? piece.name).pieces.push(piece);
  const chunks: Candidates[] = [];
  for (const group of byGroup.values()) {
    if (group.pieces.length === 0) continue;
    const last = chunks.at(-1);
    if (last !== undefined && locksOf(last) + locksOf(group) <= room)
      chunks[chunks.length - 1] = {
        tables: [...last.tables, ...group.tables],
        pieces: [...last.pieces, ...group.pieces],
      };
    else chunks.push(group);
  }
  return chunks;
}

/** How many locks a trial of `candidates` holds at its end. */
export const locksOf = ({ tables, pieces }: Candidates): number =>
  tables.reduce((sum, { indexes }) => sum + locksOfTable + indexes, 0) +
  pieces.filter(({ kind }) => kind === "view").length;

const namesOf = ({ kind, table, name, uses }: Candidates["pieces"][number]): readonly string[] => [
  ...(kind === "view" ? [name] : []),
  ...(table === null ? [] : [table]),
  ...uses,
];

/** Names that are joined, directly or by way of others (union-find). */
class Groups {
  readonly #parents = new Map<string, string>();

  join([first, ...others]: readonly string[]): void {
    if (first === undefined) return;
    const root = this.rootOf(first);
    for (const other of others) this.#parents.set(this.rootOf(other), root);
  }

  rootOf(name: string): string {
    let root = name;
    for (let parent = this.#parents.get(root); parent !== undefined && parent !== root;) {
      root = parent;
      parent = this.#parents.get(root);
    }
    this.#parents.set(name, root);
    return root;
  }
}

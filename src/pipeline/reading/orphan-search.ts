/**
 * The search for rows without a parent. Keys that point at a rowid are held against sets of integers that the profile
 * gathers; SQLite looks for the rest meanwhile, and afterwards for those of which the sets are not certain.
 */
import { findOrphans } from "../../export/orphans.js";
import { rowidLinks, type RowidLink } from "../../export/rowid-links.js";
import type { CaselessColumn } from "../../model/nocase.js";
import type { SqliteForeignKey, SqliteSchema } from "../../model/sqlite.js";
import type { Source } from "../../source/source.js";
import type { OrphanCount } from "../../translate/objects/foreign-keys.js";
import type { Lanes, LaneTask } from "../lanes/lanes.js";
import { LinkSets } from "./link-sets.js";
import { pauser } from "../pause.js";
import type { ProfileExtras } from "./profile.js";

export class OrphanSearch implements ProfileExtras {
  readonly links: LinkSets;
  readonly beside: readonly LaneTask[];
  readonly #source: Source;
  readonly #schema: SqliteSchema;
  readonly #rowidLinks: readonly RowidLink[];
  readonly #found: OrphanCount[] = [];

  readonly #caseless: readonly CaselessColumn[];

  /** @param caseless columns that PostgreSQL will compare without case */
  constructor(source: Source, schema: SqliteSchema, caseless: readonly CaselessColumn[] = []) {
    this.#caseless = caseless;
    this.#source = source;
    this.#schema = schema;
    this.#rowidLinks = rowidLinks(schema);
    this.links = new LinkSets(this.#rowidLinks);
    const others = new Set(schema.tables.flatMap(({ foreignKeys }) => foreignKeys));
    for (const { foreignKey } of this.#rowidLinks) others.delete(foreignKey);
    this.beside = [this.#task(others)];
  }

  /**
   * After the profile.
   *
   * @returns one entry per foreign key that has orphans.
   * @throws ToolError the source codes, `interrupted`.
   */
  async end(lanes: Lanes): Promise<readonly OrphanCount[]> {
    const doubtful = this.#rowidLinks.filter((link) => !this.links.isSound(link));
    const keys = new Set(doubtful.map(({ foreignKey }) => foreignKey));
    if (keys.size > 0) await lanes.run([this.#task(keys)]);
    return this.#found;
  }

  #task(keys: ReadonlySet<SqliteForeignKey>): LaneTask {
    return {
      takes: (lane) => lane.reads === "sqlite",
      run: async (lane) => {
        const pause = pauser(lane.reads === "sqlite" ? lane.signal : undefined);
        for (const table of this.#schema.tables) {
          for (const orphans of findOrphans(this.#source, this.#schema, table, keys, this.#caseless)) {
            if (orphans !== null) this.#found.push(orphans);
            await pause();
          }
        }
        return [];
      },
    };
  }
}

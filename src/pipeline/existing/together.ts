/** Tables whose rows point at one another by foreign keys that stay in place: all of their rows go in one transaction, over one lane. */
import type { CopyTogetherJob, Rows } from "../lanes/lane-jobs.js";
import type { LaneTask } from "../lanes/lanes.js";
import type { Reading, TableReading } from "../reading/reading.js";
import type { RowLoad } from "../run/row-load.js";

export interface TableLoad {
  readonly load: RowLoad;
  readonly reading: TableReading;
}

/** @param tables parents first. */
export function togetherTask(
  tables: readonly TableLoad[],
  { schema }: Pick<Reading, "schema">,
  begins: readonly string[],
): LaneTask {
  const by = tables.every(({ reading }) => reading.reader.by === "pages") ? "pages" : "sqlite";
  const rowsOf = ({ table, reader, parts }: TableReading): readonly Rows[] =>
    by === "sqlite" && reader.by === "pages"
      ? [{ by, table, encoding: schema.encoding, mostRows: null, computed: null }]
      : parts.map(({ rows }) => rows);
  return {
    takes: (lane) => lane.reads === by,
    run: async (lane) => {
      for (const { load } of tables) load.begin();
      const copies = tables.map(({ load, reading }) => load.whole(rowsOf(reading)));
      const job: CopyTogetherJob = { kind: "copy-together", copies, begins };
      const answers = await lane.do(job);
      for (const [at, { load }] of tables.entries()) load.end(answers[at]!);
      return [];
    },
  };
}

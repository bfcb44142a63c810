/** Runs, and what is left of them, to report on. */
import type { RunRecord } from "../../src/model/history.js";
import type { StatusOutcome } from "../../src/model/outcome.js";
import type { UndoOutcome } from "../../src/model/undo.js";
import { server } from "./examples.js";

export const runRecord = (run: number, changes: Partial<RunRecord> = {}): RunRecord => ({
  run,
  started: "2026-03-01T10:15:30.250Z",
  finished: "2026-03-01T10:15:42.500Z",
  status: "done",
  isCutOff: false,
  message: null,
  toolVersion: "0.1.0",
  sourceFile: "shop.db",
  sourceFingerprint: "sqlite-1:ab",
  schema: "public",
  strategy: "create",
  role: "me",
  notUndoable: null,
  planChecksum: "cd".repeat(32),
  mappings: [
    { name: "my.yaml", checksum: "ef".repeat(32) },
    { name: "--nul strip", checksum: null },
  ],
  rows: 412_310,
  leftSchema: false,
  steps: [
    {
      phase: "load",
      name: "artist",
      started: "2026-03-01T10:15:31.000Z",
      milliseconds: 312,
      success: true,
      error: null,
      rows: 275,
    },
  ],
  ...changes,
});

export const statusOf = (...runs: readonly RunRecord[]): StatusOutcome => ({
  runs,
  target: server,
  elapsedSeconds: 0.1,
});

export const undoOf = (changes: Partial<UndoOutcome> = {}): UndoOutcome => ({
  status: "undone",
  run: runRecord(7),
  tables: [
    { name: "public.artist", made: "artist", loaded: 275, there: 275, others: 0 },
    { name: 'public."Album"', made: "Album", loaded: 1_200, there: 1_200, others: 0 },
  ],
  drops: ["view public.titles"],
  comesBack: [],
  rejectedRows: 0,
  refusals: [],
  target: server,
  elapsedSeconds: 0.2,
  ...changes,
});

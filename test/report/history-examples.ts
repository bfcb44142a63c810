/** Runs, and what is left of them, to report on. */
import type { RunRecord } from "../../src/model/history.js";
import type { StatusOutcome } from "../../src/model/outcome.js";
import type { ScriptRecord, StepOutcome } from "../../src/model/script.js";
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

const stepName = { phase: "after", folder: "steps" } as const;

/** Of a target: one each that is done, accepted, failed, pending, under way. */
export const scriptRecords: readonly ScriptRecord[] = (
  [
    ["1.sql", { phase: "before", folder: null, run: null }],
    ["2.sql", { accepted: "2026-03-02T10:00:00.000Z" }],
    ["3.sql", { status: "failed", error: 'line 12: column "boddy" does not exist\u001b' }],
    ["4.sql", { status: "pending", started: null, milliseconds: null }],
    ["5.sql", { status: "running", milliseconds: null }],
  ] as const
).map(([name, changes], step) => ({
  step: String(step),
  run: 7,
  ...stepName,
  name,
  checksum: "ab".repeat(32),
  status: "done",
  started: "2026-03-01T10:15:31.000Z",
  milliseconds: 312,
  error: null,
  accepted: null,
  ...changes,
}));

/** Of a migration: one of each status. */
export const stepOutcomes: readonly StepOutcome[] = [
  { ...stepName, name: "1.sql", status: "skipped", milliseconds: null, error: null },
  { ...stepName, name: "2.sql", status: "done", milliseconds: 1200, error: null },
  { ...stepName, name: "3.sql", status: "failed", milliseconds: 3, error: "line 1: no" },
  { ...stepName, name: "4.sql", status: "pending", milliseconds: null, error: null },
];

export const statusOf = (...runs: readonly RunRecord[]): StatusOutcome => ({
  runs,
  steps: [],
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
  broken: [],
  scripts: [],
  rejectedRows: 0,
  refusals: [],
  target: server,
  elapsedSeconds: 0.2,
  ...changes,
});

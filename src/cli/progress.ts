/**
 * Progress on standard error: on a terminal a live line per running table, elsewhere a plain line now and then.
 */
import type { Phase, ProgressEvent } from "../model/progress.js";
import { visible } from "../report/display-width.js";
import { durationWords, grouped } from "../report/number-words.js";
import type { Terminal } from "./terminal.js";

export interface Progress {
  readonly onProgress: (event: ProgressEvent) => void;
  /** Wipes the live lines. */
  readonly end: () => void;
}

interface RunningTable {
  readonly phase: Phase;
  readonly table: string;
  readonly startedAt: number;
  rows: number;
  totalRows: number | null;
}

/** Draws into the terminal; log-update in production, a recorder in tests. */
export interface LiveLines {
  (text: string): void;
  clear(): void;
}

const liveMilliseconds = 100;
/** Plain lines: often enough to see that it lives, rarely enough to keep a log short. */
const plainMilliseconds = 5_000;

const phaseWords: Readonly<Record<Phase, string>> = {
  profile: "reading",
  rehearse: "looking for rows that do not fit",
  copy: "copying",
  keys: "making keys and indexes",
  validate: "proving",
};

/** @param live draws lines again, or null where the terminal cannot. */
export function makeProgress(
  terminal: Terminal,
  live: LiveLines | null,
  now: () => number = () => performance.now(),
): Progress {
  const running = new Map<string, RunningTable>();
  let lastDrawn = now();
  const lines = (): string => [...running.values()].map((table) => tableLine(table, now())).join("\n");
  const draw = (): void => {
    const pause = live === null ? plainMilliseconds : liveMilliseconds;
    if (now() - lastDrawn < pause || running.size === 0) return;
    lastDrawn = now();
    if (live === null) terminal.tell(lines());
    else live(terminal.errorStyle.dim(lines()));
  };
  const tell = (text: string): void => {
    live?.clear();
    terminal.tell(text);
  };
  return {
    onProgress: (event) => {
      switch (event.kind) {
        case "says":
          tell(visible(event.message));
          break;
        case "phase":
          running.clear();
          tell(phaseLine(event.phase, event.tables, event.rows));
          break;
        case "table":
          note(running, event, now());
          draw();
          break;
        case "table-done":
          running.delete(event.table);
          break;
      }
    },
    end: () => live?.clear(),
  };
}

function note(
  running: Map<string, RunningTable>,
  event: Extract<ProgressEvent, { kind: "table" }>,
  now: number,
): void {
  const entry = running.get(event.table) ?? { ...event, startedAt: now };
  entry.rows = event.rows;
  entry.totalRows = event.totalRows;
  running.set(event.table, entry);
}

function phaseLine(phase: Phase, tables: number, rows: number | null): string {
  const what = `${grouped(tables)} ${tables === 1 ? "table" : "tables"}`;
  return `${phaseWords[phase]}: ${what}${rows === null ? "" : `, ${grouped(rows)} ${rows === 1 ? "row" : "rows"}`}`;
}

/** `copying messages  1,200,000 of 2,000,000 rows  60 %  310,000 rows/s  3 s left` */
function tableLine({ phase, table, startedAt, rows, totalRows }: RunningTable, now: number): string {
  const seconds = (now - startedAt) / 1000;
  // The first moments say nothing about the rest.
  const rate = seconds >= 0.5 ? rows / seconds : 0;
  const parts = [`  ${phaseWords[phase]} ${visible(table)}`];
  parts.push(totalRows === null ? `${grouped(rows)} rows` : `${grouped(rows)} of ${grouped(totalRows)} rows`);
  if (totalRows !== null && totalRows > 0)
    parts.push(`${Math.min(100, Math.floor((rows / totalRows) * 100))} %`);
  if (rate > 0) parts.push(`${grouped(Math.round(rate))} rows/s`);
  if (totalRows !== null && rate > 0 && rows < totalRows) {
    parts.push(`${durationWords(Math.ceil((totalRows - rows) / rate))} left`);
  }
  return parts.join("  ");
}

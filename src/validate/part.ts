/**
 * A part of a table, proven at once: a range of its rows, or all of them. Any partition of the integers cuts a table well,
 * so it does not matter where the ends come from; the outer parts have none.
 */
import type { TablePlan } from "../model/plan.js";
import type { ProofMethod } from "../model/verdict.js";
import type { Source } from "../source/source.js";
import type { Session } from "../target/session.js";
import type { TableFigures } from "./aggregates/figures.js";
import type { AskedColumn } from "./aggregates/measures.js";
import type { ZonePeriod } from "./canonical/zone-periods.js";
import type { MultisetDigest } from "./multiset-sum.js";
import type { SourceDigest } from "./source/digest.js";
import type { OrphanColumns } from "./source/orphan-rows.js";
import type { RecordRows } from "./source/record-rows.js";
import type { RowidRange } from "./source/scan.js";
import type { TargetRange } from "./target/range.js";
import type { Side } from "./verdict.js";

/** Plain data, which crosses threads. */
export interface Part {
  /** Which of the table's parts it is, from 0. */
  readonly number: number;
  /** How many there are. */
  readonly parts: number;
  /** With the columns that are compared. */
  readonly table: TablePlan;
  /** Where the target's table stands. */
  readonly schema: string;
  /** Null: all rows. */
  readonly sourceRange: RowidRange | null;
  /** Null: the target's table is not read. */
  readonly targetRange: TargetRange | null;
  readonly method: ProofMethod;
  /** Whether rows are to be hashed even where both sides can be compared byte by byte. */
  readonly digests: boolean;
  /** Whether rows that do not convert are to be found in the target as they are. */
  readonly rejects: boolean;
  readonly orphans: OrphanColumns | undefined;
  /** By the zones of the table's columns. */
  readonly periods: ReadonlyMap<string, readonly ZonePeriod[]>;
  /** What both databases are asked to compute by themselves. */
  readonly asked: readonly AskedColumn[];
  /** Of which rows the target is asked: others than are digested, found by no index. Null: the target's table is not read. */
  readonly figuresRange: TargetRange | null;
}

export interface PartProof {
  readonly source: Side<SourceDigest>;
  readonly target: Side<MultisetDigest>;
  /** What each database computed by itself; null where it was not asked, and of the source where rows do not convert. */
  readonly figures: Readonly<Record<"source" | "target", TableFigures | null>>;
}

/** What a part is proven on: a reading transaction on each side. */
export interface ProofGround {
  readonly database: Source["database"];
  /** Of the source, for messages. */
  readonly path: string;
  /** For the process that computes what the file computes. */
  readonly location: Source["location"];
  readonly session: Session;
  readonly signal: AbortSignal | undefined;
  /** The rows of the source's part by the page reader; null: SQLite reads them. */
  readonly records: RecordRows | null;
  /** Told now and then how many rows of the source's part were read so far. */
  readonly onRows: (rows: number) => void;
}

/**
 * What a lane is asked for and what it answers. A lane is a thread with its own reader and its own connection; all of
 * this crosses threads, so it is plain data.
 */
import type { ComputedRecords } from "../../export/computed-records.js";
import type { RecordLayout } from "../../export/record-layout.js";
import type { RowPages } from "../../export/row-pages.js";
import type { SliceRows } from "../../import/copy.js";
import type { BuiltIndex, StepResult } from "../../import/finish.js";
import type { LoadMark } from "../../model/history.js";
import type { OrphanRows } from "../../model/orphans.js";
import type { TablePlan } from "../../model/plan.js";
import type { PolicyChange } from "../../model/policy.js";
import type { TableProfile } from "../../model/profile.js";
import type { Rehearsal } from "../../model/rehearsal.js";
import type { Slice } from "../../model/slice.js";
import type { SqliteTable, TextEncoding } from "../../model/sqlite.js";
import type { Connection } from "../../target/connection/connection.js";
import type { ProfileRequest } from "../../transform/classify/classify.js";
import type { Bitmaps } from "../../transform/classify/integer-set.js";
import type { Located } from "../../validate/locate/located.js";
import type { LocateJob } from "../../validate/locate/job.js";
import type { PartTask, ProvenPart } from "../../validate/resume/prove-again.js";
import type { Side } from "../../validate/verdict.js";

/** The rows that a job is about: a slice of a table's pages, or a whole table as SQLite reads it. */
export type Rows =
  | {
      readonly by: "pages";
      readonly layout: RecordLayout;
      readonly rowPages: RowPages;
      readonly slice: Slice;
    }
  | {
      readonly by: "sqlite";
      readonly table: SqliteTable;
      readonly encoding: TextEncoding;
      /** The first rows alone; null: all. */
      readonly mostRows: number | null;
      /** What SQLite has read already, in a process of its own, where the table has computed columns; else null. */
      readonly computed: ComputedRecords | null;
    };

export interface ConnectJob {
  readonly kind: "connect";
  readonly connection: Connection;
  /** Lanes that load at the same time share what the server can spare. */
  readonly jobs: number;
}

export interface ProfileJob {
  readonly kind: "profile";
  readonly rows: Rows;
  readonly request: ProfileRequest;
  /** Of which columns the integers are gathered, null: of the rowids. */
  readonly setColumns: readonly (number | null)[];
  /** Which of the shared counters the rows are counted in. */
  readonly counter: number;
}

export interface ProfileAnswer {
  readonly profile: TableProfile;
  /** One per set column; null where it holds no integers alone, or too many far from each other. */
  readonly sets: readonly (Bitmaps | null)[];
}

interface EncodeJob extends TableEncoding {
  readonly rows: Rows;
}

interface TableEncoding {
  readonly table: TablePlan;
  /** The columns that the records hold, in their order. */
  readonly recordColumns: readonly string[];
  /** Where the primary key's columns stand in the records, for tables without a rowid. */
  readonly keyIndexes: readonly number[];
  /** Rows of the table that are kept apart for a foreign key of theirs; null without any. */
  readonly orphans: OrphanRows | null;
  readonly counter: number;
}

/** Encodes and throws the bytes away: which rows do not fit, and what policies change. */
export interface RehearseJob extends EncodeJob {
  readonly kind: "rehearse";
}

export interface CopyJob extends EncodeJob {
  readonly kind: "copy";
  readonly run: number;
  /** Null where the rows do not stay where they are put. */
  readonly mark: LoadMark | null;
  readonly schema: string;
  /** Makes the table in the transaction of the COPY; null where it is there already. */
  readonly createSql: string | null;
  /** Settings that the transaction begins with. */
  readonly begins: readonly string[];
}

/** All rows of a table, in one COPY. */
export interface WholeCopy extends TableEncoding {
  /** What reads them, one after another. */
  readonly parts: readonly Rows[];
  readonly run: number;
  /** As CopyJob has it. */
  readonly mark: LoadMark | null;
  readonly schema: string;
}

/** Tables whose rows point at one another, in one transaction. */
export interface CopyTogetherJob {
  readonly kind: "copy-together";
  /** Parents first. */
  readonly copies: readonly WholeCopy[];
  readonly begins: readonly string[];
}

export interface CopyAnswer extends SliceRows {
  readonly changes: readonly PolicyChange[];
}

/** Opens the source through SQLite: in time, where it is a private copy. */
export interface OpenJob {
  readonly kind: "open";
}

/** Begins to read the target as the leader of a proof sees it; opens the lane's session where there is none yet. */
export interface LookJob {
  readonly kind: "look";
  readonly connection: Connection;
  readonly snapshot: string;
}

export interface ProveJob extends PartTask {
  readonly kind: "prove";
  /** The part's rows by the page reader; null: SQLite reads them. */
  readonly records: { readonly rows: Rows; readonly columns: readonly string[] } | null;
  readonly counter: number;
}

export interface FindJob extends LocateJob {
  readonly kind: "locate";
}

/** Ends what `look` began. */
export interface LeaveJob {
  readonly kind: "leave";
}

export interface Statement {
  readonly sql: string;
  /** For the error, after "cannot". */
  readonly doing: string;
}

/** Statements one after another, each with an answer about the data. */
export interface StepsJob {
  readonly kind: "steps";
  readonly steps: readonly Statement[];
}

/** What ends a table: constraints out of the indexes that stand, then statements that no data can refuse. */
export interface CloseJob {
  readonly kind: "close";
  readonly keys: readonly { readonly index: BuiltIndex; readonly doing: string }[];
  readonly statements: readonly Statement[];
}

export type LaneJob =
  | ConnectJob
  | ProfileJob
  | RehearseJob
  | CopyJob
  | CopyTogetherJob
  | StepsJob
  | CloseJob
  | OpenJob
  | LookJob
  | ProveJob
  | FindJob
  | LeaveJob;

export interface LaneAnswers {
  readonly connect: null;
  readonly profile: ProfileAnswer;
  readonly rehearse: Rehearsal;
  readonly copy: CopyAnswer;
  /** One per table. */
  readonly "copy-together": readonly CopyAnswer[];
  readonly steps: readonly StepResult[];
  /** One per key. */
  readonly close: readonly StepResult[];
  readonly open: null;
  readonly look: null;
  readonly prove: ProvenPart;
  readonly locate: Side<Located>;
  readonly leave: null;
}

export type LaneAnswer<J extends LaneJob> = LaneAnswers[J["kind"]];

/** The proof of one table: what stands in the target, the parts that it is cut into, and what they say together. */
import type { TablePlan } from "../model/plan.js";
import type { TableVerdict } from "../model/verdict.js";
import type { Source } from "../source/source.js";
import type { Session } from "../target/session.js";
import type { AskedColumn } from "./aggregates/measures.js";
import { bothFigures, withSecondCheck } from "./aggregates/second-check.js";
import { askAbout } from "./aggregates/source.js";
import { cutTable } from "./cut.js";
import { mergeSource, mergeTarget } from "./merge.js";
import { readSide, type Part, type PartProof } from "./part.js";
import { compareQuarantine, type Quarantine } from "./quarantine.js";
import type { SourceDigest } from "./source/digest.js";
import type { OrphanColumns } from "./source/orphan-rows.js";
import { hasRow, rowKeysOf } from "./source/scan.js";
import type { Clocks } from "./target/clocks.js";
import { readShape, type TargetShape } from "./target/shape.js";
import { judge, type Side, type TargetDigest } from "./verdict.js";

export interface TableProofInput {
  readonly source: Source;
  /** Inside a transaction of read-transaction.ts. */
  readonly session: Session;
  /** With the columns that are compared. */
  readonly table: TablePlan;
  /** Where the target's table stands. */
  readonly schema: string;
  /** Whose rejected rows of the table are looked for; null: of none. */
  readonly run: number | null;
  readonly clocks: Clocks;
  readonly orphans: OrphanColumns | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Rowids by which tables of the source may be cut, ascending. */
  readonly cuts?: ((table: string) => readonly bigint[]) | undefined;
}

export class TableProof {
  readonly parts: readonly Part[];
  readonly #input: TableProofInput;
  readonly #shape: Side<TargetShape>;
  readonly #asked: readonly AskedColumn[];
  readonly #proofs: PartProof[] = [];

  /** @throws ToolError where the connection is lost, `interrupted`. */
  static async begin(input: TableProofInput): Promise<TableProof> {
    const { session, schema, table, signal } = input;
    const shape = await readSide(session, signal, readingWords(input), (reading) =>
      readShape(reading, schema, table),
    );
    return new TableProof(input, shape);
  }

  private constructor(input: TableProofInput, shape: Side<TargetShape>) {
    const { source, table, schema, run, clocks, orphans, cuts } = input;
    const ranges = cutTable(table, {
      keys: rowKeysOf(source.database, table),
      cuts: cuts?.(table.source) ?? [],
      shape: shape.read?.departure === null ? shape.read : null,
    });
    const periods = new Map(
      [...clocks].flatMap(([zone, clock]) =>
        typeof clock === "string" ? [] : [[zone, clock.periods] as const],
      ),
    );
    const asked = askAbout(source.database, table);
    this.#input = input;
    this.#shape = shape;
    this.#asked = asked;
    this.parts = ranges.map((range) => ({
      table,
      schema,
      ...range,
      rejects: run !== null,
      orphans: run === null ? undefined : orphans,
      periods,
      asked,
    }));
  }

  /** @param part its place in `parts`. */
  note(part: number, proof: PartProof): void {
    this.#proofs[part] = proof;
  }

  /**
   * What all parts say, once they are noted.
   *
   * @throws ToolError where the connection is lost, `interrupted`.
   */
  async judge(): Promise<TableVerdict> {
    const source = mergeSource(this.#proofs);
    const target = this.#target();
    const quarantine = await this.#quarantine(source.read);
    const figures = bothFigures(this.#proofs.map((proof) => proof.figures));
    return withSecondCheck(judge(this.#input.table, source, target, quarantine), this.#asked, figures);
  }

  #target(): Side<TargetDigest> {
    const { read: shape, unread } = this.#shape;
    if (shape === null) {
      return { read: null, unread };
    }
    if (shape.departure !== null) {
      return { read: { rows: shape.rows, digest: null, departure: shape.departure }, unread: null };
    }
    const { read: digest, unread: reason } = mergeTarget(this.#proofs);
    if (digest === null) {
      return { read: null, unread: reason };
    }
    const rows = Number(digest.rows);
    const damage = this.#indexDamage(rows);
    return damage === null
      ? { read: { rows, digest, departure: null }, unread: null }
      : { read: null, unread: damage };
  }

  /** Rows that were found by an index are all only if there are as many without it. */
  #indexDamage(found: number): string | null {
    if (!this.parts.some(({ targetRange }) => targetRange?.by === "key")) {
      return null;
    }
    const { schema, table } = this.#input;
    const counted = this.#proofs.reduce((sum, { figures }) => sum + Number(figures.target?.rows ?? 0), 0);
    return counted === found
      ? null
      : `the target's table ${schema}.${table.target} has ${counted} rows, but the index of its key finds ${found}: REINDEX TABLE it, and validate again`;
  }

  /** After both sides: only then it is known which rows of the source have to stand there. */
  async #quarantine(digest: SourceDigest | null): Promise<Side<Quarantine> | null> {
    const { source, session, run, table, signal } = this.#input;
    if (run === null) {
      return null;
    }
    const rejects = digest?.rejects ?? null;
    if (rejects === null) {
      return { read: null, unread: `the rejected rows of table ${table.source} were not compared` };
    }
    const side = await readSide(session, signal, "read the target's table sqlift.rejected_rows", (reading) =>
      compareQuarantine(reading, run, table, rejects, (rowid) => hasRow(source.database, table, rowid)),
    );
    return typeof side.read === "string"
      ? { read: null, unread: side.read }
      : side.read === null
        ? side
        : { read: side.read, unread: null };
  }
}

const readingWords = ({ schema, table }: TableProofInput): string =>
  `read the target's table ${schema}.${table.target}`;

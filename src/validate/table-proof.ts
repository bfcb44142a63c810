/** The proof of one table: what stands in the target, the parts that it is cut into, and what they say together. */
import type { TablePlan } from "../model/plan.js";
import type { MethodChoice, TableVerdict } from "../model/verdict.js";
import type { Source } from "../source/source.js";
import type { Session } from "../target/session.js";
import type { AskedColumn } from "./aggregates/measures.js";
import { bothFigures, withSecondCheck } from "./aggregates/second-check.js";
import { askAbout } from "./aggregates/source.js";
import { cutTable, type PartRanges } from "./cut.js";
import { arbitrate, keptFor } from "./locate/arbiter.js";
import { identityOf } from "./locate/identity.js";
import type { LocateJob } from "./locate/job.js";
import { LocatedParts, type Located } from "./locate/located.js";
import { mergeSource, mergeTarget } from "./merge.js";
import type { MeasurableTable } from "./method.js";
import { sameDigest } from "./multiset-sum.js";
import type { Part, PartProof } from "./part.js";
import { compareQuarantine, type Quarantine } from "./quarantine.js";
import { readSide } from "./read-side.js";
import type { SourceDigest } from "./source/digest.js";
import type { OrphanColumns } from "./source/orphan-rows.js";
import { hasRow, rowKeysOf, type RowKeys } from "./source/scan.js";
import type { Clocks } from "./target/clocks.js";
import type { TargetShape } from "./target/shape.js";
import { judge, policyWords, type Side, type TargetDigest } from "./verdict.js";

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
  /** Whether rows are to be hashed even where they can be compared byte by byte. */
  readonly digests: boolean;
  /** Rowids by which tables of the source may be cut, ascending. */
  readonly cuts?: ((table: string) => readonly bigint[]) | undefined;
}

export class TableProof {
  readonly #input: TableProofInput;
  readonly #shape: Side<TargetShape>;
  #method: MethodChoice | null = null;
  /** Null where the source has no such table. */
  readonly #keys: RowKeys | null;
  readonly #ranges: readonly PartRanges[];
  #parts: readonly Part[] = [];
  readonly #asked: readonly AskedColumn[];
  readonly #proofs: PartProof[] = [];
  /** What was asked for and done; known when all is judged. */
  #policies: readonly string[] = [];

  /** @param shape what stands in the target. */
  constructor(input: TableProofInput, shape: Side<TargetShape>) {
    this.#input = input;
    this.#shape = shape;
    const { source, table, cuts } = input;
    this.#keys = rowKeysOf(source.database, table);
    this.#asked = askAbout(source.database, table);
    this.#ranges = cutTable(table, {
      keys: this.#keys,
      cuts: cuts?.(table.source) ?? [],
      shape: shape.read?.departure === null ? shape.read : null,
    });
  }

  /** What can be measured of the target's table; null where it is not to be read. */
  get measurable(): MeasurableTable | null {
    const { table, schema, digests } = this.#input;
    const shape = this.#shape.read;
    const isKeyed = !digests && this.#ranges.some(({ targetRange }) => targetRange?.by === "key");
    return shape?.departure === null ? { table, schema, shape, isKeyed } : null;
  }

  /** Cuts the table into the parts that are to be proven. */
  cut(method: MethodChoice): readonly Part[] {
    const { table, schema, run, clocks, orphans, digests } = this.#input;
    const ranges = this.#ranges;
    const periods = new Map(
      [...clocks].flatMap(([zone, clock]) =>
        typeof clock === "string" ? [] : [[zone, clock.periods] as const],
      ),
    );
    this.#method = this.measurable === null ? null : method;
    this.#parts = ranges.map((range, number) => ({
      number,
      parts: ranges.length,
      table,
      schema,
      ...range,
      method: method.by,
      digests,
      rejects: run !== null,
      orphans: run === null ? undefined : orphans,
      periods,
      asked: this.#asked,
    }));
    return this.#parts;
  }

  /** @param part its place among those of `cut`. */
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
    this.#policies = policyWords(source.read, quarantine);
    const figures = bothFigures(this.#proofs.map((proof) => proof.figures));
    const judged = judge(this.#input.table, source, target, quarantine);
    const notCompared = this.#shape.read?.notCompared ?? [];
    return withSecondCheck({ ...judged, method: this.#method, notCompared }, this.#asked, figures);
  }

  /**
   * Where the rows are to be looked for that differ; nothing where none do, or where they cannot be compared.
   *
   * @param most how many of them are to be listed
   */
  locateJobs(most: number): readonly LocateJob[] {
    const { run } = this.#input;
    const misfits = this.#proofs.some(({ source }) => (source.read?.misfits ?? null) !== null);
    // A row of the source that does not convert would make one of the target look as if it had come from nowhere.
    if (this.#shape.read?.departure !== null || (misfits && run === null)) {
      return [];
    }
    const differing = this.#parts.filter((_, at) => !isSame(this.#proofs[at]));
    // Blocks of the target are not the rows of any part of the source.
    const isAligned = this.#parts.every(({ targetRange }) => targetRange?.by !== "block");
    const [first] = differing;
    const parts =
      first === undefined || isAligned
        ? differing
        : [{ ...first, sourceRange: null, targetRange: { by: "all" } as const }];
    return parts.map((part) => ({ part, most: keptFor(most) }));
  }

  /**
   * The verdict with the rows that differ, once PostgreSQL has been asked about them.
   *
   * @param sides one for each of `locateJobs`.
   * @throws ToolError where the connection is lost, `interrupted`.
   */
  async withDifferences(
    verdict: TableVerdict,
    sides: readonly Side<Located>[],
    most: number,
  ): Promise<TableVerdict> {
    const { session, schema, table, signal } = this.#input;
    const but = (reason: string): TableVerdict => ({
      ...verdict,
      reason: `${verdict.reason ?? ""}; its rows that differ are not known: ${reason}`,
    });
    const parts = new LocatedParts(keptFor(most));
    for (const [at, { read, unread }] of sides.entries()) {
      if (read === null) {
        return but(unread);
      }
      parts.add(at, read);
    }
    const identity = identityOf(table, this.#keys);
    const doing = `ask about the rows of ${schema}.${table.target} that differ`;
    const ruled = await readSide(session, signal, doing, (asking) =>
      arbitrate(asking, { schema, table, identity, mostListed: most }, parts.located()),
    );
    if (ruled.read === null) {
      return but(ruled.unread);
    }
    const { differences } = ruled.read;
    const { missing, extra, changed } = differences;
    const disagreement =
      missing + extra + changed === 0 ? "the digests differ, but no row does" : ruled.read.disagreement;
    return disagreement === null
      ? { ...verdict, differences }
      : {
          ...verdict,
          verdict: "unproven",
          reason: `${ruled.read.disagreement ?? disagreement}; that is a fault of this program: please report it`,
          differences,
        };
  }

  /** The verdict where rows of others are all that differs. */
  apartFromOthers(verdict: TableVerdict): TableVerdict {
    const isUnderPolicy = this.#policies.length > 0;
    return {
      ...verdict,
      verdict: isUnderPolicy ? "identical-under-policy" : "identical",
      reason: isUnderPolicy ? this.#policies.join("; ") : null,
      // It is one of their rows, too.
      targetDigest: null,
      differences: null,
    };
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
    if (!this.#parts.some(({ targetRange }) => targetRange?.by === "key")) {
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

/** Whether both sides of a part were read and have the same rows. */
const isSame = (proof: PartProof | undefined): boolean => {
  const source = proof?.source.read ?? null;
  const target = proof?.target.read ?? null;
  return source !== null && target !== null && sameDigest(source.digest, target);
};

/** What stands in the file of a proof: of what it is, its sittings, and the parts that they have proven. */
import { hash } from "node:crypto";
import type { Plan } from "../../model/plan.js";
import type { MethodChoice, SourceReader } from "../../model/verdict.js";
import type { Part, PartProof } from "../part.js";
import { recordLine } from "./record-line.js";
import type { ServerState, TargetIdentity } from "./server-state.js";

/** The first record. `format` stands first: by it the file is known. */
export interface ProofHeader {
  readonly format: "sqlift-proof";
  readonly formatVersion: 1;
  /** Of sqlift. */
  readonly tool: string;
  readonly canonicalForm: number;
  readonly source: { readonly file: string; readonly fingerprint: string };
  /** SHA-256 of all that decides what is read and compared. */
  readonly plan: string;
  readonly target: TargetIdentity;
  readonly reader: SourceReader;
  readonly method: MethodChoice;
}

/** `sitting` counts from 1. */
export interface SittingRecord {
  readonly sitting: number;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly state: ServerState;
}

/** Of a part that is there more than once the last one counts. */
export interface PartRecord {
  readonly table: string;
  readonly number: number;
  /** What was asked of the source, and of both sides: another question has another answer. */
  readonly asked: { readonly source: string; readonly target: string };
  /** In which each side was read. */
  readonly sittings: { readonly source: number; readonly target: number };
  readonly proof: PartProof;
}

export const isSitting = (record: unknown): record is SittingRecord =>
  typeof record === "object" && record !== null && "sitting" in record;

export const isPart = (record: unknown): record is PartRecord =>
  typeof record === "object" && record !== null && "proof" in record;

const digestOf = (value: object): string => hash("sha256", recordLine(value), "hex");

export const planDigest = ({ tables, orphanKeys }: Plan, run: number | null): string =>
  digestOf({ tables, orphanKeys, run });

/** The table itself is in the plan's digest, and its orphans follow from that and from the source. */
export const questionOf = (part: Part): PartRecord["asked"] => {
  const { parts, schema, sourceRange, targetRange, figuresRange, rejects, periods, asked } = part;
  const source = { parts, sourceRange, rejects, periods, asked, figures: figuresRange !== null };
  return {
    source: digestOf(source),
    target: digestOf({ ...source, schema, targetRange, figuresRange }),
  };
};

/** A part of which an earlier sitting has left something: no more is read of it than has to be. */
import type { Part, PartProof, ProofGround } from "../part.js";
import { provePart, proveTarget } from "../prove-part.js";
import { readSide } from "../read-side.js";
import { isUnchanged } from "./unchanged.js";

/** What is kept of a part. Plain data, which crosses threads. */
export interface EarlierPart {
  readonly proof: PartProof;
  /** xmin of the snapshot in which its target was read, if that can be held against this one; null: read it again. */
  readonly since: bigint | null;
}

export interface PartTask {
  readonly part: Part;
  readonly earlier: EarlierPart | null;
}

/** `proof` is in any case what reading both sides now would have given. */
export interface ProvenPart {
  readonly proof: PartProof;
  /** What was read for it now. */
  readonly read: "both" | "target" | "neither";
}

/** @throws as provePart. */
export const provePartAgain = async (
  ground: ProofGround,
  { part, earlier }: PartTask,
): Promise<ProvenPart> => {
  if (earlier === null) {
    return { proof: await provePart(ground, part), read: "both" };
  }
  const { proof, since } = earlier;
  if (since !== null && (await standsAsBefore(ground, part, proof, since))) {
    return { proof, read: "neither" };
  }
  return proof.source.read === null
    ? { proof: await provePart(ground, part), read: "both" }
    : { proof: await proveTarget(ground, part, proof), read: "target" };
};

/** Where the server does not answer that, it is asked for the rows themselves. */
const standsAsBefore = async (
  { session, signal }: ProofGround,
  part: Part,
  proof: PartProof,
  since: bigint,
): Promise<boolean> => {
  const doing = `look whether ${part.schema}.${part.table.target} has changed`;
  const side = await readSide(session, signal, doing, (reading) => isUnchanged(reading, part, proof, since));
  return side.read === true;
};

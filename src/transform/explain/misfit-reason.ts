/** Why a row is left out of the bytes: for a value that does not fit, or for a parent that is not there. */
import { quote } from "../../model/identifier.js";
import type { RejectReason } from "../../model/reject.js";
import type { Misfit } from "../encode/misfit.js";
import { explainMisfit } from "./explain.js";

export const misfitReason = ({ batch, column, at, orphanKey }: Misfit): RejectReason => {
  if (orphanKey === null) return explainMisfit(column, batch, at);
  const { parentTable, parentColumns } = orphanKey;
  const names = parentColumns.map(quote).join(", ");
  const key = parentColumns.length === 1 ? `this ${names}` : `these ${names}`;
  return { code: "orphan", reason: `no row of ${quote(parentTable)} that is carried over has ${key}` };
};

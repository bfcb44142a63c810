/** bytea: BLOB as it is; TEXT as its UTF-8 bytes. Numbers have no bytes of their own. */
import { payloadBytes, serial } from "../../model/record.js";
import { longestPayload, type EncodeField } from "./field.js";
import { payloadEnd } from "../value.js";

export const encodeBytea: EncodeField = (batch, at, out) => {
  const type = batch.serialTypes[at]!;
  if (type < serial.firstBlob || payloadBytes(type) > longestPayload) return false;
  out.bytesField(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at));
  return true;
};

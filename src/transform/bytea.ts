/** bytea: BLOB as it is; TEXT as its UTF-8 bytes. Numbers have no bytes of their own. */
import { serial } from "../model/record.js";
import type { EncodeField } from "./field.js";
import { payloadEnd } from "./value.js";

export const encodeBytea: EncodeField = (batch, at, out) => {
  if (batch.serialTypes[at]! < serial.firstBlob) return false;
  out.bytesField(batch.bytes, batch.offsets[at]!, payloadEnd(batch, at));
  return true;
};

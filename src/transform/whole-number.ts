/** Integers of SQLite's records, read by a view: without a call of native code per value. */
import { serial } from "../model/record.js";

/** What one more in the upper of two words of 32 bits is worth. */
export const wordRange = 0x1_0000_0000;

/** The integer of serial type 1..6, 8 or 9 as a double: exact up to 2^53. */
export function wholeNumber(view: DataView, type: number, offset: number): number {
  switch (type) {
    case 1:
      return view.getInt8(offset);
    case 2:
      return view.getInt16(offset);
    case 3:
      return view.getInt8(offset) * 0x1_0000 + view.getUint16(offset + 1);
    case 4:
      return view.getInt32(offset);
    case 5:
      return view.getInt16(offset) * wordRange + view.getUint32(offset + 2);
    case 6:
      return view.getInt32(offset) * wordRange + view.getUint32(offset + 4);
    default:
      return type - serial.zero;
  }
}

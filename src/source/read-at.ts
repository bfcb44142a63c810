/** Reading and writing at a place of a raw descriptor, off the main thread. */
import { read, write } from "node:fs";

/** Fills `buffer` from `position` on; fewer bytes than it holds only where the file ends. */
export const readAt = async (descriptor: number, buffer: Uint8Array, position: number): Promise<number> => {
  let filled = 0;
  while (filled < buffer.length) {
    const bytes = await once(read, descriptor, buffer, filled, buffer.length - filled, position + filled);
    if (bytes === 0) break;
    filled += bytes;
  }
  return filled;
};

export const writeAt = async (descriptor: number, bytes: Uint8Array, position: number): Promise<void> => {
  for (let done = 0; done < bytes.length;) {
    done += await once(write, descriptor, bytes, done, bytes.length - done, position + done);
  }
};

type Transfer = (
  descriptor: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
  done: (error: Error | null, bytes: number) => void,
) => void;

const once = (
  transfer: Transfer,
  descriptor: number,
  buffer: Uint8Array,
  offset: number,
  length: number,
  position: number,
): Promise<number> =>
  new Promise((resolve, reject) => {
    transfer(descriptor, buffer, offset, length, position, (error, bytes) => {
      if (error === null) resolve(bytes);
      else reject(error);
    });
  });

/** Numbers and words out of a batch's bytes: a DataView reads in one step what a loop over bytes reads in four. */

let viewed: Buffer = Buffer.alloc(0);
let view = new DataView(viewed.buffer, viewed.byteOffset, viewed.length);

/**
 * Over all of `bytes`, at the same positions. One view, and the buffer with it, is kept until
 * another buffer comes: a batch is asked often.
 */
export function viewOf(bytes: Buffer): DataView {
  if (bytes !== viewed) {
    viewed = bytes;
    view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }
  return view;
}

/** Every kind of data that a bar may ask for: name -> (path, size, seed) => void. */
import { makeChat, makeMessages } from "./chat.js";
import { makeBlobs, makeNarrow, makeWide } from "./shapes.js";
import { makeSmallTables } from "./small-tables.js";

export const data = {
  chat: makeChat,
  messages: makeMessages,
  narrow: makeNarrow,
  wide: makeWide,
  blobs: makeBlobs,
  smallTables: makeSmallTables,
};

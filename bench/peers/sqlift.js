/** sqlift as people run it: the built command. */
import { fileURLToPath } from "node:url";

const main = fileURLToPath(new URL("../../dist/main.js", import.meta.url));

/** @param {readonly string[]} parameters */
export const sqliftCommand = (...parameters) => [process.execPath, [main, ...parameters]];

/** The lines by which migrate tells that the data begins, and that it is there and keys and indexes begin. */
export const dataPhase = { from: /^copying: /, to: /^making keys and indexes: / };

/** The bars, in the order in which they are measured. One more: a file beside these, and a line here. */
import { bar as encode } from "./encode.js";
import { bar as load } from "./load.js";
import { bar as memory } from "./memory.js";
import { bar as migrate } from "./migrate.js";
import { bar as plan } from "./plan.js";
import { bar as rowCost } from "./row-cost.js";
import { bar as shapes } from "./shapes.js";
import { bar as smallFile } from "./small-file.js";
import { bar as validate } from "./validate.js";

/**
 * @typedef {object} Bar
 * @property {string} name as --only takes it
 * @property {string} issue the one that has to meet it first
 * @property {string} title
 * @property {readonly string[]} needs what must be there: programs on the PATH, or /proc
 * @property {(bench: object) => Promise<readonly import("../measure/statistics.js").Comparison[]>} measure
 */

/** @type {readonly Bar[]} */
export const bars = [migrate, plan, load, encode, rowCost, memory, smallFile, shapes, validate];

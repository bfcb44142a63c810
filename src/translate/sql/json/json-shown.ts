/** Values out of JSON as SQLite shows them: the columns of a view are read by people and programs, not by expressions alone. */
import { textOf } from "../convert.js";
import type { Typed } from "../typed.js";

/** @param typed what `fitsShown` */
export const asShown = (typed: Typed): Typed => ({
  ...textOf(typed),
  affinity: typed.affinity,
  kind: "jsontext",
  stored: null,
  constant: null,
});

/** Whether it can stand where a text of a value out of JSON does. */
export const fitsShown = ({ kind, stored }: Typed): boolean =>
  kind === "jsontext" || kind === "jsonvalue" || kind === "integer" || (kind === "text" && stored === "text");

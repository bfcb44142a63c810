/** What is found about names: those that could not stay, and those that a mapping wants in another style. */
import type { NameStyle } from "./mapping.js";

export type NamedThing = "table" | "column" | "index" | "constraint" | "view" | "view column" | "trigger";

export interface StyledName {
  readonly what: NamedThing;
  /** The table or view that is called so, or on which it stands; its name in the source. */
  readonly table: string;
  readonly from: string;
  readonly to: string;
}

export type NameFinding =
  | {
      readonly kind: "name-changed";
      /** As in StyledName. */
      readonly at: { readonly table: string };
      readonly what: NamedThing;
      readonly from: string;
      readonly to: string;
      readonly why: "too-long" | "collision" | "system-column" | "empty";
    }
  | {
      readonly kind: "names-styled";
      readonly at: { readonly table: null };
      readonly style: Exclude<NameStyle, "keep">;
      /** All that are spelled in another way for it, one at least. */
      readonly names: readonly StyledName[];
    };

/** The target has something of that name. */
export interface NameTaken {
  readonly kind: "name-taken";
  readonly at: { readonly table: string };
  readonly schema: string;
  readonly name: string;
  readonly what: string;
}

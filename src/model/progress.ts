/** What a long run tells about itself while it works. */
export type Phase = "profile" | "rehearse" | "copy" | "keys" | "validate";

export type ProgressEvent =
  | { readonly kind: "phase"; readonly phase: Phase; readonly tables: number; readonly rows: number | null }
  | {
      readonly kind: "table";
      readonly phase: Phase;
      readonly table: string;
      readonly rows: number;
      /** While profiling an estimate; null where there is none. */
      readonly totalRows: number | null;
    }
  | { readonly kind: "table-done"; readonly phase: Phase; readonly table: string; readonly rows: number }
  /** A sentence that should be seen at once: writers wait, a server was started. */
  | { readonly kind: "says"; readonly message: string };

export type OnProgress = (event: ProgressEvent) => void;

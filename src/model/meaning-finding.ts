/** Findings about what SQL means: a check that rows break, and what is rounded in another way. */

export type MeaningFinding =
  /** A CHECK that rows break, which SQLite lets in unasked only by PRAGMA ignore_check_constraints or ALTER TABLE. */
  | {
      readonly kind: "check-broken";
      readonly at: { readonly table: string };
      readonly name: string;
      /** PostgreSQL's expression. */
      readonly sql: string;
      readonly rows: number;
      /** Key and values of the first few: `id = 7, price = -1`. */
      readonly first: readonly string[];
    }
  /** SQLite rounds the double, PostgreSQL its decimal digits: a half may fall to the other side. */
  | {
      readonly kind: "rounds-by-digits";
      /** Null: a view. */
      readonly at: { readonly table: string | null };
      readonly piece: "index" | "view" | "trigger";
      readonly name: string;
      /** As the source has them. */
      readonly constructs: readonly string[];
    };

/** SQL in pieces: between any two a blank or a comment may stand. Marks say what was put where. */
import fc from "fast-check";

export type Deferral = "no" | "immediate" | "deferred";

/** For an expression in parentheses, right before the mark. */
interface Around<Kind> {
  readonly kind: Kind;
  readonly column: string;
  readonly pieces: readonly Piece[];
}

export type Mark =
  | Around<"check">
  | Around<"generated">
  | { readonly kind: "collation"; readonly column: string; readonly name: string }
  | { readonly kind: "conflict"; readonly word: string }
  | { readonly kind: "foreign key"; readonly parent: string; readonly deferral: Deferral };

export type Piece = string | { readonly mark: Mark };
export type Pieces = fc.Arbitrary<readonly Piece[]>;

/** Words of a string are pieces of their own. */
export const pieces = (...parts: readonly (string | Pieces | fc.Arbitrary<string>)[]): Pieces =>
  fc
    .tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part.split(" ")) : part)))
    .map((all) => all.flatMap((part): readonly Piece[] => (typeof part === "string" ? [part] : part)));

export const oneOf = (...words: readonly string[]): fc.Arbitrary<string> => fc.constantFrom(...words);

/** `weight` to 1 for nothing. */
export const optional = (part: Pieces, weight = 2): Pieces =>
  fc.oneof({ arbitrary: fc.constant<readonly Piece[]>([]), weight }, { arbitrary: part, weight: 1 });

/** Something that separates tokens and is nothing. */
export const trivia = fc.array(
  fc.constantFrom(" ", " ", " ", "\n", "\t", " /* c */ ", " -- c ' \" [ (\n", "/**/", " /* ) ; */ "),
  { minLength: 7, maxLength: 7 },
);

/** What parseTableDeclaration has to find, in the order of the text. */
export interface Expected {
  /** Expressions as they stand between the parentheses, without the blanks at their ends. */
  readonly checks: readonly string[];
  /** Column -> collation in capitals. */
  readonly collations: ReadonlyMap<string, string>;
  /** Column -> expression. */
  readonly generated: ReadonlyMap<string, string>;
  /** The words behind ON CONFLICT. */
  readonly conflicts: readonly string[];
  readonly foreignKeys: readonly (readonly [parent: string, deferral: Deferral])[];
}

/** @param gaps what stands between pieces, in turn. */
export function render(all: readonly Piece[], gaps: readonly string[]): Expected & { readonly sql: string } {
  let sql = "";
  const ends: { readonly from: number; readonly to: number }[] = [];
  const marks: { readonly mark: Mark; readonly at: number }[] = [];
  for (const piece of all) {
    if (typeof piece !== "string") {
      marks.push({ mark: piece.mark, at: ends.length });
      continue;
    }
    if (sql !== "") sql += gaps[ends.length % gaps.length] ?? " ";
    ends.push({ from: sql.length, to: sql.length + piece.length });
    sql += piece;
  }
  /** The pieces before a mark, without the parenthesis that closes them. */
  const text = (inner: readonly Piece[], at: number): string => {
    const count = inner.filter((piece) => typeof piece === "string").length;
    return sql.slice(ends[at - 1 - count]?.from, ends[at - 2]?.to);
  };
  const of = <Kind extends Mark["kind"]>(kind: Kind) =>
    marks.flatMap(({ mark, at }) =>
      mark.kind === kind ? [{ mark: mark as Extract<Mark, { kind: Kind }>, at }] : [],
    );
  return {
    sql,
    checks: of("check").map(({ mark, at }) => text(mark.pieces, at)),
    generated: new Map(of("generated").map(({ mark, at }) => [mark.column, text(mark.pieces, at)])),
    collations: new Map(
      of("collation").map(({ mark }) => [mark.column, mark.name.replaceAll(/["'[\]]/g, "").toUpperCase()]),
    ),
    conflicts: of("conflict").map(({ mark }) => mark.word),
    foreignKeys: of("foreign key").map(({ mark }) => [mark.parent, mark.deferral]),
  };
}

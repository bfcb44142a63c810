/** What PostgreSQL takes for equal in columns without case, told without a server: rather too much than too little. */

export interface CaselessForms {
  /** The same for all texts that may be equal. */
  readonly coarse: (text: string) => string;
  /** Whether two of the same coarse form are. */
  readonly areOne: (a: string, b: string) => boolean;
}

export const caselessForms = (as: "citext" | "icu"): CaselessForms =>
  as === "citext" ? lowered : icuForms();

/**
 * citext compares what lower() makes of texts, character by character under most locales and by Unicode's whole rules under
 * some (PostgreSQL documentation, F.10 and 24.2): the dotted capital I and the final sigma differ in that.
 */
const lowered: CaselessForms = {
  coarse: (text) => text.toLowerCase().replaceAll("i\u0307", "i").replaceAll("ς", "σ"),
  areOne: () => true,
};

/** The root collation, of which English has no deviations; compared by letters and accents. */
function icuForms(): CaselessForms {
  const { compare } = new Intl.Collator("en", { sensitivity: "accent" });
  const letters = new Letters(compare);
  return {
    coarse: (text) =>
      Array.from(text.normalize("NFKD").toLowerCase().normalize("NFKD"), (letter) => letters.of(letter)).join(
        "",
      ),
    areOne: (a, b) => compare(a, b) === 0,
  };
}

/** One spelling for all that the collation does not tell from one another; none for what it passes over. */
class Letters {
  readonly #compare: (a: string, b: string) => number;
  readonly #compareBase = new Intl.Collator("en", { sensitivity: "base" }).compare;
  readonly #known = new Map<string, string>();
  /** In the collation's order, no two equal. */
  readonly #sorted: string[] = [];
  /** Letters and digits of ASCII by twos, as which it compares some ligatures; in its order, no two equal. */
  readonly #pairs: readonly string[];

  constructor(compare: (a: string, b: string) => number) {
    this.#compare = compare;
    const plain = Array.from("0123456789abcdefghijklmnopqrstuvwxyz");
    this.#pairs = plain.flatMap((first) => plain.map((second) => first + second)).sort(compare);
    // Those of ASCII stand for themselves.
    for (let code = 0x20; code < 0x7f; code += 1) this.of(String.fromCharCode(code).toLowerCase());
  }

  of(letter: string): string {
    const known = this.#known.get(letter);
    if (known !== undefined) return known;
    // Accents count, but stand in one order or another. Some marks are letters above another.
    const found = this.#compareBase(letter, "") === 0 ? "" : this.#place(letter);
    this.#known.set(letter, found);
    return found;
  }

  #place(letter: string): string {
    const single = this.#find(letter, this.#sorted);
    if (single.isThere) return this.#sorted[single.at]!;
    const pair = this.#find(letter, this.#pairs);
    if (pair.isThere) return this.#pairs[pair.at]!;
    this.#sorted.splice(single.at, 0, letter);
    return letter;
  }

  /** Where it stands, or would. */
  #find(letter: string, sorted: readonly string[]): { readonly at: number; readonly isThere: boolean } {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const order = this.#compare(sorted[middle]!, letter);
      if (order === 0) return { at: middle, isThere: true };
      if (order < 0) low = middle + 1;
      else high = middle;
    }
    return { at: low, isThere: false };
  }
}

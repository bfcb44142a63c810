/** Paths into JSON (sqlite.org/json1.html, section 3.3), and what stands there. */
import { quoteLiteral } from "../../../model/identifier.js";
import { operand, type JsonForms, type Typed } from "../typed.js";
import { Untranslatable } from "../untranslatable.js";

export type JsonStep =
  | { readonly key: string }
  /** `index` from the front, from 0; `fromEnd` from 0 too, which is behind the last element. */
  | { readonly index: number }
  | { readonly fromEnd: number };

/** One step: a key in quotes, a key, or an element of an array. */
const stepPattern = /\."([^"\\]*)"|\.([^."[\]\\]+)|\[(?:(\d+)|#(?:-(\d+))?)\]/y;

/** @throws Untranslatable for what is no path, and for keys with a backslash. */
export function parsePath(path: string): readonly JsonStep[] {
  const steps: JsonStep[] = [];
  stepPattern.lastIndex = 1;
  while (path.startsWith("$") && stepPattern.lastIndex < path.length) {
    const match = stepPattern.exec(path);
    if (match === null) throw new Untranslatable(`the JSON path ${path}`);
    const [, quoted, key = quoted, index, fromEnd = "0"] = match;
    steps.push(
      key !== undefined
        ? { key }
        : index !== undefined
          ? { index: indexOf(index) }
          : { fromEnd: indexOf(fromEnd) },
    );
  }
  if (!path.startsWith("$")) throw new Untranslatable(`the JSON path ${path}, which has no $`);
  return steps;
}

/** Within the 32 bits that PostgreSQL counts in. */
function indexOf(digits: string): number {
  const index = Number(digits);
  if (index < 2 ** 31) return index;
  throw new Untranslatable(`the JSON path with the index ${digits}`);
}

/** A path that is written as a literal. @throws Untranslatable */
export function pathOf({ constant }: Typed): readonly JsonStep[] {
  if (constant?.kind === "text") return parsePath(constant.text);
  throw new Untranslatable("a JSON path that is no literal");
}

/** What may stand on the right of -> and ->>: a path, a key, or the number of an element. @throws Untranslatable */
export function arrowPathOf(typed: Typed): readonly JsonStep[] {
  const { constant } = typed;
  if (constant?.kind === "integer") {
    const digits = constant.digits.replace("-", "");
    return [constant.digits.startsWith("-") ? { fromEnd: indexOf(digits) } : { index: indexOf(digits) }];
  }
  if (constant?.kind !== "text") return pathOf(typed);
  const { text } = constant;
  if (text.startsWith("$")) return parsePath(text);
  if (text.length > 2 && text.startsWith("[") && text.endsWith("]")) return parsePath(`$${text}`);
  if (/["\\]/.test(text)) throw new Untranslatable(`the JSON key ${text}`);
  return [{ key: text }];
}

/** @param json a jsonb. Returns null where nothing can be. */
export function navigate(json: Typed, steps: readonly JsonStep[]): Pick<JsonForms, "bare" | "text"> | null {
  if (steps.some((step) => "fromEnd" in step && step.fromEnd === 0)) return null;
  const from = operand(json);
  const keys = steps.flatMap((step) => ("key" in step ? [quoteLiteral(step.key)] : []));
  const last = keys.at(-1);
  if (last === undefined && steps.length === 0) return { bare: from, text: `(${from} #>> '{}')` };
  if (last === undefined || keys.length < steps.length) {
    // Of a value that is no array `-> 0` is the value itself, and `#>` takes 0 for a key as well.
    const bare = `jsonb_path_query_first(${json.sql}, ${quoteLiteral(strictPath(steps))}, silent => true)`;
    return { bare, text: `(${bare} #>> '{}')` };
  }
  const parents = [from, ...keys.slice(0, -1)].join(" -> ");
  return { bare: `(${parents} -> ${last})`, text: `(${parents} ->> ${last})` };
}

/** As a path of PostgreSQL (documentation, 9.16.2). */
const strictPath = (steps: readonly JsonStep[]): string =>
  `strict $${steps
    .map((step) =>
      "key" in step
        ? `.${JSON.stringify(step.key)}`
        : `[${"index" in step ? step.index : step.fromEnd === 1 ? "last" : `last - ${step.fromEnd - 1}`}]`,
    )
    .join("")}`;

/** Names in another style than the source's: what `names` in a mapping asks for. */
import type { NameStyle } from "../model/mapping.js";

/** The empty name stays empty. */
export function styledName(name: string, style: NameStyle): string {
  switch (style) {
    case "keep":
      return name;
    case "lower":
      return name.toLowerCase();
    case "snake":
      return snakeCase(name);
  }
}

/** `HTTPServerID` -> `http_server_id`, `Order Details` -> `order_details`; a name without letters, digits and underscores stays. */
function snakeCase(name: string): string {
  const joined = name.replaceAll(outerSigns, "").replaceAll(signs, "_");
  return joined === "" ? name : joined.replaceAll(plural, "S").replaceAll(humps, "_").toLowerCase();
}

const outerSigns = /^[^\p{L}\p{M}\p{N}_]+|[^\p{L}\p{M}\p{N}_]+$/gu;
const signs = /[^\p{L}\p{M}\p{N}_]+/gu;
/** Of an abbreviation: `userIDs` are user_ids. */
const plural = /(?<=\p{Lu}{2})s(?!\p{Ll})/gu;
/** Before the capital that begins a word: after a small letter or a digit, or as the last of several. */
const humps =
  /(?<=[\p{Ll}\p{N}]\p{M}*)(?=[\p{Lu}\p{Lt}])|(?<=[\p{Lu}\p{Lt}]\p{M}*)(?=[\p{Lu}\p{Lt}]\p{M}*\p{Ll})/gu;

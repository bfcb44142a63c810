/** Commands that are printed to be copied. */
import { visible } from "./display-width.js";

export const shellWord = (text: string): string =>
  visible(/^[\w@%+=:,./-]+$/u.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

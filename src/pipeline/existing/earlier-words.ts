/** What a run that ended well tells of foreign keys that an earlier one left NOT VALID. */
import { itemWords } from "../../import/existing/item-state.js";
import type { BrokenLink } from "../../import/existing/put-back.js";

export const stillBrokenWords = ({ record, message }: BrokenLink): string =>
  `${itemWords(record)} is NOT VALID still, as run ${record.run} left it, for rows break it: ${message}. ` +
  `When the rows are mended: ${record.validateSql ?? ""};`;

/** What a run that ended well tells of foreign keys that an earlier one left NOT VALID. */
import type { BrokenLink } from "../../import/existing/put-back.js";
import type { Finding } from "../../model/finding.js";

export const earlierFindings = (links: readonly BrokenLink[]): readonly Finding[] =>
  links.map(({ record: { schema, table: target, name, run, validateSql }, message }) => ({
    kind: "key-still-broken",
    at: { table: null },
    schema,
    target,
    name,
    run,
    message,
    validateSql: validateSql ?? "",
  }));

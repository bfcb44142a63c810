import fc from "fast-check";
import { expect, test } from "vitest";
import { parseMapping } from "../../src/mapping/read.js";
import { anyMapping, spellMapping } from "./spell-mapping.js";

interface Named {
  readonly pattern?: string;
  readonly table?: string;
}

/** Lines are where the library put them. The order of patterns counts, that of names does not. */
const comparable = (mapping: object): unknown =>
  JSON.parse(
    JSON.stringify(mapping, (key, value: unknown) => {
      if (key === "place" || key === "checksum") return null;
      if (!Array.isArray(value)) return value;
      const nameOf = (each: unknown): string => {
        const { pattern, table } = Object(each) as Named;
        return table ?? (pattern === undefined || /[*?]/.test(pattern) ? "" : pattern);
      };
      return value.toSorted((a, b) =>
        nameOf(a) < nameOf(b) ? -1 : nameOf(a) > nameOf(b) ? 1 : 0,
      ) as unknown;
    }),
  );

test("any mapping is read back from the YAML that says it", () => {
  fc.assert(
    fc.property(anyMapping, fc.boolean(), (mapping, isFlow) => {
      const text = spellMapping(mapping, isFlow);
      expect(comparable(parseMapping(text, "any.yaml"))).toEqual(comparable(mapping));
    }),
    { numRuns: 100 },
  );
});

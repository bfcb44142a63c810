/** The rules that several findings of one column ask for, as one rule each: a column's name stands only once in a mapping. */
import type { ColumnPolicy, PolicyName } from "../model/policy.js";
import type { OfferedRule } from "./mend-mapping.js";

/**
 * @param offers of one column.
 * @returns rules of which one is to be chosen: that which leaves the type as it is, if any does, then one for each type. Each has
 *   all policies that mean something for its type.
 */
export function joinedRules(offers: readonly OfferedRule[]): readonly OfferedRule[] {
  const policy = together(offers.filter(({ type }) => type === null));
  const typed = offers.filter(({ type }) => type !== null);
  const kinds = new Set(typed.map(kindOf));
  return [
    ...(Object.keys(policy).length === 0 ? [] : [{ type: null, unit: null, policy, rejected: 0 }]),
    ...[...kinds].map((kind): OfferedRule => {
      const same = typed.filter((offer) => kindOf(offer) === kind);
      const { type, unit } = same[0]!;
      return {
        type,
        unit,
        policy: { ...usable(policy, type ?? ""), ...together(same) },
        rejected: mostOf(same.map(({ rejected }) => rejected)),
      };
    }),
  ];
}

const kindOf = ({ type, unit }: OfferedRule): string => JSON.stringify([type, unit]);

const together = (offers: readonly OfferedRule[]): ColumnPolicy => {
  const words = (key: "trueWords" | "falseWords"): readonly string[] => [
    ...new Set(offers.flatMap(({ policy }) => policy[key] ?? [])),
  ];
  const trueWords = words("trueWords");
  const falseWords = words("falseWords");
  return {
    ...(Object.assign({}, ...offers.map(({ policy }) => policy)) as ColumnPolicy),
    ...(trueWords.length > 0 && { trueWords }),
    ...(falseWords.length > 0 && { falseWords }),
  };
};

/** Null where one is not known. */
const mostOf = (counts: readonly (number | null)[]): number | null =>
  counts.reduce((most, count) => (most === null || count === null ? null : Math.max(most, count)), 0);

/** A mapping that says others beside the type is refused. */
const usable = (policy: ColumnPolicy, type: string): ColumnPolicy =>
  Object.fromEntries(Object.entries(policy).filter(([name]) => isUsable[name as PolicyName]?.(type) ?? true));

const isUsable: Readonly<Partial<Record<PolicyName, (type: string) => boolean>>> = {
  outOfRange: (type) => /^(date|time)/.test(type),
  empty: (type) => !/^(text|varchar|char|bytea)/.test(type),
  excess: (type) => /^(time|real|varchar|char|numeric\()/.test(type),
  trueWords: (type) => type === "boolean",
  falseWords: (type) => type === "boolean",
};

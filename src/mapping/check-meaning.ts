/**
 * What contradicts itself though each key is right for itself. A rule that would never have an effect is refused as well:
 * whoever wrote it believes that it has one.
 */
import { maximumNameBytes } from "../model/identifier.js";
import { isExact } from "../model/pattern.js";
import { isTimeType, isZoned, pgType, typeWords, type PgType } from "../model/postgres.js";
import type { Complaint, Path } from "./complaint.js";
import { conversionWords, typesOf } from "./conversion.js";
import type { YamlDocument } from "./document.js";
import { rulesIn } from "./rules-in.js";
import type { ColumnRuleFile, TableRuleFile } from "./schema.js";
import { readType } from "./type-words.js";
import { zoneFault } from "./zone-name.js";

interface Slip {
  readonly path: Path;
  readonly message: string;
}

/** Of the rules whose shape is right. */
export function meaningComplaints(document: YamlDocument): readonly Complaint[] {
  const { tables, columns } = rulesIn(document.value);
  const slips = [
    ...tables.flatMap(({ path, rule }) => [
      ...skipSlips(path, rule),
      ...renameSlips(path, rule.rename),
      ...seedSlips(path, rule),
    ]),
    ...columns.flatMap(({ path, rule }) => columnSlips(path, rule)),
    ...sharedNames([...tables, ...columns]),
    ...unstorableTexts(document.value, []),
  ];
  return slips.map(({ path, message }) => ({ position: document.valueAt(path), path, message }));
}

/** The plan is kept in the target's history, and PostgreSQL keeps no such text. */
function unstorableTexts(value: unknown, path: Path): readonly Slip[] {
  if (typeof value === "string")
    return /\0|\p{Cs}/u.test(value)
      ? [{ path, message: "a text without NUL and halves of characters is wanted" }]
      : [];
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([key, each]) => unstorableTexts(each, [...path, key]))
    : [];
}

function columnSlips(path: Path, rule: ColumnRuleFile): readonly Slip[] {
  const read = rule.type === undefined ? null : readType(rule.type);
  const at = (key: keyof ColumnRuleFile, message: string): Slip => ({ path: [...path, key], message });
  return [
    ...skipSlips(path, rule),
    ...renameSlips(path, rule.rename),
    ...(read?.kind === "refused" ? [at("type", read.because)] : []),
    ...(read?.kind === "type" ? typeSlips(rule, read.type, at) : []),
    ...zoneSlips(rule, read?.kind === "type" ? read.type : null, at),
    ...wordSlips(rule, at),
  ];
}

type At = (key: keyof ColumnRuleFile, message: string) => Slip;

/** Keys that cannot do anything for the type that stands beside them. */
function typeSlips(rule: ColumnRuleFile, type: PgType, at: At): readonly Slip[] {
  const slips: Slip[] = [];
  const named = typeWords(type);
  const { convert } = rule;
  if (convert !== undefined && !typesOf(convert).some((name) => name === type.name))
    slips.push(
      at(
        "convert",
        `${conversionWords(convert)} makes ${typesOf(convert).map(shortWords).join(" or ")}, not ${named}`,
      ),
    );
  if (type.name !== "boolean")
    for (const key of ["true", "false"] as const)
      if (rule[key] !== undefined) slips.push(at(key, `words for ${key} are for boolean, not for ${named}`));
  if (rule["invalid-utf8"] === "bytea" && type.name !== "bytea")
    slips.push(at("invalid-utf8", `bytea would change the type, and this rule says ${named}`));
  if (isNull(rule.empty) && isTextual(type))
    slips.push(at("empty", `it is for types that are not textual: ${named} holds blanks as they are`));
  if (isNull(rule["out-of-range"]) && !isTimeType(type))
    slips.push(at("out-of-range", `it is for dates and times, not for ${named}`));
  return slips;
}

/** @param type as the rule names it; null: it does not. */
function zoneSlips({ zone, convert }: ColumnRuleFile, type: PgType | null, at: At): readonly Slip[] {
  if (zone === undefined) return [];
  const fault = zoneFault(zone);
  const made = type ?? (convert === undefined ? null : pgType(typesOf(convert)[0]));
  const isInVain = made !== null && !isZoned(made);
  return [
    ...(fault === null ? [] : [at("zone", fault)]),
    ...(isInVain ? [at("zone", `a zone is for timestamptz, not for ${typeWords(made)}`)] : []),
  ];
}

const shortWords = (name: ReturnType<typeof typesOf>[number]): string => typeWords({ name, modifiers: [] });

const isNull = (policy: string | null | undefined): boolean => policy === null || policy === "null";

const isTextual = ({ name }: PgType): boolean =>
  name === "text" || name === "character varying" || name === "character";

/** What sqlift knows of itself, in any case. */
const ownWords: Readonly<Record<"true" | "false", readonly string[]>> = {
  true: ["t", "true"],
  false: ["f", "false"],
};

function wordSlips(rule: ColumnRuleFile, at: At): readonly Slip[] {
  const slips: Slip[] = [];
  const lower = (words: readonly string[] | undefined): readonly string[] =>
    (words ?? []).map((word) => word.toLowerCase());
  for (const [key, other] of [
    ["true", "false"],
    ["false", "true"],
  ] as const) {
    const wrong = lower(rule[key]).find((word) => ownWords[other].includes(word));
    if (wrong !== undefined)
      slips.push(at(key, `${JSON.stringify(wrong)} means ${other} whatever a rule says`));
  }
  const both = lower(rule.true).find((word) => lower(rule.false).includes(word));
  if (both !== undefined)
    slips.push(at("false", `${JSON.stringify(both)} is among the words for true as well`));
  return slips;
}

function skipSlips(path: Path, rule: TableRuleFile | ColumnRuleFile): readonly Slip[] {
  if (rule.skip !== true) return [];
  return Object.keys(rule)
    .filter((key) => key !== "skip" && key !== "because")
    .map((key) => ({ path: [...path, key], message: "nothing is left to do for it where skip is true" }));
}

function seedSlips(path: Path, { seed, "existing-rows": existingRows }: TableRuleFile): readonly Slip[] {
  return seed === undefined || existingRows === undefined
    ? []
    : [{ path: [...path, "seed"], message: "existing-rows says already what becomes of the rows there" }];
}

function renameSlips(path: Path, name: string | undefined): readonly Slip[] {
  if (name === undefined) return [];
  const slip = (message: string): readonly Slip[] => [{ path: [...path, "rename"], message }];
  const pattern = String(path.at(-1));
  if (!isExact(pattern)) return slip(`${JSON.stringify(pattern)} is a pattern; one name is for one thing`);
  if (name === "") return slip("a name has at least one character");
  if (name.includes("\0")) return slip("PostgreSQL's names hold no NUL character");
  const bytes = new TextEncoder().encode(name).length;
  if (bytes > maximumNameBytes)
    return slip(`it has ${bytes} bytes of UTF-8, and PostgreSQL's names at most ${maximumNameBytes}`);
  return [];
}

interface Renamed {
  readonly path: Path;
  readonly rule: { readonly rename?: string | undefined };
}

/** Two tables, or two columns of a table, that are to have one name. */
function sharedNames(rules: readonly Renamed[]): readonly Slip[] {
  const taken = new Map<string, string>();
  return rules.flatMap(({ path, rule: { rename } }) => {
    if (rename === undefined) return [];
    const key = JSON.stringify([...path.slice(0, -1), rename]);
    const by = taken.get(key);
    taken.set(key, String(path.at(-1)));
    if (by === undefined) return [];
    return [{ path: [...path, "rename"], message: `${JSON.stringify(by)} is to have this name already` }];
  });
}

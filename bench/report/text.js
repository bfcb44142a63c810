/** The report as text: a table of the bars, then what each of them was made of. */
import { judge, median } from "../measure/statistics.js";
import { textTable } from "./table.js";

/** Three significant digits, for times and ratios alike. */
export const number = (value) =>
  value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(value >= 1 ? 2 : 3);

/** `>= 5`, `<= 0.8`, `<= 250 MB`, or `-`. */
export function limitWords({ limit, theirs, unit }) {
  if (limit === null) return "-";
  const words = "atLeast" in limit ? `>= ${limit.atLeast}` : `<= ${limit.atMost}`;
  return theirs === null ? `${words} ${unit}` : words;
}

const metWords = (met) => (met === null ? "-" : met ? "yes" : "NO");

/**
 * @typedef {object} Measured
 * @property {import("../bars/index.js").Bar} bar
 * @property {readonly import("../measure/statistics.js").Comparison[]} comparisons
 * @property {string | null} missing why it was not measured
 */

/**
 * One row a comparison, after a head.
 *
 * @param {readonly Measured[]} measured
 */
export const summaryRows = (measured) => [
  ["bar", "what", "ours", "theirs", "unit", "ratio", "bar is", "met"],
  ...measured.flatMap(({ bar, comparisons, missing }) =>
    missing === null
      ? comparisons.map((comparison) => summaryRow(bar, comparison))
      : [[bar.name, missing, "-", "-", "-", "-", "-", "-"]],
  ),
];

/** @param {readonly Measured[]} measured */
export const summaryText = (measured) =>
  textTable(summaryRows(measured), ["left", "left", "right", "right", "left", "right", "left", "left"]);

function summaryRow(bar, comparison) {
  const { ours, theirs, ratio, met } = judge(comparison);
  return [
    bar.name,
    comparison.what,
    number(ours),
    theirs === null ? "-" : number(theirs),
    comparison.unit,
    ratio === null ? "-" : number(ratio),
    limitWords(comparison),
    metWords(met),
  ];
}

/** Each run of each side, and the CPU that both sides of the wire took. */
export function barText({ bar, comparisons, missing }) {
  const lines = [`${bar.name} (issue ${bar.issue}): ${bar.title}`];
  if (missing !== null) lines.push(`  ${missing}`);
  for (const comparison of comparisons) {
    const { lowest, highest } = judge(comparison);
    lines.push(`  ${comparison.what}`);
    for (const each of [comparison.ours, comparison.theirs])
      if (each !== null)
        lines.push(`    ${each.name}: ${each.values.map(number).join(" ")} ${comparison.unit}`);
    if (lowest !== null) lines.push(`    run by run the ratio is ${number(lowest)} to ${number(highest)}`);
    for (const each of [comparison.ours, comparison.theirs]) if (each !== null) lines.push(...costLine(each));
    for (const note of comparison.notes ?? []) lines.push(`    ${note}`);
  }
  return lines.join("\n");
}

function costLine({ name, runs }) {
  const part = (key, words) => {
    const values = runs.map((run) => run[key]).filter((value) => typeof value === "number");
    return values.length === 0 ? [] : [words(median(values))];
  };
  const parts = [
    ...part("clientCpuSeconds", (value) => `client ${number(value)} CPU s`),
    ...part("serverCpuSeconds", (value) => `server ${number(value)} CPU s`),
    ...part("othersCpuShare", (value) => `others had ${Math.round(value * 100)} % of the machine`),
  ];
  return parts.length === 0 ? [] : [`    ${name}, medians: ${parts.join(", ")}`];
}

/**
 * @typedef {object} Machine
 * @property {string} processor
 * @property {number} cores
 * @property {number} memoryBytes
 * @property {string} system
 * @property {number} loadBefore
 * @property {Readonly<Record<string, string | null>>} versions null: not there
 * @property {{ readonly startedHere: boolean, readonly settings: Readonly<Record<string, string>> }} server
 */

/** @param {Machine} machine */
export function machineText({ processor, cores, memoryBytes, system, loadBefore, versions, server }) {
  const told = (facts) =>
    Object.entries(facts)
      .filter(([, value]) => value !== null)
      .map(([name, value]) => `${name} ${value}`)
      .join(", ");
  return [
    `machine   ${cores} cores, ${processor}, ${Math.round(memoryBytes / 1e9)} GB, ${system}, load before ${loadBefore.toFixed(2)}`,
    `versions  ${told(versions)}`,
    `server    ${server.startedHere ? "started for this, default settings" : "given by --url"}: ${told(server.settings)}`,
  ].join("\n");
}

/** The report as bench/RESULTS.md. */
import { barText, machineText, summaryRows } from "./text.js";

/**
 * @param {{ readonly rows: number, readonly runs: number, readonly seed: number }} options
 * @param {import("./text.js").Machine} machine
 * @param {readonly import("./text.js").Measured[]} measured
 * @param {string} startedAt ISO 8601
 */
export function resultsMarkdown({ rows, runs, seed }, machine, measured, startedAt) {
  const [head, ...lines] = summaryRows(measured);
  const row = (cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  const others = measured
    .flatMap(({ comparisons }) => comparisons.flatMap(({ ours, theirs }) => [ours, theirs]))
    .flatMap((side) => side?.runs.map((run) => run.othersCpuShare ?? 0) ?? []);
  return `# What was measured

Written by \`npm run bench -- --results bench/RESULTS.md\` on ${startedAt.slice(0, 10)}: ${rows.toLocaleString("en")} chat messages of 10 columns,
${runs} runs of each side in turn (A B A B), medians, seed ${seed}. Everything in it is from one run on one machine: read the ratios, not
the seconds. Other processes had up to ${Math.round(Math.max(0, ...others) * 100)} % of the machine meanwhile.

${[row(head), row(head.map(() => "--")), ...lines.map(row)].join("\n")}

A ratio with \`>=\` is theirs / ours (times faster), one with \`<=\` is ours / theirs, or a part of the limit where there are no theirs.
What is not to be met has no bar and stands there to be seen.

## On what

\`\`\`
${machineText(machine)}
\`\`\`

## Every run

CPU of the client is that of the command's whole process tree, that of the server is of all its processes. Peak memory is the sum of the
largest resident memory of each process of the tree, PostgreSQL not among them.

\`\`\`
${measured.map(barText).join("\n\n")}
\`\`\`
`;
}

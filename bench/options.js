import { parseArgs } from "node:util";

export const help = `npm run bench -- [options]      measures the bars, each as a ratio within one run

  --rows N        messages to work with (default 2000000)
  --runs N        runs of each side; their median counts (default 5)
  --only A,B      only these bars: NAMES
  --seed N        of the data (default 42)
  --url URL       a running server whose user may create databases; default: one is started, with default settings
  --json FILE     writes all numbers there as well
  --results FILE  writes the report there as Markdown: bench/RESULTS.md
  --folder DIR    where files and the server lie while it runs; default: the system's temporary folder
`;

/**
 * @typedef {{ rows: number, runs: number, seed: number, only: string[] | null, url: string | null,
 *   json: string | null, results: string | null, folder: string | null, help: boolean }} Options
 */

/**
 * @param {readonly string[]} parameters
 * @param {readonly string[]} names of the bars there are
 * @returns {Options}
 * @throws Error that says what is wrong
 */
export function parseOptions(parameters, names) {
  const text = { type: "string" };
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      rows: text,
      runs: text,
      only: text,
      seed: text,
      url: text,
      json: text,
      results: text,
      folder: text,
      help: { type: "boolean" },
    },
  });
  const only = values.only?.split(",") ?? null;
  const unknown = only?.find((name) => !names.includes(name));
  if (unknown !== undefined) throw new Error(`--only ${unknown}: the bars are ${names.join(", ")}`);
  return {
    rows: wholeNumber("--rows", values.rows ?? "2000000"),
    runs: wholeNumber("--runs", values.runs ?? "5"),
    seed: wholeNumber("--seed", values.seed ?? "42"),
    only,
    url: values.url ?? null,
    json: values.json ?? null,
    results: values.results ?? null,
    folder: values.folder ?? null,
    help: values.help ?? false,
  };
}

function wholeNumber(option, text) {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new Error(`${option} ${text}: a whole number above 0 is wanted`);
  return Number(text);
}

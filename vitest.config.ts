import { defineConfig } from "vitest/config";

/** Neither a worker thread nor a process can be given TypeScript: they run from the build, which `npm test` makes first. */
const workersFromBuild = {
  name: "workers-from-build",
  transform: (code: string, id: string) => {
    for (const [starter, started, toRoot] of [
      ["pipeline/lanes/worker-lane.ts", "./lane-worker.js", "../../../"],
      ["source/confined-rows.ts", "./confined-child.js", "../../"],
    ] as const) {
      const built = `${toRoot}dist/${started.slice(2)}`;
      if (id.endsWith(`/src/${starter}`)) return code.replace(JSON.stringify(started), JSON.stringify(built));
    }
    return undefined;
  },
};

/**
 * They change what their process is or holds (open files and their locks, servers that go with it, modules), or clean up by hooks
 * of a module that they share.
 */
const needTheirOwnProcess = [
  "test/source/**/*.test.ts",
  "test/target/**/*.test.ts",
  "test/export/damaged-files.test.ts",
  "test/pipeline/proof/proof-faults.test.ts",
];

const common = { plugins: [workersFromBuild] };
const limits = { testTimeout: 60_000, hookTimeout: 120_000 };

export default defineConfig({
  test: {
    projects: [
      { ...common, test: { name: "alone", include: needTheirOwnProcess, ...limits } },
      {
        ...common,
        // A process runs many files, and imports what they test once.
        test: {
          name: "together",
          include: ["test/**/*.test.ts"],
          exclude: needTheirOwnProcess,
          isolate: false,
          ...limits,
        },
      },
    ],
    globalSetup: ["test/server.ts"],
    // On two cores: one waits for its server while others work.
    maxWorkers: 3,
    // .ci/run counts from the file.
    reporters: process.env["CI"] === "true" ? ["default", "json"] : ["default"],
    outputFile: { json: "coverage/test-results.json" },
  },
});

import { defineConfig } from "vitest/config";

/** Neither a worker thread nor a process can be given TypeScript: they run from the build, which `npm test` makes first. */
const workersFromBuild = {
  name: "workers-from-build",
  transform: (code: string, id: string) => {
    for (const [starter, started] of [
      ["pipeline/worker-lane.ts", "./lane-worker.js"],
      ["source/confined-rows.ts", "./confined-child.js"],
    ] as const) {
      const built = `../../dist/${starter.split("/")[0]!}/${started.slice(2)}`;
      if (id.endsWith(`/src/${starter}`)) return code.replace(JSON.stringify(started), JSON.stringify(built));
    }
    return undefined;
  },
};

export default defineConfig({
  plugins: [workersFromBuild],
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/server.ts"],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    // .ci/run counts from the file.
    reporters: process.env["CI"] === "true" ? ["default", "json"] : ["default"],
    outputFile: { json: "coverage/test-results.json" },
  },
});

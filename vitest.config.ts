import { defineConfig } from "vitest/config";

/** A worker thread cannot be given TypeScript: it runs from the build, which `npm test` makes first. */
const workersFromBuild = {
  name: "workers-from-build",
  transform: (code: string, id: string) =>
    id.endsWith("/src/pipeline/worker-lane.ts")
      ? code.replace('"./lane-worker.js"', JSON.stringify("../../dist/pipeline/lane-worker.js"))
      : undefined,
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

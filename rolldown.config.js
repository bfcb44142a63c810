// The program in a few files: to open some six hundred took longer than a small migration. All lie beside each other, for what starts
// a thread or a process names its file by its own place.
import { defineConfig } from "rolldown";

export default defineConfig({
  input: {
    main: "build/cli/main.js",
    index: "build/index.js",
    "lane-worker": "build/pipeline/lanes/lane-worker.js",
    "confined-child": "build/source/confined-child.js",
  },
  platform: "node",
  logLevel: "warn",
  // Packages stay packages: they have their own licences, and some their own binaries.
  external: /^[^./]/,
  output: { dir: "dist", format: "esm", chunkFileNames: "[name].js", minify: false },
});

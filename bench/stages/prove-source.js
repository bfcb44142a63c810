// prove-source.js FILE PLAN: reads the one table of FILE once more and digests it, as the proof does on the source's side.
import { readFileSync } from "node:fs";
import { openSource } from "../../build/source/open.js";
import { digestSource } from "../../build/validate/source/digest.js";
import { tell } from "./told.js";

const [file, planFile] = process.argv.slice(2);
const [plan] = JSON.parse(readFileSync(planFile, "utf8")).plan.tables;
const source = await openSource(file, { ownProcess: true });
await tell(async () => {
  const { rows, misfits } = await digestSource(source, plan);
  if (misfits !== null) throw new Error(misfits.first);
  return { rows };
});
source.close();

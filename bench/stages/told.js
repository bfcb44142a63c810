import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";

/**
 * Runs `work`, which returns its rows or a promise of them, and prints what it cost this process as one line of JSON.
 * With BENCH_CPU_PROFILE set, writes a CPU profile of nothing but `work` there.
 */
export async function tell(work) {
  const profile = process.env.BENCH_CPU_PROFILE;
  const session = profile === undefined ? null : new Session();
  session?.connect();
  await session?.post("Profiler.enable");
  await session?.post("Profiler.start");
  const before = process.cpuUsage();
  const started = performance.now();
  const told = await work();
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - started) / 1000;
  if (session !== null) writeFileSync(profile, JSON.stringify((await session.post("Profiler.stop")).profile));
  console.log(JSON.stringify({ ...told, seconds, cpuSeconds: (user + system) / 1e6 }));
}

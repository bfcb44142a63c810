/** Runs `work`, which returns its rows, and prints what it cost this process as one line of JSON. */
export function tell(work) {
  const before = process.cpuUsage();
  const started = performance.now();
  const told = work();
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - started) / 1000;
  console.log(JSON.stringify({ ...told, seconds, cpuSeconds: (user + system) / 1e6 }));
}

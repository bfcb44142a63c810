/**
 * CPU time and memory of processes, read from Linux's /proc (man 5 proc_pid_stat, proc_pid_status); null elsewhere.
 * CPU is counted by the kernel in ticks of 10 ms.
 */
import { readdirSync, readFileSync } from "node:fs";

const ticksPerSecond = 100;

export const hasProc = process.platform === "linux";

/** What a line of /proc/PID/stat says. The name in parentheses may hold blanks and parentheses itself. */
export function parseStat(line) {
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  const seconds = (index) => Number(fields[index]) / ticksPerSecond;
  return {
    parent: Number(fields[1]),
    ownSeconds: seconds(11) + seconds(12),
    /** Of children that ended and were waited for, with theirs. */
    childSeconds: seconds(13) + seconds(14),
  };
}

/** CPU seconds of all children of this process that have ended, with their children. */
export const endedChildrenSeconds = () =>
  hasProc ? parseStat(readFileSync("/proc/self/stat", "utf8")).childSeconds : null;

/** CPU seconds that `root` and the processes below it have used, those that ended included. */
export function treeSeconds(root) {
  if (!hasProc) return null;
  for (;;) {
    const before = read(root, "stat");
    let sum = 0;
    for (const { ownSeconds, childSeconds } of tree(root).values()) sum += ownSeconds + childSeconds;
    // A child that ends meanwhile would be counted twice, or not at all: neither as alive nor as ended.
    if (endedSeconds(before) === endedSeconds(read(root, "stat"))) return sum;
  }
}

const endedSeconds = (line) => (line === "" ? null : parseStat(line).childSeconds);

/** The largest resident memory that each process of the tree ever had: process number -> bytes. */
export function treePeaks(root) {
  const peaks = new Map();
  for (const number of tree(root).keys()) {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(read(number, "status"))?.[1];
    if (kilobytes !== undefined) peaks.set(number, Number(kilobytes) * 1024);
  }
  return peaks;
}

/** CPU seconds that this machine has spent on anything but waiting, time stolen by the host included. */
export function machineSeconds() {
  if (!hasProc) return null;
  // user nice system idle iowait irq softirq steal
  const [user, nice, system, , , irq, softirq, steal] = readFileSync("/proc/stat", "utf8")
    .split("\n")[0]
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return (user + nice + system + irq + softirq + steal) / ticksPerSecond;
}

function tree(root) {
  const all = new Map();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const line = read(name, "stat");
    if (line !== "") all.set(Number(name), parseStat(line));
  }
  const belongs = (number) => {
    for (let at = number; at !== 0 && at !== undefined; at = all.get(at)?.parent)
      if (at === root) return true;
    return false;
  };
  return new Map([...all].filter(([number]) => belongs(number)));
}

/** "" for a process that has ended meanwhile. */
function read(number, file) {
  try {
    return readFileSync(`/proc/${number}/${file}`, "utf8");
  } catch {
    return "";
  }
}

/** Runs a command and tells what it cost: time, CPU of its tree and of the server, memory, and what others used. */
import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { createInterface } from "node:readline";
import { clearInterval, setInterval } from "node:timers";
import { endedChildrenSeconds, machineSeconds, treePeaks, treeSeconds } from "./process-cpu.js";

const memoryMilliseconds = 50;

/**
 * @typedef {object} Run
 * @property {number} seconds
 * @property {number | null} clientCpuSeconds the command's whole tree
 * @property {number | null} serverCpuSeconds
 * @property {number | null} othersCpuShare part of the machine that neither of them used: noise
 * @property {number | null} peakBytes the sum of the largest resident memory of each process of the tree
 */

/**
 * @param {string} program
 * @param {readonly string[]} parameters
 * @param {object} options
 * @param {NodeJS.ProcessEnv} [options.environment]
 * @param {{ cpuSeconds: () => number | null }} [options.server]
 * @param {{ readonly from: RegExp, readonly to: RegExp }} [options.between] only the time from one line of standard
 *   error to another is measured
 * @param {boolean} [options.memory] whether to watch it
 * @returns {Promise<{ run: Run, out: string, exitCode: number }>}
 * @throws Error with the end of what the command said, where it failed, unless `mayFail`
 */
export async function runCommand(program, parameters, options = {}) {
  const { environment = process.env, server, between, memory = false, mayFail = false } = options;
  const childrenBefore = endedChildrenSeconds();
  const clock = (clientSeconds) => ({
    at: performance.now() / 1000,
    client: clientSeconds,
    server: server?.cpuSeconds() ?? null,
    machine: machineSeconds(),
  });
  let first = clock(0);
  let last = null;
  const child = spawn(program, parameters, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => {
      if (between === undefined) last = clock(minus(endedChildrenSeconds(), childrenBefore));
      resolve(code);
    });
  });
  const said = [];
  createInterface(child.stderr).on("line", (line) => {
    said.push(line);
    if (between?.from.test(line)) first = clock(treeSeconds(child.pid));
    if (between?.to.test(line)) last = clock(treeSeconds(child.pid));
  });
  let out = "";
  child.stdout.setEncoding("utf8").on("data", (text) => (out += text));
  const closed = new Promise((resolve) => child.once("close", resolve));
  const watch = memory ? watchMemory(child.pid) : null;
  const exitCode = await ended;
  const peakBytes = watch?.stop() ?? null;
  await closed;
  if (exitCode !== 0 && !mayFail)
    throw new Error(`${program} ended with ${exitCode}: ${[...said, out].join("\n").slice(-2000)}`);
  if (last === null)
    throw new Error(`${program} did not say ${between.to}:\n${said.join("\n").slice(-2000)}`);
  return { run: { ...difference(first, last), peakBytes }, out, exitCode };
}

const minus = (a, b) => (a === null || b === null ? null : a - b);

function difference(first, last) {
  const seconds = last.at - first.at;
  const clientCpuSeconds = minus(last.client, first.client);
  const serverCpuSeconds = minus(last.server, first.server);
  const others = minus(minus(minus(last.machine, first.machine), clientCpuSeconds), serverCpuSeconds ?? 0);
  const othersCpuShare = others === null ? null : Math.max(0, others / seconds / availableParallelism());
  return { seconds, clientCpuSeconds, serverCpuSeconds, othersCpuShare };
}

/** The kernel keeps each process's peak; looking now and then is only for processes that come and go. */
function watchMemory(root) {
  const peaks = new Map();
  const look = () => {
    for (const [number, bytes] of treePeaks(root)) peaks.set(number, bytes);
  };
  const timer = setInterval(look, memoryMilliseconds);
  return {
    stop: () => {
      clearInterval(timer);
      return peaks.size === 0 ? null : [...peaks.values()].reduce((sum, bytes) => sum + bytes, 0);
    },
  };
}

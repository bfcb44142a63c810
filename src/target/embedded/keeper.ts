/**
 * Runs an embedded server under a keeper, a small shell process that outlives us just long enough to stop the server.
 *
 * The keeper holds one end of a pipe whose other end is ours. When ours closes - stop(), the end of the process, also by
 * SIGKILL - the keeper asks the server for a fast shutdown, waits, and removes the socket folder. Other processes that
 * use the server (join.ts) hold the named pipe `hold` open; the server runs on until they are gone too.
 * Keeper and server are in a session of their own: Ctrl-C in a terminal does not reach them before our own clean-up.
 */
import { spawn, type ChildProcess } from "node:child_process";
import { closeSync, existsSync, openSync, rmSync } from "node:fs";
import { spawnAs, type Account } from "./account.js";

/**
 * $1 the socket folder, $2 a folder to remove in the end or nothing, $3 how many seconds the server may take to stop,
 * then the server's command line.
 *
 * The reader gets descriptors 3 and 4, because a background job's standard input is /dev/null. Descriptor 5 is there
 * only so that opening `hold` for reading does not wait for a writer. TERM follows INT for a server that is so young
 * that it still ignores INT, as background jobs do; one that knows INT already takes no notice.
 * QUIT is for one that never ends: PostgreSQL 18 waits for itself where a fast shutdown meets the recovery after a
 * backend's crash. The next start then recovers, and nothing is lost.
 */
const keeperScript = `
trap '' PIPE
folder=$1 remove=$2 patience=$3
shift 3
exec 3<&0 </dev/null
if mkfifo -m 600 "$folder/hold" 2>/dev/null; then
  exec 5<>"$folder/hold"
  exec 4<"$folder/hold"
  exec 5>&-
else
  exec 4</dev/null
fi
"$@" >&2 3<&- 4<&- &
server=$!
(
  read -r line <&3
  if read -r line <&4; then
    echo kept
    while read -r line <&4; do :; done
  fi
  echo ending
  kill -INT "$server"
  kill -TERM "$server"
  while [ "$patience" -gt 0 ]; do
    sleep 1 >/dev/null 2>&1 3<&- 4<&-
    patience=$((patience - 1))
  done
  kill -QUIT "$server"
) &
reader=$!
exec 3<&- 4<&-
wait "$server"
code=$?
kill "$reader" 2>/dev/null
rm -f "$folder/hold" "$folder"/.s.PGSQL.*
rmdir "$folder"
if [ -n "$remove" ]; then rm -rf "$remove"; fi
exit "$code"
`;

export interface Kept {
  readonly socketFolder: string;
  /** Settles when keeper and server are gone. */
  readonly ended: Promise<void>;
  hasEnded(): boolean;
  /** Lets go of the server, and waits for its end unless others hold it. Safe to call twice. */
  stop(): Promise<"stopped" | "kept">;
}

export interface KeeperOptions {
  readonly account: Account;
  /** The server's program and its arguments. */
  readonly command: readonly string[];
  readonly socketFolder: string;
  readonly logFile: string;
  /** Set for the server beside the small environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** A folder that goes with the server, or null. */
  readonly remove: string | null;
  /** What the server may take to stop before it is stopped at once; default: a minute. */
  readonly patienceSeconds?: number | undefined;
}

/** Long enough to write what a server's memory holds to a slow disk. */
const defaultPatienceSeconds = 60;

/** Starts keeper and server; whether the server gets ready is another question. */
export function keep(options: KeeperOptions): Kept {
  const log = openSync(options.logFile, "a", 0o600);
  let child: ChildProcess;
  try {
    child = startKeeper(options, log);
  } finally {
    closeSync(log);
  }
  const kept = follow(child, options.socketFolder);
  stopAtExit(kept);
  return kept;
}

function startKeeper(options: KeeperOptions, log: number): ChildProcess {
  const as = spawnAs(options.account);
  const patience = options.patienceSeconds ?? defaultPatienceSeconds;
  const parameters = [options.socketFolder, options.remove ?? "", patience.toString(), ...options.command];
  return spawn("/bin/sh", ["-c", keeperScript, "sqlift-keeper", ...parameters], {
    ...as,
    env: { ...as.env, ...options.variables },
    stdio: ["pipe", "pipe", log],
    detached: true, // a session of its own
  });
}

interface Followed extends Kept {
  letGo(): void;
}

function follow(child: ChildProcess, socketFolder: string): Followed {
  let gone = false;
  let said = "";
  const ended = new Promise<void>((resolve) => {
    const end = (): void => {
      gone = true;
      rmSync(socketFolder, { recursive: true, force: true });
      resolve();
    };
    child.once("error", end);
    child.once("exit", end);
  });
  const others = new Promise<void>((resolve) => {
    child.stdout?.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("kept")) resolve();
    });
  });
  child.stdin?.on("error", () => undefined);
  // A forgotten server must not keep the process alive; the keeper notices its end.
  child.unref();
  for (const stream of [child.stdin, child.stdout]) unref(stream);
  const letGo = (): void => void child.stdin?.destroy();
  const stop = async (): Promise<"stopped" | "kept"> => {
    child.ref();
    letGo();
    // Said whenever others came; those that have left already are followed by "ending" at once.
    await Promise.race([ended, others.then(() => pause(lastWordMilliseconds))]);
    if (!gone && !said.includes("ending")) {
      child.unref();
      return "kept";
    }
    await ended;
    return "stopped";
  };
  return { socketFolder, ended, hasEnded: () => gone, stop, letGo };
}

const lastWordMilliseconds = 200;

const pause = (milliseconds: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, milliseconds));

function unref(stream: unknown): void {
  if (
    typeof stream === "object" &&
    stream !== null &&
    "unref" in stream &&
    typeof stream.unref === "function"
  )
    (stream.unref as () => void).call(stream);
}

const running = new Set<Followed>();
const atExitMilliseconds = 5_000;
let isHooked = false;

function stopAtExit(kept: Followed): void {
  running.add(kept);
  void kept.ended.then(() => running.delete(kept));
  if (!isHooked) process.on("exit", seeServersOut);
  isHooked = true;
}

/** At the end of a process that did not stop its servers: let go, and see them out. Nothing may be awaited here. */
function seeServersOut(): void {
  const clock = new Int32Array(new SharedArrayBuffer(4));
  for (const kept of running) kept.letGo();
  const until = Date.now() + atExitMilliseconds;
  while (Date.now() < until && [...running].some((kept) => existsSync(kept.socketFolder)))
    Atomics.wait(clock, 0, 0, 10);
}

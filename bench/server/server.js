/** The server that everything is measured against: a fresh database for each run, its settings and its CPU. */
import { readFileSync } from "node:fs";
import pg from "pg";
import { treeSeconds } from "../measure/process-cpu.js";
import { startDefaultServer } from "./default-server.js";

/** What tells how fast a server can take rows. */
const tellingSettings = [
  "autovacuum",
  "checkpoint_timeout",
  "fsync",
  "full_page_writes",
  "maintenance_work_mem",
  "max_parallel_maintenance_workers",
  "max_wal_size",
  "shared_buffers",
  "synchronous_commit",
  "wal_compression",
  "wal_level",
];

/**
 * @param {string | null} url of a running server whose user may create databases; null: one is started
 * @param {string} folder for a server that is started
 */
export async function openServer(url, folder) {
  const started = url === null ? await startDefaultServer(folder) : null;
  const admin = new pg.Client({ connectionString: started?.url ?? url });
  await admin.connect();
  const place = new URL(started?.url ?? url);
  const query = async (sql) => (await admin.query(sql)).rows;
  const postmaster = await localPostmaster(query);
  let made = 0;
  /** Not dropped yet. */
  const standing = new Set();
  return {
    description: {
      version: (await query("SHOW server_version"))[0].server_version,
      startedHere: started !== null,
      settings: await readSettings(query),
    },
    /** CPU seconds of all of the server's processes; null where they cannot be seen. */
    cpuSeconds: () => (postmaster === null ? null : treeSeconds(postmaster)),
    createDatabase: async () => {
      made += 1;
      const name = `sqlift_bench_${process.pid}_${made}`;
      await query(`CREATE DATABASE ${name}`);
      standing.add(name);
      await checkpoint(query);
      return openDatabase(place, name, async () => {
        await query(`DROP DATABASE ${name} WITH (FORCE)`);
        standing.delete(name);
        await checkpoint(query);
      });
    },
    /** Leaves nothing of ours in a server that was given. */
    stop: async () => {
      for (const name of standing) await query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
      await admin.end();
      await started?.stop();
    },
  };
}

/** `url` is without the password, which `environment` holds: command lines can be read by everybody. */
function openDatabase(place, name, drop) {
  const withPassword = new URL(place);
  withPassword.pathname = `/${name}`;
  const url = new URL(withPassword);
  url.password = "";
  const inside = async (sql) => {
    const client = new pg.Client({ connectionString: withPassword.href });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  };
  return {
    url: url.href,
    urlWithPassword: withPassword.href,
    environment: { ...process.env, PGPASSWORD: decodeURIComponent(place.password) },
    query: inside,
    drop,
  };
}

/** What one run has left to be written must not be written during the next. Not every user may ask for it. */
const checkpoint = (query) => query("CHECKPOINT").catch(() => undefined);

async function readSettings(query) {
  const rows = await query(`
    SELECT name, current_setting(name) AS value FROM pg_settings
    WHERE name = ANY ('{${tellingSettings.join(",")}}') ORDER BY name`);
  return Object.fromEntries(rows.map(({ name, value }) => [name, value]));
}

/** The process number of the server, if it runs on this machine and we may know it. */
async function localPostmaster(query) {
  try {
    const [{ number }] = await query(
      "SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)::int AS number",
    );
    return /^postgres\b/.test(readFileSync(`/proc/${number}/comm`, "utf8")) ? number : null;
  } catch {
    return null;
  }
}

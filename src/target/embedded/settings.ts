/** How to connect to an embedded server, and how one is set up. */
import { totalmem } from "node:os";
import type { ServerSettings } from "../connection/connection-settings.js";
import { superuser } from "./cluster.js";

export interface EmbeddedAddress {
  /** The folder of its socket, or 127.0.0.1. */
  readonly host: string;
  readonly port: number;
  readonly password: string;
  readonly database: string;
}

/** The database that initdb makes. */
export const superuserDatabase = "postgres";

/** Total. */
export const embeddedSettings = (server: EmbeddedAddress): ServerSettings => ({
  host: server.host,
  hostAddress: null,
  port: server.port,
  user: superuser,
  password: server.password,
  database: server.database,
  schema: null,
  applicationName: "sqlift",
  connectTimeoutSeconds: 15,
  // A blank, because node-postgres would put PGOPTIONS of somebody else's server in the place of nothing.
  options: " ",
  tls: {
    mode: "disable",
    negotiation: "postgres",
    rootCertificate: null,
    certificate: null,
    key: null,
    keyPassword: null,
    revocationList: null,
    minimumVersion: "TLSv1.2",
    maximumVersion: null,
    requireChannelBinding: false,
    defaultFolder: null,
  },
});

/**
 * The server's arguments. All settings are given here and none is written to postgresql.conf: the next start may want
 * others.
 *
 * PostgreSQL 18 documentation: 14.4 "Populating a Database" (max_wal_size, wal_level minimal), 14.5 "Non-Durable
 * Settings".
 */
export function serverArguments(
  dataDirectory: string,
  socketFolder: string,
  port: number,
  durable: boolean,
): readonly string[] {
  const settings: Readonly<Record<string, string | number>> = {
    listen_addresses: "127.0.0.1",
    port,
    unix_socket_directories: socketFolder,
    unix_socket_permissions: "0700",
    max_connections: 50,
    // A file of thousands of tables is moved into place in one transaction.
    max_locks_per_transaction: 256,
    shared_buffers: memory(1 / 16, 32, 512),
    maintenance_work_mem: memory(1 / 32, 32, 256),
    max_wal_size: "4GB",
    checkpoint_timeout: "15min",
    // No standby: what a transaction loads into a table of its own making needs no log.
    wal_level: "minimal",
    max_wal_senders: 0,
    max_logical_replication_workers: 0,
    log_destination: "stderr",
    logging_collector: "off",
    ...(durable ? {} : { fsync: "off", synchronous_commit: "off", full_page_writes: "off" }),
  };
  return [
    "-D",
    dataDirectory,
    ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
  ];
}

/** `part` of this machine's or container's memory, within limits. */
function memory(part: number, least: number, most: number): string {
  const limit = process.constrainedMemory() || Infinity; // 0: not known
  const megabytes = Math.floor((Math.min(totalmem(), limit) * part) / 1024 / 1024);
  return `${Math.min(most, Math.max(least, megabytes))}MB`;
}

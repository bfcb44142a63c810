/**
 * What may stand behind the `?` of a connection URL, and what sqlift makes of it.
 *
 * Names and environment variables: PostgreSQL 18 documentation, "32.1.2 Parameter Key Words" and "32.15 Environment
 * Variables". Prisma's own: Prisma documentation, "PostgreSQL connector, arguments". A parameter that asks for
 * safety is never ignored: it is read or refused.
 */

import { nearest } from "../../model/nearest.js";

export type ParameterRule =
  /** Read; `variable` is the environment variable that stands in for it. */
  | { readonly use: "read"; readonly variable?: string }
  /** Means nothing to sqlift; a note says so. */
  | { readonly use: "ignored"; readonly variable?: string }
  /** Only these values change nothing; any other is refused. */
  | {
      readonly use: "only";
      readonly values: readonly string[];
      readonly variable?: string;
      readonly instead: string;
    }
  | { readonly use: "refused"; readonly variable?: string; readonly instead: string };

const ignored = { use: "ignored" } as const;

export const parameterRules: Readonly<Record<string, ParameterRule>> = {
  host: { use: "read", variable: "PGHOST" },
  hostaddr: { use: "read", variable: "PGHOSTADDR" },
  port: { use: "read", variable: "PGPORT" },
  user: { use: "read", variable: "PGUSER" },
  password: { use: "read", variable: "PGPASSWORD" },
  dbname: { use: "read", variable: "PGDATABASE" },
  passfile: { use: "read", variable: "PGPASSFILE" },
  service: { use: "read", variable: "PGSERVICE" },
  servicefile: { use: "read", variable: "PGSERVICEFILE" },
  application_name: { use: "read", variable: "PGAPPNAME" },
  connect_timeout: { use: "read", variable: "PGCONNECT_TIMEOUT" },
  options: { use: "read", variable: "PGOPTIONS" },
  sslmode: { use: "read", variable: "PGSSLMODE" },
  sslnegotiation: { use: "read", variable: "PGSSLNEGOTIATION" },
  sslrootcert: { use: "read", variable: "PGSSLROOTCERT" },
  sslcert: { use: "read", variable: "PGSSLCERT" },
  sslkey: { use: "read", variable: "PGSSLKEY" },
  sslpassword: { use: "read" },
  sslcrl: { use: "read", variable: "PGSSLCRL" },
  ssl_min_protocol_version: { use: "read", variable: "PGSSLMINPROTOCOLVERSION" },
  ssl_max_protocol_version: { use: "read", variable: "PGSSLMAXPROTOCOLVERSION" },
  channel_binding: { use: "read", variable: "PGCHANNELBINDING" },
  /** Prisma's; becomes the target schema. */
  schema: { use: "read" },
  /** JDBC's; libpq takes `ssl=true` for `sslmode=require` as well (32.1.1.2). */
  ssl: { use: "only", values: ["true"], instead: "Write sslmode=... instead." },

  gssencmode: {
    use: "only",
    values: ["disable", "prefer"],
    variable: "PGGSSENCMODE",
    instead: "Encrypt with sslmode=require.",
  },
  target_session_attrs: {
    use: "only",
    values: ["any", "read-write", "primary", "prefer-standby"],
    variable: "PGTARGETSESSIONATTRS",
    instead: "sqlift has to write: name the primary server.",
  },
  sslcertmode: {
    use: "only",
    values: ["allow"],
    variable: "PGSSLCERTMODE",
    instead: "Name a client certificate with sslcert and sslkey, or leave both out.",
  },
  /** Prisma's. */
  sslaccept: {
    use: "only",
    values: ["accept_invalid_certs"],
    instead: "Write sslmode=verify-full, with sslrootcert=FILE or sslrootcert=system.",
  },
  require_auth: {
    use: "refused",
    variable: "PGREQUIREAUTH",
    instead: "channel_binding=require demands SCRAM over TLS.",
  },
  requirepeer: {
    use: "refused",
    variable: "PGREQUIREPEER",
    instead: "Use a socket folder that only the server's user may write to.",
  },
  sslcrldir: { use: "refused", variable: "PGSSLCRLDIR", instead: "Name one file with sslcrl=FILE." },
  replication: { use: "refused", instead: "Leave it out: sqlift needs ordinary connections." },
  /** Prisma's PKCS#12 file. */
  sslidentity: { use: "refused", instead: "Name PEM files with sslcert=FILE and sslkey=FILE." },

  fallback_application_name: ignored,
  client_encoding: { use: "ignored", variable: "PGCLIENTENCODING" },
  keepalives: ignored,
  keepalives_idle: ignored,
  keepalives_interval: ignored,
  keepalives_count: ignored,
  tcp_user_timeout: ignored,
  krbsrvname: ignored,
  gsslib: ignored,
  gssdelegation: ignored,
  sslcompression: ignored,
  sslsni: ignored,
  load_balance_hosts: ignored,
  min_protocol_version: ignored,
  max_protocol_version: ignored,
  /** node-postgres's: libpq's meaning is what sqlift gives to sslmode anyway. */
  uselibpqcompat: ignored,
  /** Prisma's, about its own pool. */
  connection_limit: ignored,
  pgbouncer: ignored,
  pool_timeout: ignored,
  socket_timeout: ignored,
  statement_cache_size: ignored,
  max_connection_lifetime: ignored,
  max_idle_connection_lifetime: ignored,
  single_use_connections: ignored,
};

/** The known parameter that is spelled most like `name`, or null where none is near. Total. */
export const nearestParameter = (name: string): string | null =>
  nearest(name.replaceAll("-", "_"), Object.keys(parameterRules));

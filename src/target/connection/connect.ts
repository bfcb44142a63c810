/** Opens a TARGET: reads it, starts or joins an embedded server where it names one, and checks that the server will do. */
import { ToolError } from "../../errors.js";
import { quote } from "../../model/identifier.js";
import {
  completeSettings,
  describeServer,
  type Environment,
  type ServerSettings,
} from "./connection-settings.js";
import { createDatabase } from "../create-database.js";
import { type Connection, openConnection } from "./connection.js";
import { parseTarget, type TargetSpec } from "./connection-string.js";
import { embeddedSettings, startEmbedded } from "../embedded/embedded.js";
import { openSession, type PinnedSession } from "./pinned-session.js";
import { refuseServer } from "../server-check.js";
import type { Session, Target } from "../session.js";

export interface OpenTargetOptions {
  /** Stands for process.env: PG* variables, HOME, SSL_CERT_FILE, XDG_CACHE_HOME. */
  readonly environment: Environment;
  /** Told what a person should know at once: ignored parameters, where an embedded server's data lies. */
  readonly onSays?: ((message: string) => void) | undefined;
  /** For an embedded server: whether its data survives a crash of the machine; default true. */
  readonly durable?: boolean | undefined;
  /** Whom each session acts as (SET ROLE); default: who logs in. */
  readonly role?: string | undefined;
  /** Of a server: makes the database where there is none; default false. */
  readonly createDatabase?: boolean | undefined;
  /** An embedded database must be there already; default false: it is made. */
  readonly mustExist?: boolean | undefined;
  /** Gives up connecting. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a target and connects once.
 *
 * @param spec `postgres://...` or `embedded:DIR`
 * @throws ToolError `usage`, `target-unreachable`, `target-login`, `target-no-database`, `target-rights`,
 *   `target-too-old`, `target-encoding`, `embedded-missing`, `embedded-failed`, `target-in-the-way`, `interrupted`
 */
export async function openTarget(spec: string, options: OpenTargetOptions): Promise<Target> {
  try {
    return await connect(spec, options);
  } catch (error) {
    // Whatever broke off because of it: a socket that was closed, a server that was not waited for.
    if (options.signal?.aborted === true) throw new ToolError("interrupted", "Interrupted.");
    throw error;
  }
}

async function connect(spec: string, options: OpenTargetOptions): Promise<Target> {
  const parsed = parseTarget(spec);
  const place = await settle(parsed, spec, options);
  try {
    const { environment, role = null, signal } = options;
    const connection: Connection = { server: place.settings, environment, role };
    const first = await openSession(connection, signal).catch(async (error: unknown) => {
      if (options.createDatabase !== true || !isNoDatabase(error)) throw error;
      await createDatabase(connection, signal);
      options.onSays?.(`Database ${quote(place.settings.database)} was created; undo does not drop it.`);
      return openSession(connection, signal);
    });
    const refusal = refuseServer(first, place.words);
    if (refusal === null) return makeTarget(place, first, connection);
    await first.end();
    throw refusal;
  } catch (error) {
    await place.stop();
    throw error;
  }
}

const isNoDatabase = (error: unknown): boolean =>
  error instanceof ToolError && error.code === "target-no-database";

interface Place {
  readonly settings: ServerSettings;
  readonly words: string;
  readonly embeddedDirectory: string | null;
  readonly stop: () => Promise<unknown>;
}

async function settle(parsed: TargetSpec, spec: string, options: OpenTargetOptions): Promise<Place> {
  const say = (notes: readonly string[]): void => notes.forEach((note) => options.onSays?.(note));
  if (parsed.kind === "server") {
    const { settings, notes } = completeSettings(parsed.given, options.environment);
    say([...parsed.notes, ...notes]);
    return {
      settings,
      words: describeServer(settings),
      embeddedDirectory: null,
      stop: () => Promise.resolve(),
    };
  }
  const server = await startEmbedded(parsed.directory, {
    environment: options.environment,
    durable: options.durable,
    mustExist: options.mustExist,
    signal: options.signal,
  });
  say(server.notes);
  return {
    settings: embeddedSettings(server),
    words: spec,
    embeddedDirectory: parsed.directory,
    stop: server.stop,
  };
}

function makeTarget(place: Place, first: PinnedSession, connection: Connection): Target {
  const open = new Set<Session>([first]);
  let spare: Session | null = first;
  let closing: Promise<void> | null = null;
  const close = async (): Promise<void> => {
    await Promise.allSettled([...open].map((session) => session.end()));
    await place.stop();
  };
  const isClosing = (): boolean => closing !== null;
  return {
    place: {
      words: place.words,
      embeddedDirectory: place.embeddedDirectory,
      serverVersion: first.serverVersionText,
    },
    version: first.serverVersion,
    schema: place.settings.schema,
    connection,
    open: async () => {
      if (isClosing()) throw new Error("The target is closed.");
      const session = spare ?? (await openConnection(connection));
      spare = null;
      open.add(session);
      if (isClosing()) await session.end();
      return session;
    },
    close: () => (closing ??= close()),
  };
}

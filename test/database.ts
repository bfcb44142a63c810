/** Databases for tests, on the server of this run (test/server.ts). */
import { randomBytes } from "node:crypto";
import { afterAll, afterEach, beforeAll, beforeEach, inject } from "vitest";
import { openTarget } from "../src/target/connection/connect.js";
import type { Session, Target, TextRow } from "../src/target/session.js";

export interface TestDatabase {
  readonly name: string;
  /** A TARGET. */
  readonly url: string;
  /** Every value as PostgreSQL's text or null; `search_path` is PostgreSQL's default, so `public` is in it. */
  query(sql: string, parameters?: readonly (string | null)[]): Promise<readonly TextRow[]>;
  /** One more session, as the tool has it; ends with the database. */
  open(): Promise<Session>;
  /** A new one with all that this has. Ends the sessions of this; `query` opens another. */
  copy(): Promise<TestDatabase>;
  /** Removes the database, also from under open connections. Safe to call twice. */
  drop(): Promise<void>;
}

/**
 * Makes an empty database of its own, encoded in UTF8.
 *
 * @param options more of CREATE DATABASE, e.g. `LOCALE 'C'`
 */
export const createDatabase = (options = ""): Promise<TestDatabase> =>
  createFrom(options === "" ? inject("emptyDatabase") : `template0 ENCODING 'UTF8' ${options}`);

interface Opened {
  readonly target: Target;
  readonly session: Session;
}

async function createFrom(template: string): Promise<TestDatabase> {
  const name = `sqlift_test_${randomBytes(6).toString("hex")}`;
  const strategy = inject("databaseStrategy");
  await onServer(`CREATE DATABASE ${name} TEMPLATE ${template} ${strategy}`);
  const url = databaseUrl(name);
  let opened: Promise<Opened> | null = null;
  const open = async (): Promise<Opened> => {
    const target = await openTarget(url, { environment: process.env });
    const session = await target.open();
    await session.query(`SET search_path TO "$user", public`);
    return { target, session };
  };
  const close = async (): Promise<void> => {
    const wasOpened = opened;
    opened = null;
    await (await wasOpened)?.target.close();
  };
  let isDropped = false;
  return {
    name,
    url,
    query: async (sql, parameters) => (await (opened ??= open())).session.query(sql, parameters),
    open: async () => (await (opened ??= open())).target.open(),
    copy: async () => {
      await close();
      return createFrom(name);
    },
    drop: async () => {
      if (isDropped) return;
      isDropped = true;
      await close();
      await onServer(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
    },
  };
}

/** One database for all tests of the file or describe that calls this; what uses it in hooks comes after. */
export function databaseForAll(): TestDatabase {
  const [held, make, drop] = heldDatabase(createDatabase);
  beforeAll(make);
  afterAll(drop);
  return held;
}

/** A new one for each of them. */
export function databaseForEach(): TestDatabase {
  const [held, make, drop] = heldDatabase(createDatabase);
  beforeEach(make);
  afterEach(drop);
  return held;
}

/** A copy for each of them, of what hooks have made of `original`. */
export function copyForEach(original: TestDatabase): TestDatabase {
  const [held, make, drop] = heldDatabase(() => original.copy());
  beforeEach(make);
  afterEach(drop);
  return held;
}

function heldDatabase(
  create: () => Promise<TestDatabase>,
): [held: TestDatabase, make: () => Promise<void>, drop: () => Promise<void>] {
  let current: TestDatabase | undefined;
  const now = (): TestDatabase => {
    if (current === undefined) throw new Error("The database is there in tests and their hooks, not before.");
    return current;
  };
  const held: TestDatabase = {
    get name() {
      return now().name;
    },
    get url() {
      return now().url;
    },
    query: (sql, parameters) => now().query(sql, parameters),
    open: () => now().open(),
    copy: () => now().copy(),
    drop: () => now().drop(),
  };
  return [held, async () => void (current = await create()), async () => current?.drop()];
}

/** Goes with the process. */
let administration: Promise<Session> | undefined;

/** Runs one statement in the server's first database, e.g. to make a role. It must not change its session. */
export async function onServer(sql: string): Promise<readonly TextRow[]> {
  administration ??= openTarget(inject("databaseUrl"), { environment: process.env }).then((target) =>
    target.open(),
  );
  return (await administration).query(sql);
}

/**
 * The URL of another database, or for another login, on the same server.
 *
 * @param login `user:password`, percent-encoded, instead of the one of the run
 */
export function databaseUrl(name: string, login?: string): string {
  const parts = /^(postgres(?:ql)?:\/\/)(?:([^@/]*)@)?([^/?]*)(?:\/[^?]*)?(\?.*)?$/.exec(
    inject("databaseUrl"),
  );
  if (parts === null) throw new Error("TEST_DATABASE_URL is not a postgres:// URL.");
  const [, scheme = "", ownLogin, place = "", query = ""] = parts;
  const user = login ?? ownLogin;
  return `${scheme}${user === undefined ? "" : `${user}@`}${place}/${encodeURIComponent(name)}${query}`;
}

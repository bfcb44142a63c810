import { expect } from "vitest";
import type { TestDatabase } from "../database.js";
import {
  columnIn,
  columnOf,
  differing,
  isoSql,
  numberIn,
  runSqlFile,
  systemFile,
  valueOf,
  type System,
} from "./system.js";

const scripts = [
  "000_create_migrations_table",
  "001_initial_schema",
  "004_message_attachments",
  "009_message_reactions",
  "012_message_search",
  "016_last_message_trigger",
  "021_user_audit",
  "025_email_domain",
  "028_replace_username_with_email",
];

/** The script that fails until it is mended, and what the server says of it. */
export const failing = {
  file: "before/028_replace_username_with_email.sql",
  message:
    "cannot drop index users_username_key because constraint users_username_key on table users requires it",
};

export const chatServer: System = {
  name: "chat-server",
  messages: "messages",
  schema: scripts.map((name) => `before/${name}.sql`),
  ownRows: [],

  async nextSteps(database, source) {
    // The trigger on messages did not count them again, and that on users kept no audit of the move.
    const counted =
      "SELECT id || ' ' || message_count || ' ' || coalesce(TIME, '-') FROM conversations ORDER BY id";
    const counts = await columnOf(database, counted.replace("TIME", isoSql("last_message_at")));
    const isoInSource = "strftime('%Y-%m-%dT%H:%M:%fZ', last_message_at)";
    expect(differing(counts, columnIn(source, counted.replace("TIME", isoInSource)))).toEqual([]);
    expect(await valueOf(database, "SELECT count(*) FROM user_audit")).toBe("0");
    expect(await columnOf(database, "SELECT filename FROM migrations WHERE success ORDER BY id")).toEqual(
      scripts.map((name) => `${name}.sql`),
    );

    expect(
      await valueOf(
        database,
        "SELECT count(*) FROM messages WHERE search @@ plainto_tsquery('english', 'picture')",
      ),
    ).toBe(String(numberIn(source, "SELECT count(*) FROM messages WHERE body LIKE '%picture%'")));
    expect(
      await valueOf(
        database,
        "SELECT count(*) FROM message_attachments WHERE content IS NOT NULL AND sha256(content) <> sha256",
      ),
    ).toBe("0");
    expect(
      await valueOf(
        database,
        "SELECT string_agg(get_byte(avatar, n)::text, ',' ORDER BY n) FROM users, generate_series(0, 255) AS n WHERE id = 1",
      ),
    ).toBe(Array.from({ length: 256 }, (_, value) => value).join());

    // Numbers of deleted messages are not given again.
    const used = numberIn(source, "SELECT seq FROM sqlite_sequence WHERE name = 'messages'");
    expect(used).toBeGreaterThan(numberIn(source, "SELECT max(id) FROM messages"));
    const count = "SELECT message_count FROM conversations WHERE id = 1";
    const before = Number(await valueOf(database, count));
    const insert =
      "INSERT INTO messages (conversation_id, sender_id, body) VALUES (1, 1, 'Moved 🚚') RETURNING id";
    expect(await valueOf(database, insert)).toBe(String(used + 1));
    expect(await valueOf(database, count)).toBe(String(before + 1));
    await database.query("UPDATE users SET is_online = true WHERE id IN (1, 2)");
    expect(await columnOf(database, "SELECT action || users FROM user_audit")).toEqual(["UPDATE2"]);
    await expect(database.query("UPDATE users SET email = 'nobody' WHERE id = 1")).rejects.toThrow(
      "email_address",
    );

    await database.query("DELETE FROM users WHERE id = 1");
    expect(await valueOf(database, "SELECT count(*) FROM messages WHERE sender_id IS NULL")).toBe(
      String(numberIn(source, "SELECT count(*) FROM messages WHERE sender_id IS NULL OR sender_id = 1") + 1),
    );
    expect(await valueOf(database, "SELECT count(*) FROM conversation_members")).toBe(
      String(numberIn(source, "SELECT count(*) FROM conversation_members WHERE user_id <> 1")),
    );
  },
};

/** Runs the mended script on the rows that are there by then, and asserts what it is for. */
export async function mendChatServer(database: TestDatabase): Promise<void> {
  await runSqlFile(database, systemFile(chatServer, "mended/028_replace_username_with_email.sql"));
  await database.query("UPDATE users SET username = NULL WHERE id = 2");
  await expect(
    database.query("UPDATE users SET email = (SELECT email FROM users WHERE id = 3) WHERE id = 2"),
  ).rejects.toThrow("users_email_key");
}

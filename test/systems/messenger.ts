import { expect } from "vitest";
import { columnIn, columnOf, differing, isoSql, numberIn, valueOf, type System } from "./system.js";

export const messenger: System = {
  name: "messenger",
  messages: "messages",
  schema: ["before/001_initial_schema.sql"],
  ownRows: [],

  async nextSteps(database, source) {
    // Nobody's row was touched by the trigger that stamps updates ...
    for (const table of ["users", "chats"]) {
      const stamps = await columnOf(
        database,
        `SELECT id || ' ' || ${isoSql("updated_at")} FROM ${table} ORDER BY id`,
      );
      const stampsThere = columnIn(source, `SELECT id || ' ' || updated_at FROM ${table} ORDER BY id`);
      expect(differing(stamps, stampsThere), table).toEqual([]);
    }
    // ... until the application updates one.
    await database.query("UPDATE users SET status = 'away' WHERE username = 'alice'");
    expect(
      await valueOf(database, "SELECT now() - updated_at < '1 hour' FROM users WHERE username = 'alice'"),
    ).toBe("t");

    const found = numberIn(
      source,
      "SELECT count(*) FROM messages_fts JOIN messages m ON m.rowid = messages_fts.rowid WHERE messages_fts MATCH 'picture' AND NOT m.is_deleted",
    );
    expect(found).toBeGreaterThan(10);
    const search = `FROM messages WHERE to_tsvector('english', coalesce(content, '')) @@ plainto_tsquery('english', 'picture') AND NOT is_deleted`;
    expect(await valueOf(database, `SELECT count(*) ${search}`)).toBe(String(found));
    await database.query("SET enable_seqscan = off");
    expect((await columnOf(database, `EXPLAIN SELECT id ${search}`)).join("\n")).toContain(
      "idx_messages_content_search",
    );
    await database.query("RESET enable_seqscan");

    expect(
      await valueOf(database, 'SELECT count(*) FROM messages WHERE metadata @> \'{"client": "ios"}\''),
    ).toBe(String(numberIn(source, "SELECT count(*) FROM messages WHERE metadata ->> 'client' = 'ios'")));
    expect(
      await valueOf(database, "SELECT count(*) FROM user_sessions WHERE ip_address << '10.0.0.0/8'"),
    ).toBe(String(numberIn(source, "SELECT count(*) FROM user_sessions WHERE ip_address LIKE '10.%'")));

    const chat = "(SELECT id FROM chats ORDER BY id LIMIT 1)";
    const insert = `INSERT INTO messages (chat_id, content) VALUES (${chat}, $1) RETURNING length(id::text)`;
    expect(await valueOf(database, insert, ["Moved 🚚"])).toBe("36");
    await expect(database.query(insert, ["x".repeat(10_001)])).rejects.toThrow("messages_content_length");
    await expect(
      database.query("UPDATE users SET username = 'bob' WHERE username = 'alice'"),
    ).rejects.toThrow("users_username_unique");

    const [first] = source
      .prepare("SELECT chat_id FROM messages GROUP BY 1 ORDER BY count(*) DESC")
      .pluck()
      .all() as string[];
    await database.query("DELETE FROM chats WHERE id = $1", [first ?? ""]);
    for (const [table, column] of [
      ["messages", "id"],
      ["attachments", "message_id"],
      ["message_reactions", "message_id"],
      ["message_delivery", "message_id"],
      ["unread_messages", "message_id"],
    ] as const) {
      const kept = numberIn(
        source,
        `SELECT count(*) FROM ${table} WHERE ${column} NOT IN (SELECT id FROM messages WHERE chat_id = ?)`,
        first,
      );
      expect(await valueOf(database, `SELECT count(*) FROM ${table}`), table).toBe(
        String(kept + (table === "messages" ? 1 : 0)),
      );
    }
  },
};

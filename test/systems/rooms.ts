import { expect } from "vitest";
import { columnIn, columnOf, differing, isoSql, numberIn, valueOf, type System } from "./system.js";

const isoOf = (column: string): string => `strftime('%Y-%m-%dT%H:%M:%fZ', ${column} / 1000.0, 'unixepoch')`;

export const rooms: System = {
  name: "rooms",
  messages: "messages",
  schema: ["target.sql"],
  ownRows: [],
  targetName: (name) => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),

  async nextSteps(database, source) {
    // The three views give the numbers of the source.
    const stats = await columnOf(
      database,
      `SELECT concat_ws('|', id, is_private::text, message_count, writer_count, member_count, ${isoSql("last_message_at AT TIME ZONE 'UTC'")})
         FROM room_stats_view ORDER BY id COLLATE "C"`,
    );
    const statsThere = columnIn(
      source,
      `SELECT concat_ws('|', r.id, isPrivate, count(m.id), count(DISTINCT m.userId),
                        (SELECT count(*) FROM roomMembers WHERE roomId = r.id), ${isoOf("max(m.createdAt)")})
         FROM rooms r LEFT JOIN messages m ON m.roomId = r.id GROUP BY r.id ORDER BY r.id`,
    );
    expect(differing(stats, statsThere)).toEqual([]);
    const active = await columnOf(
      database,
      "SELECT id || ' ' || sessions FROM active_users_view ORDER BY id",
    );
    const activeThere = columnIn(
      source,
      `SELECT u.id || ' ' || count(*) FROM users u JOIN activeSessions s ON s.userId = u.id
        WHERE status <> 'offline' GROUP BY u.id ORDER BY u.id`,
    );
    expect(active.length).toBeGreaterThan(0);
    expect(differing(active, activeThere)).toEqual([]);
    expect(
      await valueOf(database, "SELECT count(*) || ' ' || sum(read_count) FROM messages_with_user_view"),
    ).toBe(
      source
        .prepare("SELECT (SELECT count(*) FROM messages) || ' ' || (SELECT count(*) FROM messageReads)")
        .pluck()
        .get(),
    );
    // Columns that only the target has were filled by their defaults.
    expect(await columnOf(database, "SELECT DISTINCT max_members FROM rooms")).toEqual(["100"]);
    expect(
      await columnOf(database, "SELECT DISTINCT metadata || (is_edited::text)::jsonb FROM messages"),
    ).toEqual(["[{}, false]"]);

    // Register, log in, join, send, read, be away.
    const user = await valueOf(
      database,
      "INSERT INTO users (username, password_hash) VALUES ('newcomer', 'hash') RETURNING id",
    );
    expect(
      await valueOf(database, "SELECT id FROM users WHERE username = 'newcomer' AND password_hash = 'hash'"),
    ).toBe(user);
    const password = source.prepare("SELECT passwordHash FROM users WHERE username = 'Zoë 🌸'").pluck().get();
    expect(await valueOf(database, "SELECT password_hash FROM users WHERE username = 'Zoë 🌸'")).toBe(
      password,
    );
    await database.query("INSERT INTO room_members (room_id, user_id) VALUES ('general', $1)", [user]);
    const sent = await valueOf(
      database,
      "INSERT INTO messages (room_id, user_id, content) VALUES ('general', $1, 'Hello 👋') RETURNING id",
      [user],
    );
    const receipt = "INSERT INTO message_reads (message_id, user_id) VALUES ($1, $2) RETURNING id";
    expect(await valueOf(database, receipt, [sent, user])).toBe(
      String(numberIn(source, "SELECT max(id) + 1 FROM messageReads")),
    );
    await database.query("UPDATE users SET status = 'away', last_seen = CURRENT_TIMESTAMP WHERE id = $1", [
      user,
    ]);
    const session = await database.open();
    expect(
      await session.query(
        "SELECT content, read_count FROM public.messages_with_user_view WHERE username = 'newcomer'",
      ),
    ).toEqual([{ content: "Hello 👋", read_count: "1" }]);
    await session.end();

    // A user goes, with messages, receipts, memberships and sessions; the rooms stay.
    const gone = source
      .prepare("SELECT userId FROM messages GROUP BY 1 ORDER BY count(*) DESC")
      .pluck()
      .get() as string;
    await database.query("DELETE FROM users WHERE id = $1 OR id = $2", [gone, user]);
    for (const [table, was, more] of [
      ["messages", "messages", ""],
      [
        "message_reads",
        "messageReads",
        "AND messageId NOT IN (SELECT id FROM messages WHERE userId = @gone)",
      ],
      [
        "message_deliveries",
        "messageDeliveries",
        "AND messageId NOT IN (SELECT id FROM messages WHERE userId = @gone)",
      ],
      ["room_members", "roomMembers", ""],
      ["active_sessions", "activeSessions", ""],
    ] as const)
      expect(await valueOf(database, `SELECT count(*) FROM ${table}`), table).toBe(
        String(numberIn(source, `SELECT count(*) FROM ${was} WHERE userId <> @gone ${more}`, { gone })),
      );
    expect(await valueOf(database, "SELECT count(*) FROM rooms")).toBe(
      String(numberIn(source, "SELECT count(*) FROM rooms")),
    );
  },
};

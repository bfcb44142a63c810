import { expect } from "vitest";
import { columnOf, numberIn, valueOf, type System } from "./system.js";

export const chatSdk: System = {
  name: "chatsdk",
  messages: "message",
  schema: [
    "before/V001__baseline_schema.sql",
    "before/V002__workspace_invites.sql",
    "before/V002.1__invite_lookup_index.sql",
    "before/V003__channel_starring.sql",
    "before/V004__add_user_badges.sql",
    "flyway.sql",
  ],
  ownRows: ["flyway_schema_history"],

  async nextSteps(database, source) {
    // Flyway's own rows, not those of the SQLite edition.
    expect(
      await columnOf(
        database,
        "SELECT version || ' ' || checksum FROM flyway_schema_history ORDER BY installed_rank",
      ),
    ).toEqual(["1 -1284093881", "2 904113377", "2.1 1440192002", "3 -20811943", "4 771530214"]);

    // One name, three people.
    const named =
      "SELECT app_id || ' ' || coalesce(name, '-') FROM app_user WHERE id = 'alice' ORDER BY app_id";
    const alices = await columnOf(database, named);
    expect(alices).toHaveLength(3);
    expect(alices).toEqual(source.prepare(named).pluck().all());

    const mentioned = `a "quoted", {braced} \\ name`;
    const mentions = numberIn(source, "SELECT count(*) FROM message WHERE mentions LIKE '%quoted%'");
    expect(mentions).toBeGreaterThan(5);
    expect(
      await valueOf(database, "SELECT count(*) FROM message WHERE mentions @> ARRAY[$1]", [mentioned]),
    ).toBe(String(mentions));
    expect(await valueOf(database, "SELECT count(*) FROM channel_member WHERE starred")).toBe(
      String(numberIn(source, "SELECT count(*) FROM channel_member WHERE starred")),
    );
    // The moment, whatever offset it was written with.
    expect(
      await valueOf(database, "SELECT extract(epoch FROM max(created_at))::numeric(20,3) FROM message"),
    ).toBe(
      source
        .prepare("SELECT printf('%.3f', max(unixepoch(created_at, 'subsec'))) FROM message")
        .pluck()
        .get(),
    );

    const badge =
      "INSERT INTO user_badge (app_id, user_id, badge_type) VALUES ($1, $2, 'pioneer') RETURNING metadata || ('{\"id\": ' || length(id::text) || ', \"now\": ' || (now() - awarded_at < '1 hour')::text || '}')::jsonb";
    const app = source.prepare("SELECT id FROM app ORDER BY name").pluck().get() as string;
    expect(await valueOf(database, badge, [app, "alice"])).toBe('{"id": 36, "now": true}');
    await expect(database.query(badge, [app, "nobody"])).rejects.toThrow("user_badge_app_id_user_id_fkey");
    await expect(database.query(badge, [app, "alice"])).rejects.toThrow(
      "user_badge_app_id_user_id_badge_type_key",
    );

    await database.query("DELETE FROM app WHERE id = $1", [app]);
    for (const table of [
      "app_user",
      "channel",
      "channel_member",
      "message",
      "reaction",
      "workspace_invite",
      "user_badge",
    ])
      expect(await valueOf(database, `SELECT count(*) FROM ${table}`), table).toBe(
        String(numberIn(source, `SELECT count(*) FROM ${table} WHERE app_id IS NOT ?`, app)),
      );
    expect(await valueOf(database, "SELECT user_id FROM user_badge WHERE app_id IS NULL")).toBe(
      "somebody from before",
    );
  },
};

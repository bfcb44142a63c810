import { createHash } from "node:crypto";
import { expect } from "vitest";
import { columnIn, columnOf, differing, isoSql, numberIn, valueOf, type System } from "./system.js";

const secrets: Readonly<Record<string, readonly string[]>> = {
  User: ["publicKey"],
  DeviceIdentity: ["identityKey", "signedPreKey", "preKeySignature"],
  Message: ["encryptedContent", "nonce"],
  ConversationRatchetState: ["rootKey", "sendingChainKey", "receivingChainKey", "state"],
  PostQuantumKey: ["publicKey", "encryptedSecretKey"],
};

const digestOf = (value: unknown): string =>
  value === null
    ? "-"
    : createHash("sha256")
        .update(value as Buffer)
        .digest("hex");

/** Milliseconds, ISO text with its offset, or CURRENT_TIMESTAMP's text, which is UTC and does not say so. */
const momentOf = (value: unknown): string =>
  (typeof value === "number"
    ? new Date(value)
    : new Date(/\+/.test(String(value)) ? String(value) : `${String(value)}Z`)
  ).toISOString();

export const prismaE2e: System = {
  name: "prisma-e2e",
  messages: "Message",
  schema: ["target.sql"],
  ownRows: ["_prisma_migrations"],

  async nextSteps(database, source) {
    expect(await columnOf(database, "SELECT migration_name FROM _prisma_migrations")).toEqual([
      "20260110090000_init_postgresql",
    ]);

    // Not one bit of a key or of a ratchet's state is another.
    for (const [table, columns] of Object.entries(secrets))
      for (const column of columns) {
        const digests = await columnOf(
          database,
          `SELECT coalesce(encode(sha256("${column}"), 'hex'), '-') FROM "${table}" ORDER BY id`,
        );
        const secretsThere = columnIn(source, `SELECT "${column}" FROM "${table}" ORDER BY id`);
        expect(differing(digests, secretsThere.map(digestOf)), `${table}.${column}`).toEqual([]);
      }
    // One moment, whichever of three ways it was written in.
    const times = await columnOf(
      database,
      `SELECT ${isoSql(`"timestamp" AT TIME ZONE 'UTC'`)} FROM "Message" ORDER BY id`,
    );
    const timesThere = columnIn(source, `SELECT "timestamp" FROM "Message" ORDER BY id`);
    expect(differing(times, timesThere.map(momentOf))).toEqual([]);
    expect(
      await valueOf(database, `SELECT jsonb_typeof(metadata) FROM "Message" WHERE metadata = '17' LIMIT 1`),
    ).toBe("number");
    expect(await valueOf(database, `SELECT count(*) FROM "Message" WHERE metadata = 'null'`)).toBe(
      String(numberIn(source, `SELECT count(*) FROM "Message" WHERE metadata = 'null'`)),
    );
    expect(
      await valueOf(database, `SELECT "receiveCount" FROM "ConversationRatchetState" WHERE id = 1`),
    ).toBe("9007199254740993");
    const last = `SELECT id || ' ' || coalesce("lastMessageId", 0) FROM "Conversation" ORDER BY id`;
    expect(differing(await columnOf(database, last), columnIn(source, last))).toEqual([]);

    // citext: an address is found however it is typed, and is not given twice.
    expect(
      await valueOf(
        database,
        `SELECT id FROM "User" WHERE email = (SELECT upper(email::text)::citext FROM "User" WHERE id = 1)`,
      ),
    ).toBe("1");
    await expect(
      database.query(
        `UPDATE "User" SET email = (SELECT lower(email::text) FROM "User" WHERE id = 1) WHERE id = 2`,
      ),
    ).rejects.toThrow("User_email_key");

    // As Prisma Client writes a create().
    const create = `INSERT INTO "public"."Message" ("conversationId","senderId","messageType","content","metadata","sequence","isDeleted","timestamp")
      VALUES ($1,$2,CAST($3::text AS "public"."MessageType"),$4,$5,$6,$7,$8)
      RETURNING "public"."Message"."id", "public"."Message"."messageType"::text`;
    const used = numberIn(source, "SELECT seq FROM sqlite_sequence WHERE name = 'Message'");
    expect(used).toBeGreaterThan(numberIn(source, `SELECT max(id) FROM "Message"`));
    const values = (type: string): string[] => [
      "1",
      "1",
      type,
      "Moved 🚚",
      "{}",
      "100000",
      "false",
      "2026-01-10 09:00:00.001",
    ];
    expect(await database.query(create, values("TEXT"))).toEqual([
      { id: String(used + 1), messageType: "TEXT" },
    ]);
    await expect(database.query(create, values("VIDEO"))).rejects.toThrow("MessageType");

    await database.query(`DELETE FROM "Conversation" WHERE id = 1`);
    for (const table of ["Message", "ConversationParticipant", "ConversationRatchetState"])
      expect(await valueOf(database, `SELECT count(*) FROM "${table}"`), table).toBe(
        String(numberIn(source, `SELECT count(*) FROM "${table}" WHERE "conversationId" <> 1`)),
      );
  },
};

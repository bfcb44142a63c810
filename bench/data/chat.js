/** Chat messages, 10 columns, one of each kind that matters: as a real chat database has them, and as a bare table. */
import { fill } from "./fill.js";
import { newFile } from "./new-file.js";
import { bytesOf, seededRandom, sentenceOf, wordOf } from "./random.js";

const users = 5000;
const chats = 2000;

/** With users and chats, keys, foreign keys and the indexes that a chat needs. */
export const makeChat = (path, rows, seed) =>
  newFile(path, (database) => {
    const next = seededRandom(seed);
    database.exec(`
      CREATE TABLE user (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, joined_at DATETIME NOT NULL);
      CREATE TABLE chat (id INTEGER PRIMARY KEY, title TEXT NOT NULL, owner_id INTEGER NOT NULL REFERENCES user (id));
      CREATE TABLE message (${columns("id INTEGER PRIMARY KEY", "INTEGER NOT NULL REFERENCES chat (id)", "INTEGER NOT NULL REFERENCES user (id)")});`);
    fill(database, {
      table: "user",
      rows: users,
      row: () => [wordOf(next), next(1_000_000_000)],
      select: (value) => `n + 1, ${value(0)} || '-' || n, 1500000000000 + ${value(1)}`,
    });
    fill(database, {
      table: "chat",
      rows: chats,
      row: () => [sentenceOf(next), next(users)],
      select: (value) => `n + 1, ${value(0)}, ${value(1)} + 1`,
    });
    fillMessages(database, rows, next);
    database.exec(`
      CREATE INDEX message_by_chat ON message (chat_id, sent_at);
      CREATE INDEX message_by_sender ON message (sender_id);`);
  });

/** The messages alone, without any key or index: what a load of the data costs and nothing else. */
export const makeMessages = (path, rows, seed) =>
  newFile(path, (database) => {
    database.exec(
      `CREATE TABLE message (${columns("id INTEGER NOT NULL", "INTEGER NOT NULL", "INTEGER NOT NULL")})`,
    );
    fillMessages(database, rows, seededRandom(seed));
  });

const columns = (id, chat, sender) => `
  ${id}, chat_id ${chat}, sender_id ${sender}, body TEXT, attachment BLOB, kind VARCHAR(20) NOT NULL,
  metadata JSON, is_read BOOLEAN NOT NULL, score REAL, sent_at DATETIME NOT NULL`;

function fillMessages(database, rows, next) {
  fill(database, {
    table: "message",
    rows,
    row: () => [
      next(chats),
      next(users),
      sentenceOf(next),
      next(10) === 0 ? bytesOf(next, 16 + next(48)) : null,
      ["text", "image", "system"][next(3)],
      JSON.stringify({ client: next(5), reply: next(2) === 0 ? null : next(rows), tags: [wordOf(next)] }),
      next(2),
      next(1_000_000) / 7,
      next(1000),
    ],
    select: (
      value,
    ) => `n + 1, (${value(0)} + b.block * 7) % ${chats} + 1, (${value(1)} + b.block * 11) % ${users} + 1,
      ${value(2)}, ${value(3)}, ${value(4)}, ${value(5)}, ${value(6)}, ${value(7)} + b.block,
      1600000000000 + n * 1000 + ${value(8)}`,
  });
}

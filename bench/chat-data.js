// Seeded chat messages: 10 columns, one of each kind that matters. Deterministic, so that two runs read the same file.
import Database from "better-sqlite3";

/** A small linear congruential generator: Math.random has no seed. */
function random(seed) {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state % below;
  };
}

const words =
  "the chat moved on while nobody looked and then came back with a picture of the sea at night".split(" ");

/** Writes `rows` messages into a new SQLite file. */
export function makeChat(path, rows, seed = 42) {
  const next = random(seed);
  const database = new Database(path);
  database.pragma("journal_mode = OFF");
  database.pragma("synchronous = OFF");
  database.exec(`CREATE TABLE message (
    id INTEGER PRIMARY KEY, chat_id INTEGER NOT NULL, sender_id INTEGER NOT NULL, body TEXT, attachment BLOB,
    kind VARCHAR(20) NOT NULL, metadata JSON, is_read BOOLEAN NOT NULL, score REAL, sent_at DATETIME NOT NULL)`);
  const insert = database.prepare("INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
  const text = () => Array.from({ length: 3 + next(14) }, () => words[next(words.length)]).join(" ");
  database.transaction(() => {
    for (let id = 1; id <= rows; id += 1) {
      insert.run(
        id,
        next(2000),
        next(5000),
        text(),
        next(10) === 0 ? Buffer.alloc(16 + next(48), next(256)) : null,
        ["text", "image", "system"][next(3)],
        JSON.stringify({
          client: next(5),
          reply: next(2) === 0 ? null : next(rows),
          tags: [words[next(words.length)]],
        }),
        next(2),
        next(1_000_000) / 7,
        1_600_000_000_000 + id * 1000 + next(1000),
      );
    }
  })();
  database.close();
}

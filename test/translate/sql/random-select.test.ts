/** Random SELECTs of a small grammar: both engines give the same rows, or the translation says why there is none. */
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { asMultiset, bothRows, openShop, translateShopView, type Shop } from "./related-tables.js";

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.close());

/** Of tables `a` and `b`. */
const number = fc.constantFrom(
  "a.id",
  "b.id",
  "b.customer_id",
  "b.discount",
  "b.total",
  "a.credit",
  "a.vip",
  "1",
  "-3",
  "NULL",
  "2.5",
);
const text = fc.constantFrom("a.name", "a.city", "a.email", "b.status", "'ann'", "'Oslo'", "''", "NULL");
const time = fc.constantFrom("a.created_at", "'2024-01-05 10:00:00'");
const operator = fc.constantFrom("=", "<>", "<", ">=", "IS", "IS NOT");

const comparison = fc
  .oneof(fc.tuple(number, operator, number), fc.tuple(text, operator, text), fc.tuple(time, operator, time))
  .map((parts) => parts.join(" "));
const condition = fc.oneof(
  { weight: 3, arbitrary: comparison },
  fc.tuple(comparison, fc.constantFrom("AND", "OR"), comparison).map(([a, word, b]) => `(${a} ${word} ${b})`),
  comparison.map((one) => `NOT (${one})`),
  fc.constantFrom(
    "a.id IN (SELECT customer_id FROM tags)",
    "b.id NOT IN (SELECT order_id FROM items WHERE quantity > 1)",
    "EXISTS (SELECT 1 FROM tags WHERE tags.customer_id = a.id)",
    "(SELECT count(*) FROM items i WHERE i.order_id = b.id) > 1",
    "a.vip",
    "NOT b.paid",
  ),
);
const value = fc.oneof(
  number,
  text,
  fc.tuple(number, fc.constantFrom("+", "-", "*"), number).map((parts) => parts.join(" ")),
  fc.tuple(text, text).map(([a, b]) => `coalesce(${a}, ${b})`),
  condition.map((one) => `CASE WHEN ${one} THEN 1 ELSE 0 END`),
);

const from = fc.oneof(
  fc
    .constantFrom("JOIN", "LEFT JOIN", "RIGHT JOIN", "FULL JOIN")
    .map((word) => `customers a ${word} orders b ON b.customer_id = a.id`),
  condition.map((one) => `customers a JOIN orders b ON ${one}`),
  fc.constantFrom(
    "customers a, orders b",
    "orders b, customers a LEFT JOIN tags ON tags.customer_id = a.id",
    "(SELECT * FROM customers WHERE id < 5) a JOIN orders b ON a.id = b.customer_id",
    "customers a CROSS JOIN (SELECT id, customer_id, status, total, paid, discount FROM orders ORDER BY id LIMIT 3) AS b",
  ),
);

const plain = fc
  .tuple(fc.boolean(), fc.array(value, { minLength: 1, maxLength: 3 }), from, fc.option(condition))
  .map(([isDistinct, values, source, where]) => {
    const list = values.map((one, at) => `${one} AS v${at}`).join(", ");
    return `SELECT ${isDistinct ? "DISTINCT " : ""}${list} FROM ${source}${where === null ? "" : ` WHERE ${where}`}`;
  });
const grouped = fc
  .tuple(
    value,
    fc.constantFrom("count(*)", "count(b.id)", "sum(b.total)", "max(a.id)", "min(b.discount)"),
    from,
    fc.option(condition),
  )
  .map(
    ([key, aggregate, source, where]) =>
      `SELECT ${key} AS v0, ${aggregate} AS v1 FROM ${source}${where === null ? "" : ` WHERE ${where}`} GROUP BY v0`,
  );
const compound = fc
  .tuple(
    plain,
    fc.constantFrom("UNION", "UNION ALL", "INTERSECT", "EXCEPT"),
    plain,
    fc.constantFrom("", "UNION", "INTERSECT"),
    plain,
  )
  .map(([a, first, b, second, c]) => `${a} ${first} ${b}${second === "" ? "" : ` ${second} ${c}`}`);

const select = fc.oneof(
  plain,
  grouped,
  compound,
  plain.map((one) => `WITH w AS (${one}) SELECT * FROM w UNION ALL SELECT * FROM w`),
  // By all columns, to the letter: rows of one place are the same.
  fc
    .tuple(fc.array(value, { minLength: 2, maxLength: 2 }), from, fc.constantFrom("", " DESC"), fc.nat(9))
    .map(
      ([[one, two], source, word, limit]) =>
        `SELECT ${one!} AS v0, ${two!} AS v1 FROM ${source} ORDER BY v0${word}, 2, v0 COLLATE BINARY, 2 COLLATE BINARY LIMIT ${limit}`,
    ),
);

test("random SELECTs give the same rows or are refused", async () => {
  let compared = 0;
  await fc.assert(
    fc.asyncProperty(select, async (sql) => {
      const { plan } = translateShopView(shop, sql);
      if (plan === null) return;
      const { sqlite, postgres, sql: translation } = await bothRows(shop, sql);
      compared += 1;
      const message = `${sql}\n${translation}`;
      expect(postgres.columns, message).toEqual(sqlite.columns);
      expect(asMultiset(postgres.rows), message).toEqual(asMultiset(sqlite.rows));
    }),
    {
      numRuns: Number(process.env["RUNS"] ?? 150),
      ...(process.env["SEED"] === undefined ? {} : { seed: Number(process.env["SEED"]) }),
    },
  );
  expect(compared).toBeGreaterThan(20);
}, 120_000);

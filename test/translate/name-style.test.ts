import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { NameStyle } from "../../src/model/mapping.js";
import { styledName } from "../../src/translate/name-style.js";

const snake: readonly (readonly [name: string, styled: string])[] = [
  // Nothing to make a name of.
  ["", ""],
  ["%", "%"],
  [" ", " "],
  ["🚀", "🚀"],
  // Signs around and between words.
  ["price (€)", "price"],
  ["Order Details", "order_details"],
  ["a.b-c / d", "a_b_c_d"],
  ["count(*)", "count"],
  // Underscores are people's own.
  ["_id", "_id"],
  ["__v", "__v"],
  ["a__b", "a__b"],
  ["_FooBar_", "_foo_bar_"],
  ["Foo_Bar", "foo_bar"],
  ["SCREAMING_CASE", "screaming_case"],
  // Humps.
  ["PascalCase", "pascal_case"],
  ["camelCase", "camel_case"],
  ["X", "x"],
  ["ABC", "abc"],
  ["AClass", "a_class"],
  ["HTTPServerID", "http_server_id"],
  ["userIDs", "user_ids"],
  ["URLsSeen", "urls_seen"],
  ["ThisIsIt", "this_is_it"],
  // A digit belongs to what is before it.
  ["Line2", "line2"],
  ["address1Line", "address1_line"],
  ["MD5Hash", "md5_hash"],
  // Other alphabets; letters with marks; letters without case.
  ["größeMax", "größe_max"],
  ["ÄpfelUndÖl", "äpfel_und_öl"],
  ["ИмяПользователя", "имя_пользователя"],
  ["cafe\u0301Bar", "cafe\u0301_bar"],
  ["日本", "日本"],
];

test.each(snake)("%j in snake case is %j", (name, styled) => {
  expect(styledName(name, "snake")).toBe(styled);
});

test.each([
  ["", ""],
  ["Order Details", "order details"],
  ["HTTPServerID", "httpserverid"],
  ["ÄÖ_Ü", "äö_ü"],
])("%j in lower case is %j", (name, styled) => {
  expect(styledName(name, "lower")).toBe(styled);
});

test("docs/mapping.md shows names as they become", () => {
  const page = readFileSync(new URL("../../docs/mapping.md", import.meta.url), "utf8");
  const rows = [
    ...page.matchAll(
      /^\| (?:names|`(?:keep|snake|lower)`) \|.+`HTTPServerID`.*$|^\| `(?:lower|snake)` \|.*$/gmu,
    ),
  ].map(([row]) => [...row.matchAll(/`([^`]+)`/gu)].map(([, word = ""]) => word));
  const [names = [], ...styles] = rows;
  expect(styles.map(([style]) => style)).toEqual(["keep", "lower", "snake"]);
  for (const [style, ...shown] of styles)
    expect(shown).toEqual(names.map((name) => styledName(name, style as NameStyle)));
});

const anyName = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: fc.constantFrom(...Array.from("aBcDsS_ -.1éÉßΣσ日\u0301")), maxLength: 12 }),
);

test("keep keeps any name", () => {
  fc.assert(fc.property(anyName, (name) => styledName(name, "keep") === name));
});

test("a name in a style is so already, and is never emptied", () => {
  fc.assert(
    fc.property(anyName, fc.constantFrom("snake" as const, "lower" as const), (name, style) => {
      const styled = styledName(name, style);
      expect(styledName(styled, style)).toBe(styled);
      expect(styled === "").toBe(name === "");
    }),
  );
});

test("a name in snake case has nothing but letters, digits and underscores, if there was any of these", () => {
  fc.assert(
    fc.property(anyName, (name) => {
      const styled = styledName(name, "snake");
      expect(/^[\p{L}\p{M}\p{N}_]*$/u.test(styled)).toBe(/[\p{L}\p{M}\p{N}_]/u.test(name) || name === "");
    }),
  );
});

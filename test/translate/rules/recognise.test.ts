import { expect, test } from "vitest";
import { introspect } from "../../../src/export/introspect.js";
import type { Recognition } from "../../../src/model/mapping.js";
import { recognise, recognisedFinding } from "../../../src/translate/rules/recognise.js";
import { mappingOf } from "../mapping-of.js";
import { openMemory, sourceOf } from "../plan-of.js";

const schema = introspect(
  sourceOf(openMemory("CREATE TABLE Django_Migrations (id, app); CREATE TABLE auth_user (id, last_login)")),
);

const byOf = (recognition: Recognition | null) =>
  recognise(schema, [mappingOf({ name: "django", recognise: recognition })]).map(({ by }) => by);

test.each<[string, Recognition | null]>([
  ["nothing to be recognised by", null],
  ["an empty list, which everything would fit", { tables: [], columns: [] }],
  ["one of two tables missing", { tables: ["django_migrations", "django_session"], columns: [] }],
  ["a column missing", { tables: ["django_migrations"], columns: [{ table: "auth_user", column: "email" }] }],
  ["the column in another table", { tables: [], columns: [{ table: "django_*", column: "last_login" }] }],
])("is not called for by %s", (_words, recognition) => {
  expect(byOf(recognition)).toEqual([]);
});

test("tells by which names, as the file spells them", () => {
  expect(
    byOf({ tables: ["django_migrations"], columns: [{ table: "auth_*", column: "LAST_login" }] }),
  ).toEqual([["Django_Migrations", "auth_user.last_login"]]);
});

test("is said", () => {
  const [recognised] = recognise(schema, [
    mappingOf({ name: "django", recognise: { tables: ["django_*"], columns: [] } }),
  ]);
  expect(recognisedFinding(recognised!)).toEqual({
    kind: "mapping-recognised",
    at: { table: null },
    mapping: "django",
    by: ["Django_Migrations"],
  });
});

import { describe, expect, test } from "vitest";
import { schemaRefusal } from "../../src/target/schema-name.js";

describe("schemaRefusal", () => {
  test.each([
    ["", /no name/],
    ["é".repeat(32), /64 bytes/],
    ["pg_catalog", /PostgreSQL's own/],
    ["pg_mine", /PostgreSQL's own/],
    ["information_schema", /PostgreSQL's own/],
    ["sqlift", /sqlift keeps/],
    ["sqlift_run_12", /sqlift keeps/],
  ])("refuses %j", (name, why) => {
    expect(schemaRefusal(name)).toMatch(why);
  });

  test.each(["public", "My Shop", "x".repeat(63), "PG_upper", "sqlift_running", "my_sqlift_run_1"])(
    "takes %j",
    (name) => {
      expect(schemaRefusal(name)).toBeNull();
    },
  );
});

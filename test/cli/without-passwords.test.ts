import { describe, expect, test } from "vitest";
import { withoutPasswords } from "../../src/cli/without-passwords.js";

describe("withoutPasswords", () => {
  test.each([
    ["cannot reach postgres://me:secret@host/db", "cannot reach postgres://me:***@host/db"],
    ["postgresql://me:se%40cret@host:5432/db?x=y", "postgresql://me:***@host:5432/db?x=y"],
    [
      "two: postgres://a:x1y@h/d and postgres://b:z2w@h/d",
      "two: postgres://a:***@h/d and postgres://b:***@h/d",
    ],
    ["a raw @ in it: postgres://me:sec@ret@host/db", "a raw @ in it: postgres://me:***@host/db"],
    ["an empty user: postgres://:secret@host/db", "an empty user: postgres://:***@host/db"],
    ["another scheme: mysql+x://me:secret@host/db", "another scheme: mysql+x://me:***@host/db"],
    ["taken for a path: /home/postgres:/me:secret@host", "taken for a path: /home/postgres:/me:***@host"],
    ["a blank: postgres://me:sec ret@host/db and more", "a blank: postgres://me:***@host/db and more"],
    ["host=h password='sec ret' dbname=d", "host=h password=*** dbname=d"],
    ['host=h password = "secret" x', "host=h password = *** x"],
    ["password='it\\'s' x", "password=*** x"],
    [
      "a parameter: postgres://host/db?password=secret&x=y",
      "a parameter: postgres://host/db?password=***&x=y",
    ],
    ["none: postgres://me@host/db", "none: postgres://me@host/db"],
  ])("%s", (text, clean) => {
    expect(withoutPasswords(text)).toBe(clean);
  });
});

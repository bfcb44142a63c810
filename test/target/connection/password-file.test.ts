import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findPassword, readPasswordFile } from "../../../src/target/connection/password-file.js";
import { temporaryFolder } from "../room.js";

const question = { host: "db.example", port: 5432, database: "shop", user: "me" };

describe("a line of the password file", () => {
  test.each([
    ["db.example:5432:shop:you:no", null],
    ["db.example:5433:shop:me:no", null],
    ["db.example:5432:shop:me", null],
    ["#db.example:5432:shop:me:no", null],
    ["db.example:5432:shop:\\*:no", null],
    ["", null],
    ["db.example:5432:shop:me:yes", "yes"],
    ["*:*:*:*:yes", "yes"],
    ["*:5432:*:me:y:e:s", "y:e:s"],
    ["*:*:*:me:a\\:b\\\\c", "a:b\\c"],
    ["*:*:*:me: blanks are kept ", " blanks are kept "],
    ["other:*:*:*:no\n*:*:shop:me:yes\n*:*:*:*:later", "yes"],
    ["*:*:*:me:yes\r\n", "yes"],
  ])("%j gives %j", (text, password) => {
    expect(findPassword(text, question)).toBe(password);
  });

  test("escapes stand for : and \\ in names", () => {
    const odd = { host: "::1", port: 1, database: "a:b", user: "c\\d" };
    expect(findPassword("\\:\\:1:1:a\\:b:c\\\\d:yes", odd)).toBe("yes");
  });
});

describe("the file", () => {
  const written = (mode: number): string => {
    const path = join(temporaryFolder(), "pgpass");
    writeFileSync(path, "*:*:*:*:geheim\n");
    chmodSync(path, mode);
    return path;
  };

  test.each([0o640, 0o604, 0o660])("of mode %o is not used, and a note says so", (mode) => {
    const path = written(mode);
    const { password, note } = readPasswordFile(path, question);
    expect(password).toBeNull();
    expect(note).toContain(`chmod 0600 ${path}`);
    expect(note).not.toContain("geheim");
  });

  test("of mode 0600 is used", () => {
    expect(readPasswordFile(written(0o600), question)).toEqual({ password: "geheim", note: null });
  });

  test("that is not there, or a folder, is no fault", () => {
    const folder = temporaryFolder();
    expect(readPasswordFile(join(folder, "none"), question)).toEqual({ password: null, note: null });
    expect(readPasswordFile(folder, question)).toEqual({ password: null, note: null });
  });
});

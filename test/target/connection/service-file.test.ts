import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findService, readService } from "../../../src/target/connection/service-file.js";
import { errorOf, temporaryFolder } from "../room.js";

const text = `# services
[first]
host=one
port=5433

[second]
  host=two
host=never
# dbname=commented
password=a=b
`;

describe("a service", () => {
  test.each([
    ["x\n", "x"],
    ["host = one\n", "host = one"],
    ["hots=one\n", "hots=one"],
    ["ldap://server/x\n", "LDAP"],
    ["service=other\n", "service=other"],
  ])("whose line is %j is refused with its place", async (line) => {
    const error = await errorOf(() => findService(`[bad]\n${line}`, "bad", "/etc/pg_service.conf"));
    expect(error.code).toBe("usage");
    expect(error.message).toContain("/etc/pg_service.conf, line 2");
  });

  test("that is not defined is null, and lines of other services are not looked at", () => {
    expect(findService("[other]\nnonsense\n", "first", "f")).toBeNull();
  });

  test("gives its values; the first mention of a key counts", () => {
    expect(Object.fromEntries(findService(text, "first", "f") ?? [])).toEqual({ host: "one", port: "5433" });
    expect(Object.fromEntries(findService(text, "second", "f") ?? [])).toEqual({
      host: "two",
      password: "a=b",
    });
  });
});

describe("several files", () => {
  test("the first that defines it counts; one that is not there is passed over", () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "own"), "[only-here]\nhost=own\n[both]\nhost=own\n");
    writeFileSync(join(folder, "shared"), "[both]\nhost=shared\n[late]\nhost=shared\n");
    const paths = ["none", "own", "shared"].map((name) => join(folder, name));
    expect(readService("both", paths).get("host")).toBe("own");
    expect(readService("late", paths).get("host")).toBe("shared");
  });

  test("a service that none defines is refused, with the places where it could be", async () => {
    const error = await errorOf(() => readService("nowhere", ["/none/a", "/none/b"]));
    expect(error.message).toContain('"nowhere"');
    expect(error.hint).toContain("/none/a, /none/b");
  });
});

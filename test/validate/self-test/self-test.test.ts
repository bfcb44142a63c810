import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  arrayType,
  citextType,
  enumType,
  otherType,
  pgType,
  type PgType,
} from "../../../src/model/postgres.js";
import type { ProofMethod } from "../../../src/model/verdict.js";
import type { Session } from "../../../src/target/session.js";
import { withReadTransaction } from "../../../src/validate/target/read-transaction.js";
import { selfTest } from "../../../src/validate/self-test/self-test.js";
import { testedType, vectors, type TestedName } from "../../../src/validate/self-test/vectors.js";
import { makeTarget, type TestTarget } from "../room.js";

let target: TestTarget;

beforeAll(async () => {
  target = await makeTarget();
});

afterAll(() => target.remove());

/** The test's answer where the server answers to the SQL that `bend` makes of ours. */
const tested = (
  types: readonly PgType[],
  bend: (sql: string) => string = (sql) => sql,
  method: ProofMethod = "digest",
) => {
  const session: Session = {
    ...target.session,
    client: bentClient(bend),
    query: (sql, parameters) => target.session.query(bend(sql), parameters),
  };
  return withReadTransaction(target.session, () => selfTest(session, types, method));
};

/** What is streamed comes by the client itself. */
const bentClient = (bend: (sql: string) => string): Session["client"] =>
  new Proxy(target.session.client, {
    get: (client, name) => {
      if (name !== "query") return Reflect.get(client, name) as unknown;
      return (copy: { text: string }) => {
        copy.text = bend(copy.text);
        return client.query(copy as never) as unknown;
      };
    },
  });

const refusal = (names: string): string =>
  `the self-test failed: this server gives ${names} another canonical form than PostgreSQL does`;

const mood = enumType("app.not_there", ["a"]);

describe("the self-test", () => {
  test.each(Object.keys(vectors) as TestedName[])("passes for %s", async (name) => {
    expect(await tested([testedType(name)])).toBeNull();
  });

  test.each(Object.keys(vectors) as TestedName[])(
    "passes for %s where the rows are streamed",
    async (name) => {
      expect(await tested([testedType(name)], undefined, "stream")).toBeNull();
    },
  );

  test.each<[string, PgType[], (sql: string) => string]>([
    [
      "arrays",
      [arrayType(pgType("bigint"))],
      (sql) => sql.replaceAll("ORDER BY e.number", "ORDER BY -e.number"),
    ],
    ["arrays", [arrayType(pgType("bigint"))], (sql) => sql.replaceAll("array_dims", "to_json")],
    ["numeric", [arrayType(pgType("numeric", 9, 2))], (sql) => sql.replaceAll("trim_scale", "")],
    ["text", [mood], (sql) => sql.replaceAll("sha256", "sha224")],
    [
      "text",
      [citextType("app.citext")],
      (sql) => sql.replaceAll("::text AS f", "::text || '' AS f").replaceAll("65536", "65535"),
    ],
    ["inet", [pgType("inet")], (sql) => sql.replaceAll('t."c0"', 'host(t."c0")::inet')],
    ["real", [pgType("real")], (sql) => sql.replaceAll('t."c0"', '(t."c0" + 0::float4)')],
  ])("names %s where the server gives them another form", async (name, types, bend) => {
    expect(await tested(types, bend)).toBe(refusal(name));
  });

  test.each<[string, string, string]>([
    ["jsonb", 't."c0"', 'jsonb_build_array(t."c0")'],
    ["json", 't."c0"', 'to_json(t."c0"::text)'],
  ])("names %s where the server sends its values otherwise than it writes them", async (name, from, to) => {
    const bend = (sql: string): string => sql.replace(`COPY (SELECT ${from} FROM`, `COPY (SELECT ${to} FROM`);

    expect(await tested([pgType(name as "jsonb")], bend, "stream")).toBe(refusal(name));
  });

  test("has nothing to ask of types that are not compared, and does not need those of users", async () => {
    const never = (): string => {
      throw new Error("the server was asked");
    };
    expect(await tested([otherType("point")], never)).toBeNull();
    expect(await tested([mood, citextType("app.not_there"), arrayType(mood)])).toBeNull();
  });
});

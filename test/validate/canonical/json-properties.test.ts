import fc from "fast-check";
import { afterAll, beforeAll, describe, test } from "vitest";
import { asWritten, expectAgreement, refusalsAsNull } from "../agreement.js";
import { damagedJson, json } from "../json-texts.js";
import { makeTarget, type TestTarget } from "../room.js";

let target: TestTarget;

beforeAll(async () => {
  target = await makeTarget();
  for (const sql of refusalsAsNull) {
    await target.query(sql);
  }
});

afterAll(async () => {
  await target.remove();
});

describe("jsonb", () => {
  test("is rendered as PostgreSQL renders it, and refused where PostgreSQL refuses it", () =>
    expectAgreement(target.session, "jsonb", null, "public.try_jsonb(a)", json.map(asWritten), { runs: 20 }));

  test("what is not quite JSON is none on both sides", () =>
    expectAgreement(target.session, "jsonb", null, "public.try_jsonb(a)", damagedJson.map(asWritten), {
      runs: 20,
    }));

  test("goes 2,000 levels deep", () =>
    expectAgreement(
      target.session,
      "jsonb",
      null,
      "public.try_jsonb(a)",
      fc.constantFrom(
        asWritten(`${"[".repeat(2000)}${"]".repeat(2000)}`),
        asWritten(`${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`),
      ),
      { runs: 1, perRun: 10 },
    ));

  test("a number that is no JSON text is that JSON number", () =>
    expectAgreement(
      target.session,
      "jsonb",
      null,
      "to_jsonb(trim_scale(a::numeric))",
      fc
        .oneof(
          fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
          fc.double({ noNaN: true, noDefaultInfinity: true }).filter((value) => !Object.is(value, -0)),
        )
        .map((source) => ({ source, parameters: [String(source)] })),
    ));
});

describe("json", () => {
  test("is the text itself, and refused where PostgreSQL refuses it", () =>
    expectAgreement(target.session, "json", null, "public.try_json(a)", json.map(asWritten), { runs: 10 }));

  test("takes what jsonb does not: \\u0000, half surrogate pairs, numbers of any size", () =>
    expectAgreement(
      target.session,
      "json",
      null,
      "public.try_json(a)",
      fc.constantFrom('"\\u0000"', '"\\ud800"', "1e999999999", '[1, {"a":2,"a" : 3}]\n').map(asWritten),
      { runs: 1, perRun: 10 },
    ));

  test("what is not quite JSON is none on both sides", () =>
    expectAgreement(target.session, "json", null, "public.try_json(a)", damagedJson.map(asWritten), {
      runs: 20,
    }));
});

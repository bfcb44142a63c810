import { expect, test } from "vitest";
import { ToolError } from "../../../src/errors.js";
import { packError, unpackError } from "../../../src/pipeline/lanes/crossing.js";

/** What comes out on the other side of a thread. */
const crossed = (error: unknown): Error => unpackError(structuredClone(packError(error)));

test("a ToolError arrives with its code, its mend and the words of its cause", () => {
  const cause = new Error("disk full");
  const arrived = crossed(new ToolError("target-failed", "Cannot copy.", "Make room.", { cause }));
  expect(arrived).toBeInstanceOf(ToolError);
  expect(arrived).toMatchObject({ code: "target-failed", message: "Cannot copy.", hint: "Make room." });
  expect(arrived.cause).toMatchObject({ message: "disk full", stack: cause.stack });
});

test("a ToolError without mend and cause arrives without them", () => {
  const arrived = crossed(new ToolError("interrupted", "Interrupted."));
  expect(arrived).toMatchObject({ code: "interrupted", hint: null });
  expect(arrived.cause).toBeUndefined();
});

test("a bug arrives as one, with the stack of where it was thrown", () => {
  const bug = new TypeError("x is not a function");
  const arrived = crossed(bug);
  expect(arrived).not.toBeInstanceOf(ToolError);
  expect(arrived.message).toBe("x is not a function");
  expect(arrived.stack).toBe(bug.stack);
});

test("what is no error arrives as one that says it", () => {
  expect(crossed("oops").message).toBe("oops");
});

/** Errors on their way from a worker thread: a structured clone would lose the code and the mend of a ToolError. */
import { ToolError, type ToolErrorCode } from "../errors.js";

export type PackedError =
  | {
      readonly kind: "tool";
      readonly code: ToolErrorCode;
      readonly message: string;
      readonly hint: string | null;
      readonly cause: string | null;
    }
  /** A bug: it keeps its stack. */
  | { readonly kind: "bug"; readonly message: string; readonly stack: string | null };

export function packError(error: unknown): PackedError {
  if (error instanceof ToolError) {
    const { code, message, hint, cause } = error;
    return { kind: "tool", code, message, hint, cause: cause instanceof Error ? cause.message : null };
  }
  return error instanceof Error
    ? { kind: "bug", message: error.message, stack: error.stack ?? null }
    : { kind: "bug", message: String(error), stack: null };
}

export function unpackError(packed: PackedError): Error {
  if (packed.kind === "tool") {
    const cause = packed.cause === null ? undefined : { cause: new Error(packed.cause) };
    return new ToolError(packed.code, packed.message, packed.hint, cause);
  }
  const bug = new Error(packed.message);
  if (packed.stack !== null) bug.stack = packed.stack;
  return bug;
}

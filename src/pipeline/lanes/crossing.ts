/** Errors on their way from a worker thread: a structured clone would lose the code and the mend of a ToolError. */
import { ToolError, type ToolErrorCode } from "../../errors.js";

/** An error that is no ToolError: the cause of one, or a bug. */
interface PlainError {
  readonly message: string;
  /** Of the place where it was thrown. */
  readonly stack: string | null;
}

export type PackedError =
  | {
      readonly kind: "tool";
      readonly code: ToolErrorCode;
      readonly message: string;
      readonly hint: string | null;
      readonly cause: PlainError | null;
    }
  | ({ readonly kind: "bug" } & PlainError);

export function packError(error: unknown): PackedError {
  if (!(error instanceof ToolError)) return { kind: "bug", ...packPlain(error) };
  const { code, message, hint, cause } = error;
  return { kind: "tool", code, message, hint, cause: cause instanceof Error ? packPlain(cause) : null };
}

export function unpackError(packed: PackedError): Error {
  if (packed.kind === "bug") return unpackPlain(packed);
  const cause = packed.cause === null ? undefined : { cause: unpackPlain(packed.cause) };
  return new ToolError(packed.code, packed.message, packed.hint, cause);
}

const packPlain = (error: unknown): PlainError =>
  error instanceof Error
    ? { message: error.message, stack: error.stack ?? null }
    : { message: String(error), stack: null };

function unpackPlain({ message, stack }: PlainError): Error {
  const error = new Error(message);
  if (stack !== null) error.stack = stack;
  return error;
}

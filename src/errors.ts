/**
 * The one error for "we cannot go on": thrown once, with what to do about it.
 * Facts about somebody's data are findings (model/finding.ts); a plain Error is a bug of ours and shows its stack.
 */
export type ToolErrorCode =
  // source
  | "source-not-found"
  | "source-not-a-file"
  | "source-not-readable"
  | "source-not-a-database"
  | "source-damaged"
  | "source-locked"
  | "source-changed"
  | "source-unsupported"
  | "source-expression"
  | "no-space"
  | "driver-missing"
  // target
  | "target-unreachable"
  | "target-login"
  | "target-no-database"
  | "target-too-old"
  | "target-encoding"
  | "target-rights"
  | "target-in-the-way"
  | "target-failed"
  | "target-lost"
  | "embedded-missing"
  | "embedded-failed"
  | "target-history"
  // run
  | "value-misfit"
  | "interrupted"
  | "worker-lost"
  | "plan-mismatch"
  | "certificate-invalid"
  | "resume-invalid"
  | "step-failed"
  | "step-changed"
  // wrong use
  | "mapping-not-found"
  | "mapping-invalid"
  | "script-invalid"
  | "usage";

/** Says the words, the mend, and keeps the cause. Messages never hold a password or a URL with one. */
export class ToolError extends Error {
  override readonly name = "ToolError";
  readonly code: ToolErrorCode;
  /** What would help, one sentence or a command. */
  readonly hint: string | null;

  constructor(code: ToolErrorCode, message: string, hint: string | null = null, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.hint = hint;
  }
}

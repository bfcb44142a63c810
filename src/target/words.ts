import type { ToolErrorCode } from "../errors.js";

/** What a ToolError is made of. */
export interface Words {
  readonly code: ToolErrorCode;
  /** Follows "Cannot do this: ". */
  readonly message: string;
  readonly hint: string | null;
}

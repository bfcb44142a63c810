import { ToolError } from "../errors.js";

/** @throws ToolError `interrupted` if the signal was given. */
export const throwIfInterrupted = (signal: AbortSignal | undefined): void => {
  if (signal?.aborted === true) {
    throw new ToolError(
      "interrupted",
      "The validation was interrupted; nothing was proven.",
      "Run it again: it reads both sides and changes neither.",
    );
  }
};

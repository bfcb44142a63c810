/** A cancel hits the statement that runs. Work of several must not begin the next one after it: nobody would cancel that. */
import { ToolError } from "../errors.js";
import type { Session } from "./session.js";

/** The session, which begins no statement once the signal is given: `query` throws ToolError `interrupted` then. */
export const stoppable = (session: Session, signal: AbortSignal | undefined): Session => ({
  ...session,
  query: async (sql, parameters) => {
    if (signal?.aborted === true) throw new ToolError("interrupted", "Interrupted.");
    return session.query(sql, parameters);
  },
});

/** Answers of the server in the midst of a transaction: a statement that fails would end it, were it not behind a savepoint. */
import type { Session } from "./session.js";

/** The session, in a transaction that a refused statement leaves as it was before it. Not for COPY. */
export const behindSavepoints = (session: Session): Session => ({
  ...session,
  query: async (sql, parameters) => {
    await session.query("SAVEPOINT statement");
    try {
      const rows = await session.query(sql, parameters);
      await session.query("RELEASE SAVEPOINT statement");
      return rows;
    } catch (error) {
      // The connection may be gone; then the error says so.
      await session.query("ROLLBACK TO SAVEPOINT statement; RELEASE SAVEPOINT statement").catch(() => []);
      throw error;
    }
  },
});

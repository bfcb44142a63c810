/** serve: runs an embedded database that migrate made, until it is told to stop. */
import type { ToolError } from "../errors.js";
import { startEmbedded } from "../target/embedded/embedded.js";

export interface Serving {
  /** With the password: the one place where it is printed on purpose. */
  readonly url: string;
  /** Whether the server ran already. */
  readonly joined: boolean;
  readonly notes: readonly string[];
  /** Settles when the server ends before it is told to; never for one that ran already. */
  readonly ended: Promise<ToolError>;
  /** `kept`: another sqlift uses the server, and it runs on. */
  stop(): Promise<"stopped" | "kept">;
}

/** @throws ToolError `usage` where no database is, `embedded-missing`, `embedded-failed`. */
export async function serve(
  directory: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Serving> {
  const { url, joined, notes, ended, stop } = await startEmbedded(directory, {
    environment,
    mustExist: true,
  });
  return { url, joined, notes, ended, stop };
}

/** validate --resume: the file in which a proof is kept, from before anything is opened to its end. */
import { ToolError } from "../../errors.js";
import type { ProofMethod, SourceReader } from "../../model/verdict.js";
import { Resumption } from "../../validate/resume/resumption.js";

export interface ResumingOptions {
  /**
   * Where what is proven is kept while a proof is under way, so that it can go on after it was broken off; the file is made, or
   * of an earlier sitting. Default: nowhere.
   */
  readonly resume?: string | undefined;
  readonly reader?: SourceReader | undefined;
  readonly method?: ProofMethod | undefined;
}

/**
 * @param work is given what is kept; undefined where nobody asks for that.
 * @throws ToolError `resume-invalid`, `usage`, and what `work` throws.
 */
export async function withResumption<T>(
  { resume, reader = "sqlite", method }: ResumingOptions,
  work: (resumption: Resumption | undefined) => Promise<T>,
): Promise<T> {
  if (resume === undefined) return work(undefined);
  const resumption = new Resumption(resume, { reader, method: method ?? null });
  try {
    return await work(resumption);
  } catch (error) {
    throw error instanceof ToolError && error.code === "interrupted"
      ? goesOn(error, resume, resumption)
      : error;
  } finally {
    resumption.close();
  }
}

const goesOn = (cause: ToolError, path: string, { parts }: Resumption): ToolError =>
  parts === 0
    ? cause
    : new ToolError(
        "interrupted",
        `The validation was interrupted; what it has proven, ${parts} ${parts === 1 ? "part" : "parts"} of tables, is kept in ${path}.`,
        "Run the same command again: it goes on from there.",
        { cause },
      );

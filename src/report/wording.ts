/** What is said of a finding. */

export interface FindingWords {
  readonly what: string;
  /** One line for each way to mend it; null where there is nothing to mend. */
  readonly mend: string | null;
}

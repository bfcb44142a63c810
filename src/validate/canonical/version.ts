/**
 * The version of the canonical form: what the digest of a table's rows is made of. It must change whenever the bytes of any
 * value do, or how rows are hashed and summed: certificates hold digests that are compared long after they were made.
 */
export const canonicalForm = 1;

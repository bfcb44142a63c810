/** The schema of sqlift's own tables in the target. */
export const historySchema = "sqlift";

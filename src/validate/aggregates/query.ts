/** What the queries of both sides have in common. */

/** Of the smallest and greatest text so many characters are looked at. */
export const prefixLength = 100;

/** With five terms each below the most that a SELECT may have: 1,664 in PostgreSQL, 2,000 in SQLite. */
export const columnsAQuery = 300;

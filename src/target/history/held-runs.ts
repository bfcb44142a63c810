/**
 * Whether somebody still does a run. Its session holds an advisory lock that the server frees when the session ends, however it
 * ends (PostgreSQL documentation, 13.3.5 "Advisory Locks"): nothing has to be written for that. A pooler that shares sessions between
 * transactions keeps or loses it as it likes; behind one, a run may look cut off that is not.
 */

/** Of the locks of two numbers; "sqlf" in ASCII. The other one is the run. */
const lockClass = 1936813158;

/** To be asked in the transaction that records the run. Nobody else knows its number, so this never waits. */
export const holdRunSql = (run: number): string => `SELECT pg_advisory_lock(${lockClass}, ${run})`;

/**
 * Lets the server look every second whether the client is there still: one that waits for a lock would else hold the run as long as that
 * takes (PostgreSQL documentation, 19.3.2 "TCP Settings"; since 14). Not everywhere: then it takes so long.
 */
export const noticeDeathSql = "SET client_connection_check_interval = 1000";

/** No run has this number: whoever runs scripts holds it, for two at once would run the same ones. */
const scriptsNumber = 0;

/** Says `t` where nobody else has it. */
export const holdScriptsSql = `SELECT pg_try_advisory_lock(${lockClass}, ${scriptsNumber}) AS held`;
export const releaseScriptsSql = `SELECT pg_advisory_unlock(${lockClass}, ${scriptsNumber})`;

/** SQL of a condition. @param run SQL of its number. */
export const isHeldSql = (run: string): string =>
  `EXISTS (SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
            WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.classid = ${lockClass}
              AND l.objid::int8 = ${run} AND l.objsubid = 2)`;

/** SQL of a condition: whether somebody runs scripts. */
export const areScriptsHeldSql = isHeldSql(String(scriptsNumber));

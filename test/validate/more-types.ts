/** What all-types.ts leaves: a table of the other types that a plan may name, as both sides hold it, row for row. */
import { arrayType, citextType, enumType, pgType } from "../../src/model/postgres.js";
import { columnPlan, tablePlan } from "./room.js";

const mood = enumType('"My".mood', ["sad", "so, so", "glad"]);

export const moreTypes = tablePlan("more_types", [
  columnPlan("id", "bigint"),
  columnPlan("small", "smallint"),
  columnPlan("whole", "integer"),
  columnPlan("single", "real"),
  columnPlan("code", pgType("character", 4)),
  columnPlan("raw", "json"),
  columnPlan("folded", citextType('"Ext".citext')),
  columnPlan("mood", mood),
  columnPlan("at", pgType("timestamp without time zone", 3), "milliseconds"),
  columnPlan("alarm", pgType("time without time zone", 0)),
  columnPlan("host", "inet"),
  columnPlan("net", "cidr"),
  columnPlan("mac", "macaddr"),
  columnPlan("ints", arrayType(pgType("integer"))),
  columnPlan("texts", arrayType(pgType("text"))),
  columnPlan("moods", arrayType(mood)),
]);

export const sourceSql = `
  CREATE TABLE more_types (id INTEGER PRIMARY KEY, small, whole, single, code, raw, folded, mood, at, alarm, host, net, mac,
    ints, texts, moods);
  INSERT INTO more_types VALUES
    (1, 32767, -2147483648, 0.5, 'ab', '{"b": 1.10, "a":[]}', 'Bob', 'so, so', 1600000000123, '07:30:00',
     '10.1.2.3/8', '10.1.0.0/16', '08-00-2B-01-02-03', '[1, null, -3]', '["a", "", null, "NULL"]', '["sad"]'),
    (2, '12', 0, -0.0, 'wörd', '"\\u0000"', '', 'sad', '2020-09-13T12:26:40.5Z', '23:59:59', '::1', '::/0',
     'ffff.ffff.ffff', '[]', '[]', '[]'),
    (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (4, -1, 7.0, 9e999, '', 'null', 'É', 'glad', 0, '00:00', '::ffff:1.2.3.4/120', '192.168.1.0/25',
     '00:00:00:00:00:01', '[null]', '[null]', '["glad", "so, so"]')`;

export const targetSql = [
  'CREATE SCHEMA "My"',
  'CREATE SCHEMA "Ext"',
  'CREATE EXTENSION citext SCHEMA "Ext"',
  `CREATE TYPE "My".mood AS ENUM ('sad', 'so, so', 'glad')`,
  `CREATE TABLE more_types (id bigint, small smallint, whole integer, single real, code char(4), raw json,
     folded "Ext".citext, mood "My".mood, at timestamp(3), alarm time(0), host inet, net cidr, mac macaddr, ints integer[],
     texts text[], moods "My".mood[])`,
  `INSERT INTO more_types VALUES
    (1, 32767, -2147483648, 0.5, 'ab', '{"b": 1.10, "a":[]}', 'Bob', 'so, so', '2020-09-13 12:26:40.123', '07:30',
     '10.1.2.3/8', '10.1.0.0/16', '08:00:2b:01:02:03', '{1,NULL,-3}', '{a,"",NULL,"NULL"}', '{sad}'),
    (2, 12, 0, '-0', 'wörd', '"\\u0000"', '', 'sad', '2020-09-13 12:26:40.5', '23:59:59', '::1', '::/0',
     'ff:ff:ff:ff:ff:ff', '{}', '{}', '{}'),
    (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (4, -1, 7, 'Infinity', '', 'null', 'É', 'glad', '1970-01-01', '00:00', '::ffff:1.2.3.4/120', '192.168.1.0/25',
     '00:00:00:00:00:01', '{NULL}', '{NULL}', '{glad,"so, so"}')`,
];

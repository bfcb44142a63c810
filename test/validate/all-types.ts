/** One table with a column of every type, as SQLite holds it and as it must stand in PostgreSQL, row for row. */
import { pgType } from "../../src/model/postgres.js";
import { columnPlan, tablePlan } from "./room.js";

export const allTypes = tablePlan("all_types", [
  columnPlan("id", "bigint"),
  columnPlan("flag", "boolean"),
  columnPlan("ratio", "double precision"),
  columnPlan("price", pgType("numeric", 12, 4)),
  columnPlan("body", "text"),
  columnPlan("name", pgType("character varying", 30)),
  columnPlan("data", "bytea"),
  columnPlan("uid", "uuid"),
  columnPlan("meta", "jsonb"),
  columnPlan("born", "date"),
  columnPlan("alarm", "time without time zone"),
  columnPlan("sent", "timestamp with time zone", "milliseconds"),
]);

export const other = tablePlan("other", [columnPlan("id", "bigint"), columnPlan("note", "text")]);

/** No types: every value keeps the storage class it is written with. */
export const sourceSql = `
  CREATE TABLE all_types (id INTEGER PRIMARY KEY, flag, ratio, price, body, name, data, uid, meta, born, alarm, sent);
  INSERT INTO all_types VALUES
    (1, 1, 0.1, 19.9, 'Hello, wörld 😀', 'Bob', x'00ff10', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
     '{"b": 1, "a": [1.10, true]}', '1990-02-28', '07:30', 1600000000123),
    (2, 'TRUE', -0.0, '-0.0500', '', '', x'', x'00112233445566778899aabbccddeeff',
     '[]', '2024-02-29', '23:59:59.999999', '2020-09-13T12:26:40.000001Z'),
    (3, 0, 9e999, 7, 'a  ', 'é', 'bytes', NULL, 'null', '0001-01-01', '00:00', 1600000000000.25),
    (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (9223372036854775807, 'f', 5e-324, 1e7, '12.50', 'x', x'c3a9', '{A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A12}',
     12, '294276-12-31', '12:00:00', -1),
    (-5, 0, 3, 0.0001, 12, 2.0, x'41', NULL, '"\\u00e9"', '1999-12-31', NULL, '9999-12-31 23:59:59.999999');
  CREATE TABLE other (id INTEGER PRIMARY KEY, note TEXT);
  INSERT INTO other VALUES (1, 'one'), (2, NULL);`;

export const targetSql = [
  `CREATE TABLE all_types (id bigint, flag boolean, ratio double precision, price numeric(12,4), body text,
     name varchar(30), data bytea, uid uuid, meta jsonb, born date, alarm time, sent timestamptz)`,
  `INSERT INTO all_types VALUES
    (1, true, 0.1, 19.9, 'Hello, wörld 😀', 'Bob', '\\x00ff10', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
     '{"a":[1.10,true],"b":1}', '1990-02-28', '07:30', '2020-09-13 12:26:40.123+00'),
    (2, true, '-0', -0.05, '', '', '', '00112233-4455-6677-8899-aabbccddeeff',
     '[]', '2024-02-29', '23:59:59.999999', '2020-09-13 12:26:40.000001+00'),
    (3, false, 'Infinity', 7, 'a  ', 'é', 'bytes', NULL, 'null', '0001-01-01', '00:00', '2020-09-13 12:26:40.00025+00'),
    (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (9223372036854775807, false, 5e-324, 10000000, '12.50', 'x', '\\xc3a9', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12',
     '12', '294276-12-31', '12:00', '1969-12-31 23:59:59.999+00'),
    (-5, false, 3, 0.0001, '12', '2.0', 'A', NULL, '"é"', '1999-12-31', NULL, '9999-12-31 23:59:59.999999+00')`,
  `CREATE TABLE other (id bigint, note text)`,
  `INSERT INTO other VALUES (1, 'one'), (2, NULL)`,
];

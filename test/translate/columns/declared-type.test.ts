import { describe, expect, test } from "vitest";
import { affinityOf } from "../../../src/model/sqlite.js";
import type { Meaning } from "../../../src/model/profile.js";
import { readDeclaredType } from "../../../src/translate/columns/declared-type.js";
import { Rules } from "../../../src/translate/rules/rules.js";
import { meaningsOf } from "../../../src/translate/translate.js";
import { introspect } from "../../../src/export/introspect.js";
import { openMemory, sourceOf } from "../plan-of.js";

const read = (declared: string) => readDeclaredType(declared, affinityOf(declared, false));

/** Meaning -> spellings, each with its numbers where they are not []. */
const spellings: Readonly<Record<Meaning, readonly (string | readonly [string, readonly number[]])[]>> = {
  integer: [
    // sqlite.org/datatype3.html, 3.1.1
    "INT",
    "INTEGER",
    "TINYINT",
    "SMALLINT",
    "MEDIUMINT",
    "BIGINT",
    "UNSIGNED BIG INT",
    "INT2",
    "INT8",
    // Django, Rails, SQLAlchemy, GORM, EF Core, Prisma, Laravel, Sequelize, TypeORM
    "integer",
    "bigint",
    "bigint unsigned",
    "integer unsigned",
    "smallint unsigned",
    "BIGINTEGER",
    "INTEGER UNSIGNED",
    "INT UNSIGNED",
    "UNSIGNED INTEGER",
    "uint64",
    "int64",
    "uint8",
    "BIG INT",
    ["integer(8)", [8]],
    ["bigint(20)", [20]],
    ["tinyint(1)", [1]],
    ["int(11) unsigned", [11]],
    ["INT(10)UNSIGNED", [10]],
    // as people write it
    "INTEGER NON",
    "Integer",
    "  integer  ",
    "big_int",
    "LONGINT",
    "SERIAL",
    "bigserial",
    "smallserial",
    "SERIAL8",
    "MIDDLEINT",
    "INTEGER AUTO INCREMENT",
  ],
  real: [
    "REAL",
    "DOUBLE",
    "DOUBLE PRECISION",
    "FLOAT",
    "float8",
    "double\tprecision",
    "DOUBLE\n PRECISION",
    "real_unsigned",
    ["FLOAT(24)", [24]],
    ["double(8, 2)", [8, 2]],
    // INTEGER by affinity: its last letters are INT
    "FLOATING POINT",
    "floating\npoint",
  ],
  numeric: [
    "NUMERIC",
    "DECIMAL",
    "decimal",
    "DEC",
    "NUMBER",
    "MONEY",
    "smallmoney",
    "real_money",
    "real_decimal",
    ["DECIMAL(10,5)", [10, 5]],
    ["decimal( 10 , 2 )", [10, 2]],
    ["NUMERIC(10)", [10]],
    ["NUMBER(19,0)", [19, 0]],
    ["numeric(+5,+2)", [5, 2]],
    ["DECIMAL(10,2) UNSIGNED", [10, 2]],
    // numbers that say nothing that can be kept
    "NUMERIC(,2)",
    "NUMERIC(-5,+2)",
    "DECIMAL(10.2)",
    "DECIMAL(1e1)",
    "DECIMAL()",
    "DECIMAL(a,b)",
    "DECIMAL(0x10)",
  ],
  boolean: ["BOOLEAN", "BOOL", "boolean", "Bool", ["boolean(1)", [1]], "BOOLEAN /* yes or no */"],
  text: [
    "TEXT",
    "CLOB",
    ["CHARACTER(20)", [20]],
    ["VARCHAR(255)", [255]],
    ["VARYING CHARACTER(255)", [255]],
    ["NCHAR(55)", [55]],
    ["NATIVE CHARACTER(70)", [70]],
    ["NVARCHAR(100)", [100]],
    "varchar",
    ["varchar (30)", [30]],
    ["varchar(\n30\t)", [30]],
    ["CHAR(0)", [0]],
    ["character varying(255)", [255]],
    ["VARCHAR2(30)", [30]],
    "LONG VARCHAR",
    "longtext",
    "MEDIUMTEXT",
    "tinytext",
    "text nocase",
    "citext",
    "TEXT[]",
    "TEXT_LIST",
    "ntext",
    "STRING",
    ["string(30)", [30]],
    "VARCHAR(MAX)",
    "nvarchar(max)",
    "LONGVARCHAR",
    ["char(32)", [32]],
    ["VARCHAR(255) BINARY", [255]],
  ],
  bytes: [
    "BLOB",
    "blob",
    "LONGBLOB",
    "BYTEA",
    "BINARY",
    ["VARBINARY(16)", [16]],
    ["binary(16)", [16]],
    "varbinary_blob",
  ],
  json: ["JSON", "jsonb", "JSON_TEXT", "jsonb_text", "TEXT JSON"],
  uuid: ["UUID", "uuid", "GUID", "uniqueidentifier", "uuid_text"],
  date: ["DATE", "date", "date_text", " Date "],
  time: [
    "TIME",
    "time",
    ["TIME(6)", [6]],
    "TIME WITHOUT TIME ZONE",
    ["time(3) without time zone", [3]],
    "time_text",
  ],
  timestamp: [
    "DATETIME",
    "datetime",
    ["DATETIME(6)", [6]],
    "datetime2",
    "SMALLDATETIME",
    "DATETIMEOFFSET",
    "TIMESTAMP",
    "timestamptz",
    "timestampz",
    "TIMESTAMP WITH TIME ZONE",
    "TIMESTAMP WITHOUT TIME ZONE",
    ["timestamp(3)", [3]],
    ["TIMESTAMP(6) WITH TIME ZONE", [6]],
    "datetime_text",
    "timestamp_with_timezone_text",
    "date time",
    "DATE\n\tTIME",
  ],
  any: [
    "",
    "ANY",
    "any",
    "  ",
    "POINT",
    "MULTIPOINT",
    "INTERVAL",
    "CHARINT",
    "FINGERPRINT",
    "BIT",
    "LONG",
    "SIGNED LONG",
    "UNSIGNED",
    "YEAR",
    "INET",
    "XML",
    "geometry",
    "tsvector",
    "byte[]",
    "TIME WITH TIME ZONE",
    "timetz",
    "TIMEZONE",
    "DATES",
    "UPDATED",
    "(30)",
    "ENUM('INT','CHAR')",
    "enum('a', 'b')",
    "interval day",
    "OBJECTID",
    "/* nothing */",
    "BOOLEANS",
    "HINT TEXT",
  ],
};

describe("readDeclaredType", () => {
  for (const [meaning, declared] of Object.entries(spellings)) {
    test.each(declared.map((each) => (typeof each === "string" ? ([each, []] as const) : each)))(
      `reads ${meaning} from %j`,
      (text, modifiers) => {
        const { meaning: found, modifiers: numbers } = read(text);
        expect(found).toBe(meaning);
        if (!["any", "boolean"].includes(meaning)) expect(numbers).toEqual(modifiers);
      },
    );
  }

  test("reads through comments that SQLite keeps in the type", () => {
    expect(read("VARCHAR/* point */(30)")).toEqual({ meaning: "text", modifiers: [30] });
    expect(read("DOUBLE -- int or char\n PRECISION")).toEqual({ meaning: "real", modifiers: [] });
    expect(read("DECIMAL(/* int */ 10, 2)")).toEqual({ meaning: "numeric", modifiers: [10, 2] });
  });

  test("reads what SQLite hands over of the hard spellings", () => {
    const database = openMemory(
      `CREATE TABLE t (a VARCHAR/*point*/(30), b DOUBLE -- c\n PRECISION, c [VARCHAR(MAX)], d "ENUM('INT', 'x')",
       e INT GENERATED ALWAYS AS (1) STORED, f NULL, g TEXT COLLATE NOCASE, h 'quoted'(3), i NUMERIC(-5,+2))`,
    );
    const [table] = introspect(sourceOf(database)).tables;
    expect(table === undefined ? [] : meaningsOf(table, new Rules([])).map((each) => each.meaning)).toEqual([
      "text",
      "real",
      "text",
      "any",
      "integer",
      "any",
      "text",
      "any",
      "numeric",
    ]);
    database.close();
  });
});

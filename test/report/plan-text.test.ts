import { describe, expect, test } from "vitest";
import type { FindingKind } from "../../src/model/finding.js";
import { findingInfo } from "../../src/model/finding.js";
import { columnTerm } from "../../src/model/plan.js";
import { pgType } from "../../src/model/postgres.js";
import { findingPage, wordsOf } from "../../src/report/finding-words.js";
import { plainStyle } from "../../src/report/style.js";
import { planText } from "../../src/report/terminal.js";
import { column, id, notCarried, plan, shop, table } from "./examples.js";
import { everyFinding, findingOf } from "./finding-examples.js";

const text = (changes: Parameters<typeof plan>[0]): string => planText(plan(changes), plainStyle);
const kinds = Object.keys(findingInfo) as FindingKind[];

describe("planText", () => {
  test("an empty database", () => {
    expect(text({ findings: [findingOf["nothing-to-move"]] })).toMatchInlineSnapshot(`
      "Plan for shop.db (884.7 kB, UTF-8): 0 tables, 0 rows, into schema public
        for PostgreSQL 18, which has not tried its SQL yet: migrate lets it, and plan TARGET --trial

      Notes (1)
        nothing-to-move  docs/findings/nothing-to-move.md
          There are no tables to move.
            mend: Check that it is the file you mean; SQLite makes an empty one when a path is mistyped.

      nothing blocks: migrate would copy 0 rows into 0 tables
      "
    `);
  });

  test("a plain plan", () => {
    expect(planText(shop, plainStyle)).toMatchInlineSnapshot(`
      "Plan for shop.db (884.7 kB, UTF-8): 2 tables, 15,607 rows, into schema public
        for PostgreSQL 18, which has not tried its SQL yet: migrate lets it, and plan TARGET --trial

      artist  275 rows
        id    INTEGER       ->  bigint        primary key, not null, identity next 276
        name  VARCHAR(120)  ->  varchar(120)
        primary key  artist_pkey  (id)

      album  15,332 rows
        id         INTEGER   ->  bigint                         primary key, not null, identity next 15,333
        title      TEXT      ->  text                           not null
        artist_id  INTEGER   ->  bigint                         not null
        made       DATETIME  ->  timestamptz from milliseconds  default CURRENT_TIMESTAMP                    15,332 integers, 2020-09-13 to 2020-10-06 as milliseconds
        price      no type   ->  numeric                                                                     integers and reals, none of them changed
        primary key  album_pkey            (id)
        unique       album_title_key       (artist_id, title)
        index        album_by_date         (made desc, id)
        foreign key  album_artist_id_fkey  (artist_id) -> artist (id), on delete cascade

      nothing blocks: migrate would copy 15,607 rows into 2 tables
      "
    `);
  });

  test("says how many rows migrate would keep apart", () => {
    const tables = [{ ...table("person"), rows: 5, rejected: 2 }];
    expect(text({ tables })).toMatch(
      /would copy 3 rows into 1 table, and keep 2 rows apart in sqlift\.rejected_rows\n$/,
    );
  });

  test("every kind of finding, and what is not carried", () => {
    expect(text({ findings: everyFinding, notCarried })).toMatchInlineSnapshot(`
      "Plan for shop.db (884.7 kB, UTF-8): 0 tables, 0 rows, into schema public
        for PostgreSQL 18, which has not tried its SQL yet: migrate lets it, and plan TARGET --trial

      Blocks (16)
        value-misfit  docs/findings/value-misfit.md
          person.note: 1 row cannot go in, because a value cannot become text; the first is text 'a\\u0000b' at rowid 7: it holds a NUL character, which PostgreSQL text cannot store; nothing is written while there is such a row.
            mend: Say in a mapping: tables: { "person": { columns: { "note": { nul: strip } } } }
              or: Keep these rows apart, whole, in the target's sqlift.rejected_rows: --on-reject quarantine
              or: Look with SELECT _rowid_, quote("note") FROM "person" WHERE _rowid_ = 7; and put a value that fits, for example UPDATE "person" SET "note" = NULL WHERE _rowid_ = 7;
        too-many-rejects  docs/findings/too-many-rejects.md
          The file: 2 of 3 rows would be rejected; --max-rejects allows 1.
            mend: Settle the rejected values by a mapping, or raise --max-rejects.
        time-unit-missing  docs/findings/time-unit-missing.md
          person.born: the rule my.yaml:5 makes it timestamptz, but the unit of its numbers is not beyond doubt (seen: 4 in seconds since 1970, 2 in milliseconds since 1970).
            mend: Say in a mapping which unit (s, ms, us, ns, core-data or webkit): tables: { "person": { columns: { "born": { type: timestamptz, convert: { epoch: s } } } } }
              or: For Julian days: convert: julian
        orphans-refused  docs/findings/orphans-refused.md
          person (team_id): 2 rows point to no row of team (first: rowid 7, rowid 9); nothing is written while there is such a row.
            mend: List them with PRAGMA foreign_key_check("person"); and delete them, or give them a parent or NULL.
              or: Carry them all the same, and have the foreign key NOT VALID: --on-orphans not-valid
              or: Keep them apart, whole, in the target's sqlift.rejected_rows: --on-orphans quarantine
        nocase-unavailable  docs/findings/nocase-unavailable.md
          --nocase icu cannot be had here: the server was built without ICU.
            mend: Use --nocase index.
        too-many-columns  docs/findings/too-many-columns.md
          wide has 1,700 columns; PostgreSQL takes 1,600 in a table.
            mend: Move columns to a second table with the same key: CREATE TABLE ... AS SELECT ..., then ALTER TABLE "wide" DROP COLUMN ...;
        row-too-long  docs/findings/row-too-long.md
          wide: the row at rowid 1 takes at least 8,824 bytes of its page; PostgreSQL has room for 8,160, and moves only texts, blobs and the like out of a row.
            mend: Move columns to a second table with the same key: CREATE TABLE ... AS SELECT ..., then ALTER TABLE "wide" DROP COLUMN ...;
        name-taken  docs/findings/name-taken.md
          person cannot be made: the target already has the table "public"."person", and nothing of the target's is replaced.
            mend: Rename what is there, in PostgreSQL: ALTER TABLE "public"."person" RENAME TO "another_name";
        not-in-target  docs/findings/not-in-target.md
          person.nick has 12 values, and the target's Person has no column for them (the nearest is nickName).
            mend: Say in a mapping which it is: tables: { "person": { columns: { "nick": { rename: "nickName" } } } }
              or: Or leave it: tables: { "person": { columns: { "nick": { skip: true } } } }
        match-ambiguous  docs/findings/match-ambiguous.md
          person.user_id may be userId, UserID of the target, or another one of the source is meant by it.
            mend: Say in a mapping which it is: tables: { "person": { columns: { "user_id": { rename: "userId" } } } }
        column-without-source  docs/findings/column-without-source.md
          The target's Person.tenant (uuid) is NOT NULL without a default, and nothing of person fills it.
            mend: Give it a default, in PostgreSQL: ALTER TABLE "Person" ALTER "tenant" SET DEFAULT ...;
              or: Or say in a mapping which column of the source it is: tables: { "person": { columns: { "...": { rename: "tenant" } } } }
        rows-there  docs/findings/rows-there.md
          The target's "public"."Person" has 3 rows already; person is not mixed with them.
            mend: Say what becomes of them: --existing-rows truncate (they go), skip (they stay, others come to them) or update (those of the same key become what the source has).
              or: For this table alone: tables: { "person": { existing-rows: update } }; to leave it out: tables: { "person": { skip: true } }; rows of an earlier run go by sqlift undo TARGET.
        seed-rows-differ  docs/findings/seed-rows-differ.md
          The application has made rows of Person itself, and 3 rows of person are others there: (Ann) is 1 here and 7 there; 3 is (Cid) here and (Dan) there; and others. orders points at them by these numbers.
            mend: Take the source's rows instead: tables: { "person": { existing-rows: truncate }, "member": { existing-rows: truncate } }
        no-usable-key  docs/findings/no-usable-key.md
          person: for update a row of Person has to be known by a key, and Person_email_key is deferrable.
            mend: Add a key that its rows keep, in PostgreSQL: ALTER TABLE "Person" ADD UNIQUE (...);
              or: Or let the rows that are there go: tables: { "person": { existing-rows: truncate } }
        target-unsuited  docs/findings/target-unsuited.md
          person cannot be loaded into Person: row security applies to role app, which sees some rows alone.
            mend: Run as the table's owner, or in PostgreSQL: ALTER ROLE "app" BYPASSRLS;
        constraint-broken  docs/findings/constraint-broken.md
          person: 2 rows break NOT NULL of name: rowid 7, name = NULL; and others.
            mend: Correct the rows in the source, or the constraint in PostgreSQL.

      Warnings (22)
        rows-rejected  docs/findings/rows-rejected.md
          person.note: 1 row cannot go in, because a value cannot become text; the first is text 'a\\u0000b' at rowid 7: it holds a NUL character, which PostgreSQL text cannot store; the row is kept whole in the target's sqlift.rejected_rows.
            mend: Say in a mapping: tables: { "person": { columns: { "note": { nul: strip } } } }
              or: Look with SELECT _rowid_, quote("note") FROM "person" WHERE _rowid_ = 7; and put a value that fits, for example UPDATE "person" SET "note" = NULL WHERE _rowid_ = 7;
        rule-not-kept  docs/findings/rule-not-kept.md
          person.seen: the built-in rule django makes it timestamptz, but 1 value does not fit (first: text 'never' at rowid 7); by its values it becomes text.
            mend: To have it so all the same, with --on-reject quarantine for the 1 row that does not fit even so, say it in a mapping of your own: tables: { "person": { columns: { "seen": { type: timestamptz } } } }
        rule-not-in-target  docs/findings/rule-not-in-target.md
          person.active: the rule my.yaml:6 makes it boolean, but the target has integer, and that decides.
            mend: If the target is as it should be, leave the type out of the rule, or name that of the target; else change the column in PostgreSQL.
        rule-unused  docs/findings/rule-unused.md
          The rule my.yaml:4 for "persons" fits nothing in this file.
            mend: Did you mean "person"?
        declared-type-not-kept  docs/findings/declared-type-not-kept.md
          person.age is declared INTEGER, but 1 value is of another kind (first: text 'unknown' at rowid 7); the column becomes text, which holds them all.
            mend: To have it bigint all the same, with --on-reject quarantine for the 1 row that does not fit even so, say in a mapping: tables: { "person": { columns: { "age": { type: bigint } } } }
              or: If that is a mistake in the data, look with SELECT _rowid_, quote("age") FROM "person" WHERE _rowid_ = 7; and correct it, for example UPDATE "person" SET "age" = NULL WHERE _rowid_ = 7;
        time-unit-unclear  docs/findings/time-unit-unclear.md
          person.born is declared DATETIME, but the unit of its numbers is not beyond doubt (seen: 4 in seconds since 1970, 2 in milliseconds since 1970); they stay as they are, as bigint.
            mend: Bring them to one unit; seconds become milliseconds by UPDATE "person" SET "born" = "born" * 1000 WHERE typeof("born") IN ('integer', 'real') AND abs("born") < 100000000000;
              or: If all count one unit, say which (s, ms, us, ns, core-data or webkit) in a mapping: tables: { "person": { columns: { "born": { type: timestamptz, convert: { epoch: s } } } } }
        null-in-not-null  docs/findings/null-in-not-null.md
          person.name is declared NOT NULL, but 2 rows hold NULL (first: rowid 7); NOT NULL is left out.
            mend: To keep NOT NULL, give these rows a value, for example UPDATE "person" SET "name" = 0 WHERE "name" IS NULL;
        null-in-primary-key  docs/findings/null-in-primary-key.md
          person.code is part of the primary key, but 1 row holds NULL (first: rowid 7); PostgreSQL allows no NULL there, so a UNIQUE constraint takes its place.
            mend: To keep the primary key, give each of these rows a value of its own, for example UPDATE "person" SET "code" = -_rowid_ WHERE "code" IS NULL;
        key-not-made  docs/findings/key-not-made.md
          person: person_code_key (code) could not be made; the rows are there without it. PostgreSQL says: Key (code)=(1) is duplicated.
            mend: Look for rows that became equal, in PostgreSQL: SELECT "code", count(*) FROM "person" GROUP BY "code" HAVING count(*) > 1; Correct them in SQLite and migrate again.
        index-entry-too-large  docs/findings/index-entry-too-large.md
          page: an entry of the index page_by_url (url) has 3,016 bytes, at rowid 7; a B-tree takes 2,704, and a hash index takes its place: it serves =, not < or ORDER BY.
            mend: To search by order as well, shorten the values, or index the beginning alone, in PostgreSQL: left(column, 100).
        orphan-rows  docs/findings/orphan-rows.md
          person (team_id): 3 rows point to no row of team (first: rowid 7, rowid 9, rowid 11); the foreign key is made NOT VALID: it holds for what is written from now on.
            mend: List them with PRAGMA foreign_key_check("person"); and delete them, or give them a parent or NULL.
        orphans-rejected  docs/findings/orphans-rejected.md
          person.team_id: 2 rows point at no row, or at one that is kept apart itself; the first is integer 99 at rowid 7: no row of "team" that is carried over has this "id"; these rows are kept whole in the target's sqlift.rejected_rows.
            mend: List them with PRAGMA foreign_key_check("person"); and delete them, or give them a parent or NULL.
        check-broken  docs/findings/check-broken.md
          person: 2 rows break the check person_age_check, "age" >= 0 (first: (id = 7, age = -1), (id = 9, age = -40)); it is made NOT VALID: it holds for what is written from now on.
            mend: Correct the rows, in SQLite or in PostgreSQL, and there have it checked: ALTER TABLE "person" VALIDATE CONSTRAINT "person_age_check";
        piece-refused  docs/findings/piece-refused.md
          person: the index person_by_tag is not carried over, for PostgreSQL does not take it (data type json has no default operator class for access method btree).
            mend: Its SQL is listed under what is not carried over: rewrite it, and run it when the rows are there.
        full-text-lost  docs/findings/full-text-lost.md
          letter is a full-text table whose own text cannot be read, and is not carried over: the table letter_content, where it stood, is missing.
            mend: If the application can still read it, have it copy the text into a table: CREATE TABLE "letter_text" AS SELECT rowid AS id, * FROM "letter";
        nocase-refused  docs/findings/nocase-refused.md
          person.name stays text with indexes that fold A to Z, not citext: in the key person (name) SQLite keeps apart what would be equal: 'É' and 'é'.
            mend: Make one of each two another value in SQLite.
              or: To have it so without this warning, say in a mapping, with values: { nocase: citext } there in place of --nocase: tables: { "person": { columns: { "name": { nocase: index } } } }
        identity-exhausted  docs/findings/identity-exhausted.md
          person.id has used 9,223,372,036,854,775,807, the largest number of bigint: the next insert without a value fails.
            mend: Give that row a smaller number (and lower the table's line in sqlite_sequence, if it has one): UPDATE "person" SET "id" = (SELECT coalesce(max("id"), 0) + 1 FROM "person" WHERE "id" < 9223372036854775807) WHERE "id" = 9223372036854775807;
        value-not-provable  docs/findings/value-not-provable.md
          file.content: the longest value has 600,000,000 bytes, and none of more than 536,870,888 can be read again for the proof; the table stays unproven, and with the proof nothing is moved into place.
            mend: Take such values out of the file, leave the table out by --exclude, or carry all tables without proof by --no-validate.
        seed-rows-behind  docs/findings/seed-rows-behind.md
          person has 2 rows that the application has not made in Person, which is left as it is: (Ann), (Bob).
            mend: If its schema there is an older one, run its migrations first.
              or: Bring the rows there: tables: { "person": { existing-rows: skip } }
        rows-given-up  docs/findings/rows-given-up.md
          The target's Person has 3 rows, which go before person comes; this run cannot be undone.
            mend: Keep a copy first: pg_dump --table '"Person"'
        rows-by-others  docs/findings/rows-by-others.md
          The target's Person got 2 rows from elsewhere while person came; they were not compared, and stay.
            mend: Stop the application while its rows are moved, if these are not meant to be there.
        key-still-broken  docs/findings/key-still-broken.md
          The foreign key person_team_fkey of the target's "public"."Person" is NOT VALID still, as run 3 left it, for rows break it: insert or update on table "Person" violates foreign key constraint "person_team_fkey".
            mend: When these rows are mended, in PostgreSQL: ALTER TABLE public."Person" VALIDATE CONSTRAINT person_team_fkey;

      Notes (14)
        policy-applied  docs/findings/policy-applied.md
          person.note: 1 value is changed by the policy nul; the first is text 'a\\u0000b' at rowid 7 and becomes 'ab'.
        mapping-recognised  docs/findings/mapping-recognised.md
          The built-in mapping django is used, because the file has django_migrations.
            mend: To do without it: --mapping none; to read it: sqlift mappings django
        looks-like  docs/findings/looks-like.md
          person.born: 2 values could be timestamptz from milliseconds, 2020-09-13 to 2020-10-06; they stay bigint.
            mend: If that is what it is, say in a mapping: tables: { "person": { columns: { "born": { type: timestamptz, convert: { epoch: ms } } } } }
        zoneless-as-utc  docs/findings/zoneless-as-utc.md
          person.seen: 2 times without an offset are taken as UTC.
            mend: If they are local times, say in a mapping of which zone, for example tables: { "person": { columns: { "seen": { zone: Europe/Berlin } } } }
        values-converted  docs/findings/values-converted.md
          person.phone: 2 INTEGER values become text (first: integer 4912345 at rowid 1).
        length-limit-dropped  docs/findings/length-limit-dropped.md
          person.name is declared VARCHAR(10), but its longest value has 25 characters; the limit is left out.
            mend: To keep the limit, say in a mapping: tables: { "person": { columns: { "name": { type: varchar(10), excess: truncate } } } }
              or: Make the values fit it, for example UPDATE "person" SET "name" = substr("name", 1, 10) WHERE length("name") > 10;
        collation-in-indexes  docs/findings/collation-in-indexes.md
          person.name compares under NOCASE in SQLite. In PostgreSQL its indexes and keys do; = and ORDER BY tell A from a.
            mend: Write it as the index has it: lower("name" COLLATE "C")
        rounds-by-digits  docs/findings/rounds-by-digits.md
          the view person_bill rounds numbers by their decimal digits (round(hours * rate, 2)): a half like 2.675 may come out one higher in the last digit than in SQLite, which rounds the double itself.
        foreign-key-type-changed  docs/findings/foreign-key-type-changed.md
          person.team_id becomes uuid, the type of the column of team that it points to.
        name-changed  docs/findings/name-changed.md
          person: the column "xmin" is called "xmin_" in PostgreSQL, because PostgreSQL has a system column of that name.
            mend: To choose the name yourself: ALTER TABLE "person" RENAME COLUMN "xmin" TO "another_name";
        names-styled  docs/findings/names-styled.md
          2 names are in snake case in PostgreSQL, as names: snake asks for: OrderLine -> order_line, OrderLine.orderID -> order_id.
        seed-rows-left  docs/findings/seed-rows-left.md
          The application has made 3 rows of Person itself: they stay, and 2 rows of person do not come.
        rows-merged  docs/findings/rows-merged.md
          person into Person, which had 3 rows: 1 inserted, 0 changed, 2 the same.
        nothing-to-move  docs/findings/nothing-to-move.md
          There are no tables to move.
            mend: Check that it is the file you mean; SQLite makes an empty one when a path is mistyped.

      Not carried over (3)
        view     cheap_albums             views are not translated yet
            CREATE VIEW cheap_albums AS …
        trigger  album_made    on album   triggers are not translated yet
            CREATE TRIGGER album_made AFTER INSERT ON album BEGIN SELECT 1; END
        unique   artist_name   on artist  collation NOCASE

      16 findings block: migrate would write nothing
      "
    `);
  });

  test("wide characters, long and changed names, everything a table can have", () => {
    const long = `order_${"x".repeat(100)}`;
    const orders = table("注文", {
      target: "注文",
      rows: 1,
      columns: [
        id(null),
        column("名前", { declaredType: "VARCHAR(20)", type: pgType("character varying", 20), notNull: true }),
        column("e\u0301tat", { defaultSql: "'a long default that nobody wants to read to its end'" }),
        column(long, {
          target: long.slice(0, 63),
          declaredType: "DECIMAL(10, 2)",
          type: pgType("numeric", 10, 2),
        }),
        column("\u001b[31mred", {
          declaredType: "DATETIME",
          type: pgType("timestamp with time zone"),
          unit: "julian",
          because: "Julian days",
        }),
      ],
      primaryKey: { name: "注文_pkey", columns: ["id", "名前"] },
      uniques: [{ name: "odd", columns: ["a b", "c"] }],
      indexes: [{ name: "i", unique: true, terms: [columnTerm("名前", true)], where: null }],
      foreignKeys: [
        {
          name: "f",
          columns: ["a"],
          parentTable: "注文",
          parentColumns: ["id"],
          onUpdate: "SET NULL",
          onDelete: "RESTRICT",
          deferrable: "deferred",
          orphans: 2,
        },
      ],
    });
    const renamed = table("", { target: "table_1", columns: [column("xmin", { target: "xmin_" })] });
    expect(text({ tables: [orders, renamed], schema: "My Shop" })).toMatchInlineSnapshot(`
      "Plan for shop.db (884.7 kB, UTF-8): 2 tables, 1 row, into schema "My Shop"
        for PostgreSQL 18, which has not tried its SQL yet: migrate lets it, and plan TARGET --trial

      注文  1 row
        id                                                                                                  INTEGER         ->  bigint                        primary key, not null, identity used up
        名前                                                                                                VARCHAR(20)     ->  varchar(20)                   primary key, not null
        état                                                                                                TEXT            ->  text                          default 'a long default that…to read to its end'
        order_xxxxxxxxxxxxxxxxxx…xxxxxxxxxxxxxxxxxxxxxxx  -> order_xxxxxxxxxxxxxxx…xxxxxxxxxxxxxxxxxxxxxxx  DECIMAL(10, 2)  ->  numeric(10,2)
        \\u001b[31mred                                                                                       DATETIME        ->  timestamptz from Julian days                                                    Julian days
        primary key   注文_pkey  (id, 名前)
        unique        odd        ("a b", c)
        unique index  i          (名前 desc)
        foreign key   f          (a) -> 注文 (id), on update set null, on delete restrict, deferrable initially deferred, NOT VALID: 2 rows without a parent

      "" -> table_1  0 rows
        xmin  -> xmin_  TEXT  ->  text

      nothing blocks: migrate would copy 1 row into 2 tables
      "
    `);
  });

  test.each(kinds)("names %s with its page, words and mend", (kind) => {
    const lines = text({ findings: [findingOf[kind]] }).split("\n");
    const { what, mend } = wordsOf(findingOf[kind]);
    expect(lines).toContain(`  ${kind}  ${findingPage(kind)}`);
    expect(lines).toContain(`    ${what}`);
    expect(lines.filter((line) => /^ {6}(?:mend| {2}or): /u.test(line))).toEqual(
      (mend?.split("\n") ?? []).map((way, at) => `      ${at === 0 ? "mend:" : "  or:"} ${way}`),
    );
  });

  test("says why only where the type is not the obvious one", () => {
    const because = "because of this";
    const said = (declaredType: string, ...type: Parameters<typeof pgType>): boolean =>
      text({
        tables: [table("t", { columns: [column("c", { declaredType, type: pgType(...type), because })] })],
      }).includes(because);
    expect([
      said("int", "bigint"),
      said("Varchar ( 10 )", "character varying", 10),
      said("DECIMAL(10,2)", "numeric", 10, 2),
    ]).toEqual([false, false, false]);
    expect([
      said("INTEGER", "text"),
      said("VARCHAR(10)", "text"),
      said("VARCHAR(9)", "character varying", 10),
      said("", "text"),
      said("CHAR(", "text"),
    ]).toEqual([true, true, true, true, true]);
  });

  test("names a collation, and says why", () => {
    const because = "because of this";
    const name = column("name", { because, collation: { name: "nocase", schema: null } });
    expect(text({ tables: [table("t", { columns: [name] })] })).toContain(
      "name  TEXT  ->  text COLLATE nocase  because of this\n",
    );
  });

  test("a long statement that is not carried gives its first line only", () => {
    const sql = "\n\n  CREATE VIEW v AS\r\nSELECT 1";
    const lines = text({ notCarried: [{ type: "view", name: "v", table: null, sql, reason: "r" }] }).split(
      "\n",
    );
    expect(lines).toContain("      CREATE VIEW v AS …");
  });

  test("names and statements cannot steer the terminal", () => {
    const evil = "a\u001b[2J\nb";
    const printed = text({
      source: { ...shop.source, file: evil },
      schema: evil,
      tables: [
        table(evil, {
          columns: [column(evil, { declaredType: evil, defaultSql: evil, because: evil })],
          primaryKey: { name: evil, columns: [evil] },
        }),
      ],
      findings: [{ ...findingOf["name-taken"], name: evil, what: evil }],
      notCarried: [{ type: "view", name: evil, table: evil, sql: evil, reason: evil }],
    });
    expect(printed).not.toContain("\u001b");
    expect(printed.split("\n").filter((line) => line.startsWith("b"))).toEqual([]);
  });
});

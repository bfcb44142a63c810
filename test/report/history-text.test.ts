import { describe, expect, test } from "vitest";
import { plainStyle } from "../../src/report/style.js";
import { statusText, undoQuestion, undoShownText, undoText } from "../../src/report/terminal.js";
import { runRecord, scriptRecords, statusOf, undoOf } from "./history-examples.js";

describe("statusText", () => {
  test("says so where no run is recorded", () => {
    expect(statusText(statusOf(), plainStyle)).toMatchInlineSnapshot(`
      "Runs in postgres://me@db.example/shop (PostgreSQL 16.2)

      no run is recorded here
      "
    `);
  });

  test("lists the runs, and what is left of one that was cut off", () => {
    const cutOff = runRecord(8, {
      status: "running",
      finished: null,
      isCutOff: true,
      leftSchema: true,
      rows: 12,
    });
    const refused = runRecord(6, {
      status: "refused",
      message: "the proof failed\nin two lines",
      rows: 43_320,
    });
    expect(statusText(statusOf(cutOff, runRecord(7), refused), plainStyle)).toMatchInlineSnapshot(`
      "Runs in postgres://me@db.example/shop (PostgreSQL 16.2)

        run  when (UTC)        file     into       rows    took  status
          8  2026-03-01 10:15  shop.db  public       12          cut off
          7  2026-03-01 10:15  shop.db  public  412,310  12.3 s  done
          6  2026-03-01 10:15  shop.db  public        -  12.3 s  refused: the proof failed

        run 8 left schema sqlift_run_8 behind
            mend: sqlift undo postgres://me@db.example/shop 8

      1 run left something behind
      "
    `);
  });

  test("lists the SQL files, and says what is left to do", () => {
    const incomplete = statusOf(runRecord(7, { status: "incomplete" }));
    const lines = statusText({ ...incomplete, steps: scriptRecords }, plainStyle).split("\n");
    expect(lines.slice(5)).toEqual([
      "  run 7 is in place, and steps of it are left",
      "      mend: run the same sqlift migrate again",
      "",
      "Steps",
      "  before  1.sql        done in 0.31 s",
      "  after   steps/2.sql  accepted 2026-03-02",
      '  after   steps/3.sql  failed (run 7): line 12: column "boddy" does not exist\\u001b',
      "  after   steps/4.sql  pending (run 7)",
      "  after   steps/5.sql  under way (run 7)",
      "",
      "1 SQL file failed, 1 SQL file not run yet",
      "",
    ]);
    expect(statusText(incomplete, plainStyle)).toContain("\nsteps are left to do\n");
  });

  test("nothing in a name reaches the terminal as a command", () => {
    const odd = runRecord(1, {
      sourceFile: "a\u001b[2Jb.db",
      message: "x\u0007",
      status: "failed",
      leftSchema: true,
    });
    expect(statusText(statusOf(odd), plainStyle).replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  });
});

describe("undoText", () => {
  test("names the files of which all stays", () => {
    const outcome = undoOf({ scripts: ["steps/1.sql", "x.sql"] });
    expect(undoText(outcome, plainStyle)).toContain("; what these files did stays: steps/1.sql, x.sql\n");
    expect(undoShownText(outcome, plainStyle)).toContain(
      "  what these files did stays: steps/1.sql, x.sql\n",
    );
  });

  test("says what went", () => {
    expect(undoText(undoOf(), plainStyle)).toMatchInlineSnapshot(`
      "run 7 is undone: 2 tables and 1 other object removed from postgres://me@db.example/shop (PostgreSQL 16.2)
      "
    `);
  });

  test("shows what is in the way", () => {
    const [artist] = undoOf().tables;
    const outcome = undoOf({
      status: "refused",
      tables: [
        { ...artist!, there: 200, others: 80 },
        { name: null, made: "gone", loaded: 5, there: 0, others: 0 },
      ],
      refusals: ["Table public.artist: …"],
    });
    expect(undoText(outcome, plainStyle)).toMatchInlineSnapshot(`
      "Run 7 moved shop.db into schema public, 2026-03-01 10:15 UTC

        table          rows loaded  there  of others
        public.artist          275    200         80
        gone                     5   gone

        view public.titles

        Table public.artist: …

      nothing was removed
      "
    `);
  });

  test("shows what would go, asks, and says how to do it unasked", () => {
    const shown = undoOf({ status: "shown", rejectedRows: 3 });
    expect(undoText(shown, plainStyle)).toMatchInlineSnapshot(`
      "Run 7 moved shop.db into schema public, 2026-03-01 10:15 UTC

        table           rows loaded  there  of others
        public.artist           275    275
        public."Album"        1,200  1,200

        view public.titles

        3 rows of sqlift.rejected_rows

      nothing was removed; to do it: sqlift undo postgres://me@db.example/shop 7 --yes
      "
    `);
    expect(undoShownText(shown, plainStyle)).toContain("3 rows of sqlift.rejected_rows");
    expect(undoQuestion(shown)).toBe("Remove 2 tables with 1,475 rows and 1 other object?");
    expect(undoQuestion(undoOf({ tables: [], drops: [] }))).toBe("Close the run?");
  });
});

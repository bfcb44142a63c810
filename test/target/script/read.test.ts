/** Which files are meant, and in which order. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { orderNames, versionOf } from "../../../src/target/script/order.js";
import { readScripts } from "../../../src/target/script/read.js";
import { errorOf, temporaryFolder } from "../room.js";

function folderOf(files: Readonly<Record<string, string | Buffer>>, name = "migrations"): string {
  const folder = join(temporaryFolder(), name);
  mkdirSync(folder);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  return folder;
}

describe("wrong use is", () => {
  const refusal = async (...paths: string[]) => errorOf(() => readScripts(paths, "before"));

  test("a path where nothing is", async () => {
    expect(await refusal("/nowhere/x.sql")).toMatchObject({
      code: "usage",
      message: "There is no file or folder /nowhere/x.sql.",
    });
  });

  test("a folder without SQL", async () => {
    expect((await refusal(folderOf({ "readme.md": "" }))).message).toContain("There is no file *.sql");
  });

  test("two files of one version", async () => {
    const { code, message } = await refusal(folderOf({ "V1__a.sql": "", "V01.0__b.sql": "" }));
    expect([code, message]).toEqual(["usage", "V01.0__b.sql and V1__a.sql have the same version."]);
  });

  test("the same twice, or two of one name", async () => {
    const folder = folderOf({ "a.sql": "" });
    expect((await refusal(folder, folder)).message).toBe("Two folders are called migrations.");
    const [one, other] = [join(folder, "a.sql"), join(folderOf({ "a.sql": "" }), "a.sql")];
    expect((await refusal(one, other)).message).toBe("Two files are called a.sql.");
    expect(readScripts([folder, one], "before").scripts).toHaveLength(2);
  });

  test.each([
    ["in another encoding", Buffer.from("SELECT 'é'", "latin1"), "is not in UTF-8"],
    ["with a NUL", Buffer.from("SELECT 1\0"), "holds a NUL byte"],
  ])("a file %s", async (_, bytes, words) => {
    const error = await refusal(join(folderOf({ "a.sql": bytes }), "a.sql"));
    expect(error.code).toBe("script-invalid");
    expect(error.message).toContain(words);
  });
});

describe("a folder", () => {
  test("is known by its name, each file by the digest of its bytes; others are left aside, and told", () => {
    const folder = folderOf({ "2.sql": "SELECT 2", "10.SQL": "\ufeffSELECT 10", "note.txt": "", ".x": "" });
    mkdirSync(join(folder, "deeper.sql"));
    const { scripts, folders, notes } = readScripts([`${folder}/.`], "after");
    expect(scripts.map(({ name, text, phase, folder: of }) => [name, text, phase, of])).toEqual([
      ["10.SQL", "SELECT 10", "after", "migrations"],
      ["2.sql", "SELECT 2", "after", "migrations"],
    ]);
    expect(scripts[1]?.checksum).toBe("ebbb5b332060a3ede7047bd7528883b0a560e729848f9feb8ff742145e909b01");
    expect(folders).toEqual(["migrations"]);
    expect(notes).toEqual([`Of folder ${folder}/. only files *.sql are run, not: deeper.sql, note.txt`]);
  });

  test("with both kinds of names has its versions first, and says so", () => {
    const folder = folderOf({ "001_x.sql": "", "V2__y.sql": "" });
    const { scripts, notes } = readScripts([folder], "before");
    expect(scripts.map(({ name }) => name)).toEqual(["V2__y.sql", "001_x.sql"]);
    expect(notes.join()).toContain("come first, then 001_x.sql");
  });

  test("comes where it was named", () => {
    const folder = folderOf({ "z.sql": "" });
    const single = join(folderOf({ "a.sql": "" }, "other"), "a.sql");
    expect(readScripts([folder, single], "before").scripts.map((each) => [each.folder, each.name])).toEqual([
      ["migrations", "z.sql"],
      [null, "a.sql"],
    ]);
  });
});

describe("order", () => {
  test("versions go part by part as numbers", () => {
    const ordered = [
      "V001__a.sql",
      "V001.1__b.sql",
      "V2__c.sql",
      "V2_0_5__d.sql",
      "V10__e.sql",
      "V10.1__f f.sql",
    ];
    expect(orderNames(ordered.toReversed())).toEqual(ordered);
  });

  test("all else goes by its characters, as every machine has them", () => {
    const ordered = [
      "001_a.sql",
      "010_b.sql",
      "1_c.sql",
      "V001_single.sql",
      "Z.sql",
      "a.sql",
      "v1__small.sql",
      "é.sql",
      "\uffee.sql",
      "😀.sql",
    ];
    expect(orderNames(ordered.toReversed())).toEqual(ordered);
    expect(ordered.map(versionOf)).toEqual(ordered.map(() => null));
  });
});

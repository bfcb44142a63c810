import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { makePrivateFolder, removePrivateFolders } from "../../src/source/private-folder.js";
import { makeSample } from "./sample.js";

describe("makePrivateFolder", () => {
  test("refuses where there is too little room, and says how much and where", async () => {
    const { temp } = makeSample();
    await expect(makePrivateFolder(temp, 4e18)).rejects.toMatchObject({
      code: "no-space",
      message: expect.stringMatching(/needs 4000000 TB in .*temp, which has .* free$/) as unknown,
      hint: "make room there, or name a folder with more room by --temp-dir",
    });
  });

  test("refuses a folder that is not there, or is a file", async () => {
    const { temp } = makeSample();
    await expect(makePrivateFolder(join(temp, "no"), 1)).rejects.toMatchObject({
      code: "usage",
      message: `a private copy of the source cannot be made in ${join(temp, "no")}: there is no such folder`,
    });
    writeFileSync(join(temp, "file"), "");
    await expect(makePrivateFolder(join(temp, "file"), 1)).rejects.toMatchObject({
      code: "usage",
      message: expect.stringContaining("it is not a folder") as unknown,
    });
  });

  test("makes a folder that nobody else may enter, and removes it with what is in it", async () => {
    const { temp } = makeSample();
    const folder = await makePrivateFolder(temp, 1);
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
    writeFileSync(folder.file, "x");
    folder.remove();
    folder.remove();
    expect(existsSync(folder.path)).toBe(false);
  });
});

test("removePrivateFolders removes all that stand, also where one was removed already", async () => {
  const { temp } = makeSample();
  const folders = [await makePrivateFolder(temp, 1), await makePrivateFolder(temp, 1)];
  for (const { file } of folders) writeFileSync(file, "x");
  folders.push(await makePrivateFolder(temp, 1));
  folders[2]?.remove();
  removePrivateFolders();
  expect(readdirSync(temp)).toEqual([]);
});

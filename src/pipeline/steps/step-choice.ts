/** Which of the given SQL files are left to do, by what the history of the target says of them. */
import { ToolError } from "../../errors.js";
import { scriptWords, type ScriptRecord, type SqlScript } from "../../model/script.js";
import type { ReadScripts } from "../../target/script/read.js";

export interface StepChoice {
  readonly todo: readonly SqlScript[];
  /** Done or accepted earlier. */
  readonly done: readonly SqlScript[];
  /** What a person should know of the order. */
  readonly notes: readonly string[];
}

/**
 * @param given of one phase
 * @throws ToolError `step-changed` with every file that is not as it was when it ran, or is not there.
 */
export function chooseSteps(given: ReadScripts, records: readonly ScriptRecord[]): StepChoice {
  const { scripts, folders } = given;
  const slips = [
    ...scripts.flatMap((script) => changeOf(script, recordOf(script, records))),
    ...folders.flatMap((folder) => absencesFrom(folder, scripts, records)),
  ];
  if (slips.length > 0)
    throw new ToolError(
      "step-changed",
      `SQL files are not as the target knows them:\n${slips.join("\n")}`,
      "Restore them; or, where they are right as they are: sqlift status TARGET --accept FILE",
    );
  const isDone = (script: SqlScript): boolean => recordOf(script, records)?.status === "done";
  return {
    todo: scripts.filter((script) => !isDone(script)),
    done: scripts.filter(isDone),
    notes: latecomers(scripts, records),
  };
}

/** The very file that was run under another folder's name, or by itself, was run. */
function recordOf(script: SqlScript, records: readonly ScriptRecord[]): ScriptRecord | undefined {
  const alike = records.filter(({ phase, name }) => phase === script.phase && name === script.name);
  return (
    alike.find(({ folder }) => folder === script.folder) ??
    alike.find(({ status, checksum }) => status === "done" && checksum === script.checksum)
  );
}

/** What failed may be mended, and is run as it is now. */
function changeOf(script: SqlScript, record: ScriptRecord | undefined): readonly string[] {
  if (record?.status !== "done" || record.checksum === script.checksum) return [];
  return [
    record.checksum === null
      ? `${scriptWords(script)} is there again, and that it was gone has been accepted`
      : `${scriptWords(script)} has been changed since it ${ranWords(record)}`,
  ];
}

const ranWords = ({ started, accepted }: ScriptRecord): string =>
  accepted === null ? `ran (${(started ?? "").slice(0, 10)})` : `was accepted (${accepted.slice(0, 10)})`;

function absencesFrom(
  given: string,
  scripts: readonly SqlScript[],
  records: readonly ScriptRecord[],
): readonly string[] {
  const phase = scripts[0]?.phase;
  const there = scripts.filter(({ folder }) => folder === given);
  const isThere = (record: ScriptRecord): boolean => there.some(({ name }) => name === record.name);
  const wanted = records.filter(
    (record) => record.phase === phase && record.folder === given && record.checksum !== null,
  );
  return wanted
    .filter((record) => !isThere(record))
    .map((record) => {
      const renamed = there.find(
        (script) => script.checksum === record.checksum && recordOf(script, records) === undefined,
      );
      return renamed === undefined
        ? `${scriptWords(record)} is not there any more`
        : `${scriptWords(record)} is called ${renamed.name} now`;
    });
}

/** New files of a folder that come before one that ran. */
function latecomers(scripts: readonly SqlScript[], records: readonly ScriptRecord[]): readonly string[] {
  return scripts.flatMap((script, index) => {
    if (script.folder === null || recordOf(script, records) !== undefined) return [];
    const ran = scripts.findLast(
      (other, place) =>
        place > index && other.folder === script.folder && recordOf(other, records)?.status === "done",
    );
    return ran === undefined
      ? []
      : [`${scriptWords(script)} is new, and runs after ${ran.name}, which it would come before.`];
  });
}

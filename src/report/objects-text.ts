/** What does not hold beyond the rows, in text. */
import type { ObjectFault } from "../model/object-fault.js";
import { visible } from "./display-width.js";
import { counted } from "./number-words.js";
import type { Style } from "./style.js";

export const objectLines = (objects: readonly ObjectFault[], style: Style): readonly string[] =>
  objects.length === 0
    ? []
    : [
        "",
        style.bold("beyond the rows"),
        ...objects.flatMap(({ message, mend, answer }) => [
          `  ${answer === "no" ? style.red(visible(message)) : style.yellow(visible(message))}`,
          ...(mend === null ? [] : [`      ${style.dim("mend:")} ${visible(mend)}`]),
        ]),
      ];

/** What the last sentence must not leave out; empty where nothing changes the answer. */
export const objectsWords = (objects: readonly ObjectFault[]): string => {
  const broken = objects.filter(({ answer }) => answer === "no").length;
  const unread = objects.filter(({ answer }) => answer === "unproven").length;
  return [
    ...(broken === 0
      ? []
      : [`${counted(broken, "thing")} beyond the rows ${broken === 1 ? "is" : "are"} broken`]),
    ...(unread === 0
      ? []
      : [`${counted(unread, "thing")} beyond the rows ${unread === 1 ? "is" : "are"} unproven`]),
  ]
    .map((words) => `; but ${words}`)
    .join("");
};

/** What does not hold beyond the rows, in text. */
import type { ObjectFault } from "../model/object-fault.js";
import { visible } from "./display-width.js";
import { counted, grouped } from "./number-words.js";
import { listWords } from "./place-words.js";
import type { Style } from "./style.js";

export const objectLines = (objects: readonly ObjectFault[], style: Style): readonly string[] =>
  objects.length === 0
    ? []
    : [
        "",
        style.bold("beyond the rows"),
        ...objects.flatMap(({ message, mend, answer }) => [
          `  ${answer === "no" ? style.red(visible(message)) : style.yellow(visible(message))}`,
          ...(mend === null ? [] : mendLines(mend, style)),
        ]),
      ];

/** A function has lines of its own, which stand here under the first. */
const mendLines = (mend: string, style: Style): readonly string[] =>
  mend.split("\n").map((line, at) => `      ${at === 0 ? `${style.dim("mend:")} ` : "  "}${visible(line)}`);

/** What the last sentence must not leave out, part by part; none where nothing changes the answer. */
export const objectsWords = (objects: readonly ObjectFault[]): readonly string[] => {
  const broken = objects.filter(({ answer }) => answer === "no").length;
  const unproven = objects.filter(({ answer }) => answer === "unproven");
  const sequences = unproven.filter(({ kind }) => kind === "sequence-unread");
  const others = unproven.filter(({ kind }) => kind !== "sequence-unread");
  const unread = [
    ...(sequences.length === 0 ? [] : [`${nextValueWords(sequences)}, which this role may not read`]),
    ...(others.length === 0 ? [] : [`what stands beyond the rows of ${namesOf(others)}`]),
  ];
  return [
    ...(broken === 0
      ? []
      : [`${counted(broken, "thing")} beyond the rows ${broken === 1 ? "is" : "are"} broken`]),
    ...(unread.length === 0 ? [] : [`unproven: ${unread.join(", and ")}`]),
  ];
};

const nextValueWords = (sequences: readonly ObjectFault[]): string =>
  sequences.length === 1
    ? `the next value of sequence ${namesOf(sequences)}`
    : `the next values of ${grouped(sequences.length)} sequences (${namesOf(sequences)})`;

const namedObjects = 5;

const namesOf = (objects: readonly ObjectFault[]): string => {
  const more = objects.length - namedObjects;
  const names = listWords(objects.slice(0, namedObjects).map(({ name }) => name));
  return visible(more > 0 ? `${names}, ${grouped(more)} more` : names);
};

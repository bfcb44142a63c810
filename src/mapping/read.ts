/** Somebody's own mapping files. Nothing in them is passed over: what is not understood is a complaint. */
import { readFileSync } from "node:fs";
import { ToolError } from "../errors.js";
import type { Mapping } from "../model/mapping.js";
import { nearest } from "../model/nearest.js";
import { buildMapping } from "./build.js";
import { builtInNames } from "./built-in.js";
import { meaningComplaints } from "./check-meaning.js";
import { shapeComplaints } from "./check-shape.js";
import { mappingInvalid } from "./complaint.js";
import { readYaml } from "./document.js";
import type { MappingFile } from "./schema.js";

/**
 * @param path as messages name it.
 * @throws ToolError `mapping-not-found`; `mapping-invalid` with every mistake of the file.
 */
export const readMapping = (path: string): Mapping => parseMapping(decode(readBytes(path), path), path);

/**
 * @param text YAML 1.2.
 * @param file where it comes from, for messages; the mapping's name where the text gives none.
 * @throws ToolError `mapping-invalid`.
 */
export function parseMapping(text: string, file: string): Mapping {
  const document = readYaml(text);
  const complaints = [...document.complaints];
  if (!document.isBroken) complaints.push(...shapeComplaints(document), ...meaningComplaints(document));
  if (complaints.length > 0) throw mappingInvalid(file, complaints);
  return buildMapping(document.value as MappingFile, {
    name: file,
    isBuiltIn: false,
    place: (path) => ({ mapping: file, line: document.keyAt(path).line }),
  });
}

function readBytes(path: string): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const because = reasons[code ?? ""] ?? (cause as Error).message;
    const near = nearest(path, builtInNames());
    throw new ToolError(
      "mapping-not-found",
      `The mapping ${path} cannot be read: ${because}.`,
      near === null
        ? "A mapping is a file, or the name of one that sqlift brings along: sqlift mappings lists these."
        : `Perhaps ${near} is meant, which sqlift brings along.`,
      { cause },
    );
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EISDIR: "it is a folder",
  EACCES: "it may not be read",
};

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    const position = { line: 1, column: 1 };
    throw mappingInvalid(path, [{ position, path: [], message: "this is no text in UTF-8" }]);
  }
}

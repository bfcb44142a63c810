/** Reads a certificate, known by what is in it, and by no name. */
import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { ToolError } from "../../errors.js";
import type { Certificate } from "../../model/certificate.js";
import { canonicalForm } from "../canonical/version.js";
import { isSealed } from "./seal.js";
import { oddPlace } from "./shape.js";

/** Larger ones would have a million columns. */
const mostBytes = 512 * 1024 * 1024;

/**
 * Null where the file is no JSON object, or there is none that can be read: then it is for the reader of SQLite files to say so.
 *
 * @throws ToolError `certificate-invalid` for another document, a damaged one, or one of another version.
 */
export const readCertificate = (path: string): Certificate | null => {
  if (!beginsAsObject(path)) {
    return null;
  }
  const document = parsed(path);
  const { format, formatVersion, canonicalForm: form } = document;
  if (format !== "sqlift-certificate") {
    throw invalid(`${path} is a JSON document, but no certificate of sqlift.`, otherFile);
  }
  if (formatVersion !== 1) {
    throw invalid(
      `The certificate ${path} is of format ${JSON.stringify(formatVersion)}, and this sqlift knows format 1.`,
      "Check with the version that made it, or a newer one.",
    );
  }
  if (!isSealed(document)) {
    throw invalid(
      `The certificate ${path} is not as it was written: its own digest does not agree.`,
      "Take an untouched copy of it, or validate the source again.",
    );
  }
  if (form !== canonicalForm) {
    throw invalid(
      `The digests of the certificate ${path} are of canonical form ${JSON.stringify(form)}, those of this sqlift of form ${canonicalForm}: they cannot be compared.`,
      "Check with the version that made it, or validate the source again.",
    );
  }
  const odd = oddPlace(document);
  if (odd !== null) {
    throw invalid(`The certificate ${path} is none that sqlift wrote: ${odd} is missing or odd.`, otherFile);
  }
  return document as unknown as Certificate;
};

const otherFile = "Name a SQLite file, or a file that --certificate has written.";

/** SQLite's own files begin with other bytes; an encrypted one, which may begin with any, is no text. */
const beginsAsObject = (path: string): boolean => {
  if (statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    return false;
  }
  const start = Buffer.alloc(512);
  let read: number;
  try {
    const descriptor = openSync(path, "r");
    try {
      read = readSync(descriptor, start, 0, start.length, 0);
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return false;
  }
  const bytes = start.subarray(0, read);
  return /^\uFEFF?\s*\{/.test(bytes.toString("utf8")) && !bytes.some((byte) => byte < 9);
};

const parsed = (path: string): Readonly<Record<string, unknown>> => {
  if (statSync(path).size > mostBytes) {
    throw invalid(`${path} is too large for a certificate.`, otherFile);
  }
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
    return JSON.parse(text) as Readonly<Record<string, unknown>>;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ToolError("certificate-invalid", `${path} is no whole JSON document: ${reason}`, otherFile, {
      cause: error,
    });
  }
};

const invalid = (message: string, hint: string): ToolError =>
  new ToolError("certificate-invalid", message, hint);

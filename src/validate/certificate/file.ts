/** A certificate as a file: whole or not at all, and never over another file. */
import { randomBytes } from "node:crypto";
import {
  accessSync,
  constants,
  existsSync,
  linkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { ToolError } from "../../errors.js";
import type { Certificate } from "../../model/certificate.js";

/**
 * Better now than after every row has been read.
 *
 * @throws ToolError `usage` where a certificate cannot be written there.
 */
export const refuseCertificateFile = (path: string): void => {
  if (existsSync(path)) {
    throw inTheWay(path);
  }
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new ToolError("usage", `There is no folder ${folder} for the certificate.`, "Make it first.");
  }
  try {
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new ToolError("usage", `No file may be made in ${folder}, where the certificate is to go.`, null, {
      cause: error,
    });
  }
};

/** @throws ToolError `usage` where something is there by now, or it cannot be written. */
export const writeCertificate = (path: string, certificate: Certificate): void => {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(4).toString("hex")}.tmp`);
  try {
    writeFileSync(temporary, `${JSON.stringify(certificate, null, 2)}\n`, { flag: "wx", flush: true });
    moveInto(temporary, path);
  } catch (error) {
    if (error instanceof ToolError) {
      throw error;
    }
    const reason = error instanceof Error ? error.message : String(error);
    throw new ToolError("usage", `The certificate cannot be written: ${reason}`, null, { cause: error });
  } finally {
    rmSync(temporary, { force: true });
  }
};

/** Unlike rename(2), link(2) fails where there is a file of that name; some file systems have no links. */
const moveInto = (temporary: string, path: string): void => {
  try {
    linkSync(temporary, path);
  } catch (error) {
    if (existsSync(path)) {
      throw inTheWay(path);
    }
    if (!(error instanceof Error)) {
      throw error;
    }
    renameSync(temporary, path);
  }
};

const inTheWay = (path: string): ToolError =>
  new ToolError(
    "usage",
    `${path} is there already, and is not written over.`,
    "Name another file for --certificate.",
  );

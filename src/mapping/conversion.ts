/** What `convert` means: the types that it can make, the unit of numbers, the spelling of bytes. */
import type { PgTypeName, TimeUnit } from "../model/postgres.js";
import type { ColumnRuleFile } from "./schema.js";

export type Conversion = NonNullable<ColumnRuleFile["convert"]>;
type ConversionName = Extract<Conversion, string> | "epoch";
type Epoch = Exclude<Conversion, string>["epoch"];

/** The first is the one that is made where no type is named. */
export const typesOf = (convert: Conversion): readonly [PgTypeName, ...PgTypeName[]] =>
  types[typeof convert === "string" ? convert : "epoch"];

const instants = ["timestamp with time zone", "timestamp without time zone", "date"] as const;

const types: Readonly<Record<ConversionName, readonly [PgTypeName, ...PgTypeName[]]>> = {
  boolean: ["boolean"],
  json: ["jsonb", "json"],
  uuid: ["uuid"],
  decimal: ["numeric"],
  julian: instants,
  epoch: instants,
  hex: ["bytea", "uuid"],
  base64: ["bytea", "uuid"],
};

export function unitOf(convert: Conversion): TimeUnit | null {
  if (typeof convert === "object") return units[convert.epoch];
  return convert === "julian" ? "julian" : null;
}

const units: Readonly<Record<Epoch, TimeUnit>> = {
  s: "seconds",
  ms: "milliseconds",
  us: "microseconds",
  ns: "nanoseconds",
  "core-data": "core-data",
  webkit: "webkit",
};

export const decodeOf = (convert: Conversion): "hex" | "base64" | null =>
  convert === "hex" || convert === "base64" ? convert : null;

/** As a file says it. */
export const conversionWords = (convert: Conversion): string =>
  typeof convert === "string" ? convert : `{ epoch: ${convert.epoch} }`;

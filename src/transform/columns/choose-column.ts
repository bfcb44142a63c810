/** Which columnar encoder a type has, for the values that its columns usually hold. */
import type { ColumnPlan } from "../../model/plan.js";
import type { PgTypeKind } from "../../model/postgres.js";
import { PayloadColumn, type PayloadCheck } from "./byte-columns.js";
import type { ColumnEncoder } from "./column-encoder.js";
import { BigintColumn, BooleanColumn, DoubleColumn, NarrowColumn } from "./fixed-columns.js";
import { InstantColumn } from "./instant-column.js";
import { isJsonText, isKeptJson, jsonbVersion } from "../fields/json.js";
import { endsWithBlank, isWithin } from "../fields/text.js";
import { textFault } from "../fields/utf8.js";

type Choose = (column: ColumnPlan, profiled: boolean) => ColumnEncoder | null;

const isStorable: PayloadCheck = (bytes, start, end) => textFault(bytes, start, end) === null;

const textColumn = (...rules: readonly (PayloadCheck | null)[]): ColumnEncoder => {
  const [first = null, second = null] = rules.filter((rule) => rule !== null);
  const fits: PayloadCheck | null =
    first === null || second === null
      ? first
      : (bytes, start, end) => first(bytes, start, end) && second(bytes, start, end);
  return new PayloadColumn({ takesBlobs: false, prefix: null, fits });
};

/** The check that a profile has made already: it counts NUL and invalid UTF-8 in every column of text. */
const unlessProfiled = (profiled: boolean): PayloadCheck | null => (profiled ? null : isStorable);

const instantColumn: Choose = ({ type, unit }) => {
  const [precision = 6] = type.modifiers;
  return precision === 6 ? InstantColumn.of(unit) : null;
};

const encoders: Readonly<Partial<Record<PgTypeKind, Choose>>> = {
  boolean: () => new BooleanColumn(),
  smallint: () => new NarrowColumn(2),
  integer: () => new NarrowColumn(4),
  bigint: () => new BigintColumn(),
  "double precision": () => new DoubleColumn(),
  text: (_column, profiled) => textColumn(unlessProfiled(profiled)),
  citext: () => textColumn(isStorable),
  "character varying": ({ type: { modifiers } }, profiled) => {
    const [limit] = modifiers;
    return textColumn(
      unlessProfiled(profiled),
      limit === undefined ? null : (bytes, start, end) => isWithin(bytes, start, end, limit),
    );
  },
  character: ({ type: { modifiers } }) => {
    const [length = 1] = modifiers;
    return textColumn(
      isStorable,
      (bytes, start, end) => !endsWithBlank(bytes, start, end) && isWithin(bytes, start, end, length),
    );
  },
  bytea: () => new PayloadColumn({ takesBlobs: true, prefix: null, fits: null }),
  json: () => new PayloadColumn({ takesBlobs: true, prefix: null, fits: isKeptJson }),
  jsonb: (_column, profiled) =>
    new PayloadColumn({ takesBlobs: !profiled, prefix: jsonbVersion, fits: profiled ? null : isJsonText }),
  "timestamp without time zone": instantColumn,
  "timestamp with time zone": instantColumn,
};

/**
 * Null where the type has none, and where texts or NULLs stand for something else: then each value is encoded by itself.
 *
 * @param profiled every text of a text or varchar column is known to be storable, every value of a jsonb column to be JSON;
 *   what a limit or a range decides is asked all the same.
 */
export const columnEncoderFor = (column: ColumnPlan, profiled: boolean): ColumnEncoder | null =>
  column.decode !== null || column.policy.nullAs !== undefined
    ? null
    : (encoders[column.type.name]?.(column, profiled) ?? null);

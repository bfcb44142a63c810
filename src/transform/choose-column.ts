/** Which columnar encoder a type has, for the values that its columns usually hold. */
import type { ColumnPlan } from "../model/plan.js";
import type { PgTypeKind } from "../model/postgres.js";
import { PayloadColumn, type PayloadCheck } from "./byte-columns.js";
import type { ColumnEncoder } from "./column-encoder.js";
import { BigintColumn, BooleanColumn, DoubleColumn, InstantColumn } from "./fixed-columns.js";
import { isJsonText, jsonbVersion } from "./json.js";
import { characterCount, textFault } from "./utf8.js";

type Choose = (column: ColumnPlan, profiled: boolean) => ColumnEncoder | null;

const isStorableText: PayloadCheck = (bytes, start, end) => textFault(bytes, start, end) === null;

const textColumn = (fits: PayloadCheck | null): ColumnEncoder =>
  new PayloadColumn({ takesTexts: true, takesBlobs: false, prefix: null, fits });

const encoders: Readonly<Partial<Record<PgTypeKind, Choose>>> = {
  boolean: () => new BooleanColumn(),
  bigint: () => new BigintColumn(),
  "double precision": () => new DoubleColumn(),
  text: (_column, profiled) => textColumn(profiled ? null : isStorableText),
  "character varying": ({ type }, profiled) => {
    const limit = type.modifiers[0] ?? null;
    const fits = profiled ? null : isStorableText;
    return textColumn(limit === null ? fits : withinLimit(limit, fits));
  },
  bytea: () => new PayloadColumn({ takesTexts: true, takesBlobs: true, prefix: null, fits: null }),
  jsonb: (_column, profiled) =>
    new PayloadColumn({
      takesTexts: true,
      takesBlobs: true,
      prefix: jsonbVersion,
      fits: profiled ? null : isJsonText,
    }),
  "timestamp with time zone": ({ unit }) => InstantColumn.of(unit),
};

/** Characters are counted only where there are more bytes than may be characters. */
const withinLimit =
  (limit: number, fits: PayloadCheck | null): PayloadCheck =>
  (bytes, start, end) =>
    (fits === null || fits(bytes, start, end)) &&
    (end - start <= limit || characterCount(bytes, start, end) <= limit);

/**
 * Null where the type has none: then each value is encoded by itself.
 *
 * @param profiled every text of the column is known to be storable, every JSON text to be JSON; what a limit or a
 *   range decides is asked all the same.
 */
export const columnEncoderFor = (column: ColumnPlan, profiled: boolean): ColumnEncoder | null =>
  encoders[column.type.name]?.(column, profiled) ?? null;

/** Values that arrive as another kind of value than they were, though nothing of them is lost. */
import type { Finding } from "../../model/finding.js";
import type { ColumnPlace } from "../../model/place.js";
import { typeWords, type PgType } from "../../model/postgres.js";
import type { ColumnProfile, Example } from "../../model/profile.js";

/** Which storage classes a type holds as what they are; the others are converted, and that is said. */
export function convertedFindings(at: ColumnPlace, type: PgType, profile: ColumnProfile): readonly Finding[] {
  const { integers, reals, texts, blobs, examples } = profile;
  const converted = (from: string, values: number, first: Example | undefined): readonly Finding[] =>
    values === 0
      ? []
      : [{ kind: "values-converted", at, from, type: typeWords(type), values, first: first ?? null }];
  switch (type.name) {
    case "text":
    case "character varying":
    case "character":
    case "citext":
    case "enum":
      return [
        ...converted("INTEGER", integers.count, examples.integer),
        ...converted("REAL", reals.count, examples.real),
        ...converted("BLOB", blobs.utf8, examples.blob),
      ];
    case "bytea":
      return converted("TEXT", texts.count, examples.text);
    case "smallint":
    case "integer":
    case "bigint":
      return [
        ...converted("REAL", reals.count, examples.real),
        ...converted("TEXT", texts.count, examples.text),
      ];
    case "real":
    case "double precision":
    case "numeric":
      return converted("TEXT", texts.count, examples.text);
    case "json":
    case "jsonb":
      return converted("BLOB", blobs.count, examples.blob);
    case "boolean":
    case "uuid":
    case "date":
    case "time without time zone":
    case "timestamp without time zone":
    case "timestamp with time zone":
    case "inet":
    case "cidr":
    case "macaddr":
    case "array":
    case "other":
      return [];
  }
}

/** Numbers of JSON as PostgreSQL's numeric prints them. */
import { withPoint } from "./decimal.js";

/** numeric_in's limits: digits before and after the point, and the exponent it reads. */
const mostIntegerDigits = 131_072;
export const mostFractionDigits = 16_383;
const exponentLimit = 1_073_741_823;

const numberParts = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/** As numeric_out prints it: the digits after the point stay, less the exponent. Null beyond the limits. */
export const jsonbNumber = (number: string): string | null => {
  const [, sign = "", whole = "", fraction = "", exponentText = "0"] = numberParts.exec(number) ?? [];
  const exponent = Number(exponentText);
  if (Math.abs(exponent) >= exponentLimit) {
    return null;
  }
  const scale = fraction.length - exponent;
  const digits = (whole + fraction).replace(/^0+/, "");
  if (scale > mostFractionDigits || (digits !== "" && digits.length - scale > mostIntegerDigits)) {
    return null;
  }
  if (digits === "") {
    return withPoint("0", Math.max(0, scale));
  }
  return sign + withPoint(digits, scale);
};

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { pgType, type PgType } from "../../../src/model/postgres.js";
import {
  decimalOf,
  fitsModifiers,
  significantScale,
  type Decimal,
} from "../../../src/transform/fields/numeric.js";
import { spellField } from "../../../src/transform/encode/spell-field.js";
import { anyReal, numberText } from "../arbitraries.js";
import { accepts, encoded, one, type Value } from "../values.js";

const written = ({ negative, whole, fraction }: Decimal): string =>
  `${negative ? "-" : ""}${whole === "" ? "0" : whole}${fraction === "" ? "" : `.${fraction}`}`;

test("a REAL's decimal is its shortest one, without an exponent", () => {
  fc.assert(
    fc.property(
      anyReal.filter((value) => Number.isFinite(value) && !Object.is(value, -0)),
      (value) => {
        const decimal = decimalOf(one(value), 0)!;
        expect(Number(written(decimal))).toBe(value);
        expect(written(decimal)).not.toMatch(/^-?0\d|e/);
        const digits = (text: string): string => text.replace(/e.*|[-.]/g, "").replace(/^0+|0+$/g, "");
        expect(digits(written(decimal))).toBe(digits(String(value)));
      },
    ),
    { numRuns: 1000 },
  );
});

test("a text keeps its digits, the zeros at its end too", () => {
  const plain = fc
    .stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,30})?$/)
    .filter((text) => !/^-[0.]*$/.test(text));
  fc.assert(fc.property(plain, (text) => written(decimalOf(one(text), 0)!) === text));
});

test("numbers that are not plainly written, infinite or a negative zero have no decimal", () => {
  for (const value of [
    "",
    "+1",
    "01",
    "1.",
    ".5",
    "1e5",
    "NaN",
    "-0",
    "-0.00",
    " 1",
    "1_000",
    -0,
    Infinity,
    -Infinity,
    Buffer.from("1"),
  ]) {
    expect({ value, decimal: decimalOf(one(value), 0) }).toEqual({ value, decimal: null });
  }
});

test("a value fits numeric(p,s) only where nothing is rounded", () => {
  const sizes = fc
    .integer({ min: 1, max: 30 })
    .chain((precision) => fc.tuple(fc.constant(precision), fc.integer({ min: 0, max: precision })));
  fc.assert(
    fc.property(numberText, sizes, (text, [precision, scale]) => {
      const decimal = decimalOf(one(text), 0);
      fc.pre(decimal !== null);
      // Counted in units of the last digit: whole, and fewer than 10^precision.
      const units = BigInt(decimal.whole + decimal.fraction.padEnd(scale, "0").slice(0, scale));
      const isRounded = /[1-9]/.test(decimal.fraction.slice(scale));
      expect(fitsModifiers(decimal, precision, scale)).toBe(!isRounded && units < 10n ** BigInt(precision));
      expect(accepts(pgType("numeric", precision, scale), null, text)).toBe(
        fitsModifiers(decimal, precision, scale),
      );
    }),
    { numRuns: 1000 },
  );
});

test("zeros at the end are no digits that a scale must hold", () => {
  expect(["1.500", "1.000", "1", "0.0010"].map((text) => significantScale(decimalOf(one(text), 0)!))).toEqual(
    [1, 0, 0, 3],
  );
});

test("infinities are numeric only without a precision", () => {
  expect(encoded("numeric", null, one(Infinity), 0)?.toString("hex")).toBe(
    "000000080000" + "0000" + "d000" + "0000",
  );
  expect(encoded("numeric", null, one(-Infinity), 0)?.toString("hex")).toBe(
    "000000080000" + "0000" + "f000" + "0000",
  );
  expect(accepts(pgType("numeric", 1000, 0), null, Infinity)).toBe(false);
});

describe("decimals of few digits, which are written without a string", () => {
  const spelled = (type: PgType, value: Value): string | null => {
    const field = encoded(type, null, one(value), 0);
    return field === null ? null : spellField(type, field, 4, field.length).toString();
  };
  const decimal = fc
    .tuple(fc.integer({ min: 0, max: 17 }), fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }))
    .map(([scale, digits]) => {
      const text = String(digits < 0n ? -digits : digits)
        .slice(0, 3 + ((scale * 7) % 15))
        .padStart(scale + 1, "0");
      const whole = text.slice(0, text.length - scale).replace(/^0+(?=.)/, "");
      return `${digits < 0n ? "-" : ""}${whole}${scale === 0 ? "" : `.${text.slice(-scale)}`}`;
    });

  test("keep all their digits", () => {
    fc.assert(
      fc.property(decimal, (text) => {
        const isZero = /^-?[0.]*$/.test(text);
        expect(spelled(pgType("numeric"), text)).toBe(isZero && text.startsWith("-") ? null : text);
        const real = Number(text);
        if (!isZero && !String(real).includes("e")) {
          expect(spelled(pgType("numeric"), real)).toBe(String(real));
          if (Number.isInteger(real))
            expect(spelled(pgType("numeric"), BigInt(real))).toBe(String(BigInt(real)));
        }
      }),
      { numRuns: 3000 },
    );
  });

  test("fit a precision and scale where they have no more digits, and are shown with all of the scale", () => {
    fc.assert(
      fc.property(
        decimal,
        fc.integer({ min: 0, max: 8 }),
        fc.integer({ min: 1, max: 12 }),
        (text, scale, more) => {
          const [whole = "", fraction = ""] = text.replace("-", "").split(".");
          const isNegativeZero = /^-[0.]*$/.test(text);
          const fits = (whole === "0" || whole.length <= more) && fraction.replace(/0+$/, "").length <= scale;
          const shown = fraction.slice(0, scale).padEnd(scale, "0");
          const wanted = `${text.startsWith("-") ? "-" : ""}${whole}${scale === 0 ? "" : `.${shown}`}`;
          const type = pgType("numeric", more + scale, scale);
          expect(spelled(type, text)).toBe(fits && !isNegativeZero ? wanted : null);
        },
      ),
      { numRuns: 3000 },
    );
  });

  test("are no negative zeros", () => {
    expect(["-0", "-0.0", -0].filter((value) => accepts("numeric", null, value))).toEqual([]);
  });

  test("fit no scale that is negative or above the precision", () => {
    const types = [pgType("numeric", 2, 4), pgType("numeric", 3, -2)];
    expect(
      types.filter((type) => [0n, 0.01, "0.5", 100n].some((value) => accepts(type, null, value))),
    ).toEqual([]);
  });
});

/**
 * Floats as PostgreSQL prints them: the shortest digits that lie strictly between the halves to the neighbours
 * (src/common/d2s.c and f2s.c, which take no bound itself, as JavaScript does: 1e23 is 9.999999999999999e+22 there).
 */

interface FloatFormat {
  readonly fractionBits: number;
  readonly bias: number;
  /** Digits that always suffice. */
  readonly mostDigits: number;
  /** From this power of ten on it is written with an exponent. */
  readonly exponentFrom: number;
}

const double: FloatFormat = { fractionBits: 52, bias: 1075, mostDigits: 17, exponentFrom: 15 };
const single: FloatFormat = { fractionBits: 23, bias: 150, mostDigits: 9, exponentFrom: 6 };

/** @param bytes as float8send writes them */
export const doubleText = (bytes: Buffer): string =>
  textOf(bytes.readDoubleBE(), bytes.readBigUInt64BE(), double);

/** @param bytes as float4send writes them */
export const singleText = (bytes: Buffer): string =>
  textOf(bytes.readFloatBE(), BigInt(bytes.readUInt32BE()), single);

const textOf = (value: number, bits: bigint, format: FloatFormat): string => {
  if (!Number.isFinite(value)) return String(value);
  const sign = value < 0 || Object.is(value, -0) ? "-" : "";
  return sign + (value === 0 ? "0" : written(shortest(bits, format), format));
};

interface Digits {
  readonly digits: string;
  /** Of ten, of the first digit. */
  readonly power: number;
}

/** The value and half the ways to its neighbours, all times the same `scale`, which makes them whole. */
interface Scaled {
  readonly value: bigint;
  readonly down: bigint;
  readonly up: bigint;
  readonly scale: bigint;
}

const scaled = (bits: bigint, { fractionBits, bias }: FloatFormat): Scaled => {
  const exponentBits = Number(
    (bits >> BigInt(fractionBits)) & ((1n << (fractionBits === 52 ? 11n : 8n)) - 1n),
  );
  const fraction = bits & ((1n << BigInt(fractionBits)) - 1n);
  const mantissa = exponentBits === 0 ? fraction : fraction | (1n << BigInt(fractionBits));
  // Below a power of two the neighbour is half as far away. All times four, for its half.
  const exponent = Math.max(exponentBits, 1) - bias - 2;
  const factor = exponent > 0 ? 1n << BigInt(exponent) : 1n;
  return {
    value: mantissa * 4n * factor,
    down: (fraction === 0n && exponentBits > 1 ? 1n : 2n) * factor,
    up: 2n * factor,
    scale: exponent > 0 ? 1n : 1n << BigInt(-exponent),
  };
};

const shortest = (bits: bigint, format: FloatFormat): Digits => {
  const { value, down, up, scale } = scaled(bits, format);
  let power = 0;
  while (value >= 10n ** BigInt(power + 1) * scale) power += 1;
  while (value * 10n ** BigInt(-Math.min(power, 0)) < scale) power -= 1;
  for (let count = 1; count <= format.mostDigits; count += 1) {
    const last = power - count + 1;
    // One of the last digit is `unit`, after all has been multiplied by `grow`.
    const unit = last > 0 ? scale * 10n ** BigInt(last) : scale;
    const grow = last < 0 ? 10n ** BigInt(-last) : 1n;
    const below = (value * grow) / unit;
    const rest = value * grow - below * unit;
    const fitsBelow = rest < down * grow;
    const fitsAbove = unit - rest < up * grow;
    if (fitsBelow || fitsAbove) {
      const isAbove =
        fitsAbove && (!fitsBelow || 2n * rest > unit || (2n * rest === unit && (below & 1n) === 1n));
      const digits = String(isAbove ? below + 1n : below);
      return { digits: digits.replace(/0+$/, ""), power: power + digits.length - count };
    }
  }
  throw new Error(`No digits for ${bits.toString(16)}`);
};

const written = ({ digits, power }: Digits, { exponentFrom }: FloatFormat): string => {
  if (power < -4 || power >= exponentFrom) {
    const rest = digits.length > 1 ? `.${digits.slice(1)}` : "";
    return `${digits.slice(0, 1)}${rest}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  }
  if (power < 0) return `0.${"0".repeat(-power - 1)}${digits}`;
  const whole = digits.padEnd(power + 1, "0");
  return digits.length > power + 1 ? `${whole.slice(0, power + 1)}.${whole.slice(power + 1)}` : whole;
};

/**
 * Canonical fields of inet, cidr and macaddr (PostgreSQL documentation, 8.9), as their send functions write them: family
 * (2 or 3), bits of the network, whether it is a cidr, how many bytes, the bytes (src/backend/utils/adt/network.c).
 */
import { asciiText, isNumber, type CanonicalField, type Misfit, type SourceValue } from "./field.js";
import { oids } from "./row-bytes.js";

const textField = (
  oid: CanonicalField["oid"],
  bytesOf: (text: string) => Buffer | Misfit,
): CanonicalField => ({
  oid,
  write: (value: SourceValue, isText, out) => {
    if (!isText || isNumber(value)) {
      return "is not text, as addresses are";
    }
    const bytes = bytesOf(asciiText(value));
    if (typeof bytes === "string") {
      return bytes;
    }
    out.writeBytes(oid, bytes);
    return null;
  },
});

interface Network {
  /** 4 or 16. */
  readonly address: readonly number[];
  readonly bits: number;
}

export const inetField: CanonicalField = textField(oids.inet, (text) => {
  const network = networkOf(text);
  return network === null ? "is not an address" : sent(network, false);
});

export const cidrField: CanonicalField = textField(oids.cidr, (text) => {
  const network = networkOf(text);
  if (network === null) {
    return "is not a network";
  }
  return hasBitsBeyond(network) ? "has bits to the right of its mask" : sent(network, true);
});

const sent = ({ address, bits }: Network, isCidr: boolean): Buffer =>
  Buffer.from([address.length === 4 ? 2 : 3, bits, isCidr ? 1 : 0, address.length, ...address]);

const hasBitsBeyond = ({ address, bits }: Network): boolean =>
  address.some((byte, index) => (byte & (0xff >> Math.min(8, Math.max(0, bits - 8 * index)))) !== 0);

/** Four numbers, neither fewer nor with zeros before them: elsewhere such may be octal, or another address. */
const ipv4Form = /^((?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){3})(?:\/(0|[1-9]\d*))?$/;
const ipv6Form = /^([0-9a-f:]*)((?<=:)(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){3})?(?:\/(0|[1-9]\d*))?$/i;

const networkOf = (text: string): Network | null => {
  const [, numbers, ipv4Bits = "32"] = ipv4Form.exec(text) ?? [];
  if (numbers !== undefined) {
    const address = numbers.split(".").map(Number);
    const isOne = address.every((byte) => byte <= 255) && Number(ipv4Bits) <= 32;
    return isOne ? { address, bits: Number(ipv4Bits) } : null;
  }
  const [, groups, tail, ipv6Bits = "128"] = ipv6Form.exec(text) ?? [];
  const address = groups === undefined ? null : ipv6Address(groups, tail?.split(".").map(Number) ?? []);
  return address === null || Number(ipv6Bits) > 128 ? null : { address, bits: Number(ipv6Bits) };
};

/** @param groups up to where the four decimal bytes of `tail` begin, with the colon before them. */
const ipv6Address = (groups: string, tail: readonly number[]): readonly number[] | null => {
  const [before = "", after, ...more] = groups.split("::");
  if (more.length > 0 || !tail.every((byte) => byte <= 255)) {
    return null;
  }
  const first = bytesOfGroups(after === undefined ? withoutColon(before, tail) : before);
  const last = bytesOfGroups(withoutColon(after ?? "", tail));
  if (first === null || last === null) {
    return null;
  }
  const missing = 16 - first.length - last.length - tail.length;
  // A double colon stands for one group at least.
  const fits = after === undefined ? missing === 0 : missing >= 2;
  return fits ? [...first, ...Array.from({ length: missing }, () => 0), ...last, ...tail] : null;
};

/** Before a tail a colon ends the groups. */
const withoutColon = (groups: string, tail: readonly number[]): string =>
  tail.length > 0 && groups.length > 1 ? groups.slice(0, -1) : groups;

const bytesOfGroups = (groups: string): readonly number[] | null => {
  if (groups === "") {
    return [];
  }
  const parts = groups.split(":");
  return parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))
    ? parts.flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 0xff])
    : null;
};

/** Six pairs of digits by one kind of separator, halves, groups of four, or nothing between them. */
const macaddrForms = [
  /^[0-9a-f]{2}([:-])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}$/i,
  /^[0-9a-f]{6}[:-]?[0-9a-f]{6}$/i,
  /^[0-9a-f]{4}([.-])[0-9a-f]{4}\1[0-9a-f]{4}$/i,
];

export const macaddrField: CanonicalField = textField(oids.macaddr, (text) =>
  macaddrForms.some((form) => form.test(text))
    ? Buffer.from(text.replaceAll(/[:.-]/g, ""), "hex")
    : "is not a MAC address",
);

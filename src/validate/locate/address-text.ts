/** Addresses as PostgreSQL prints them, from the bytes of their send functions (canonical/network.ts). */

/** inet leaves the bits of its network out where the address is whole, cidr never (src/backend/utils/adt/network.c). */
export const networkText = (bytes: Buffer): string => {
  const address = bytes.subarray(4);
  const bits = bytes[1] ?? 0;
  const isCidr = bytes[2] === 1;
  const text = address.length === 4 ? [...address].join(".") : ipv6Text(address);
  return isCidr || bits !== address.length * 8 ? `${text}/${bits}` : text;
};

/** The first of the longest runs of zeros is left out, an IPv4 address inside is written as one (src/port/inet_net_ntop.c). */
const ipv6Text = (address: Buffer): string => {
  const words = Array.from({ length: 8 }, (_, index) => address.readUInt16BE(index * 2));
  let start = 0;
  let length = 0;
  for (let from = 0; from < 8; from += 1) {
    let to = from;
    while (to < 8 && words[to] === 0) to += 1;
    if (to - from > length) [start, length] = [from, to - from];
  }
  const holdsIpv4 = start === 0 && (length === 6 || (length === 5 && words[5] === 0xffff));
  const last = holdsIpv4 ? [[...address.subarray(12)].join(".")] : [];
  const parts = words.slice(0, holdsIpv4 ? 6 : 8).map((word) => word.toString(16));
  if (length < 2) return [...parts, ...last].join(":");
  return `${parts.slice(0, start).join(":")}::${[...parts.slice(start + length), ...last].join(":")}`;
};

export const macaddrText = (bytes: Buffer): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":");

/** Five groups of digits (documentation, 8.12). */
export const uuidText = (bytes: Buffer): string =>
  bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");

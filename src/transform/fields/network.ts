/**
 * inet, cidr and macaddr, from texts alone, as network_recv and macaddr_recv read them (src/backend/utils/adt/network.c and
 * mac.c). IPv4 is four decimal numbers, IPv6 what RFC 4291 (section 2.2) writes, each with `/bits` or without. What
 * PostgreSQL reads beside that (less than four numbers, leading zeros) may mean another address elsewhere.
 */
import { isText, payloadBytes, type RecordBatch } from "../../model/record.js";
import type { CopyBuffer } from "../copy-buffer.js";
import type { EncodeField } from "./field.js";
import { latin1 } from "../value.js";

/** PGSQL_AF_INET and PGSQL_AF_INET6 as they are sent, whatever the system's own numbers. */
const family = { ipv4: 2, ipv6: 3 } as const;

/** The longest is an IPv6 address that ends as an IPv4 one, with bits. */
const longestAddress = 49;

interface Network {
  /** 4 or 16. */
  readonly address: readonly number[];
  readonly bits: number;
}

export const encodeInet: EncodeField = (batch, at, out) => {
  const network = networkOf(batch, at);
  if (network === null) return false;
  writeNetwork(out, network, 0);
  return true;
};

/** A network has no bits to the right of its mask. */
export const encodeCidr: EncodeField = (batch, at, out) => {
  const network = networkOf(batch, at);
  if (network === null || !isNetwork(network)) return false;
  writeNetwork(out, network, 1);
  return true;
};

function writeNetwork(out: CopyBuffer, { address, bits }: Network, isCidr: 0 | 1): void {
  const kind = address.length === 4 ? family.ipv4 : family.ipv6;
  const field = Buffer.from([kind, bits, isCidr, address.length, ...address]);
  out.bytesField(field, 0, field.length);
}

const isNetwork = ({ address, bits }: Network): boolean =>
  address.every((byte, index) => (byte & (0xff >> Math.min(8, Math.max(0, bits - index * 8)))) === 0);

function networkOf(batch: RecordBatch, at: number): Network | null {
  const text = shortText(batch, at, longestAddress);
  const [, written = "", bitsText] = /^([0-9a-fA-F:.]+)(?:\/(0|[1-9][0-9]{0,2}))?$/.exec(text) ?? [];
  const address = written.includes(":") ? ipv6(written) : ipv4(written);
  if (address === null) return null;
  const bits = bitsText === undefined ? address.length * 8 : Number(bitsText);
  return bits <= address.length * 8 ? { address, bits } : null;
}

function ipv4(text: string): readonly number[] | null {
  const parts = text.split(".");
  return parts.length === 4 &&
    parts.every((part) => /^(?:0|[1-9][0-9]{0,2})$/.test(part) && Number(part) < 256)
    ? parts.map(Number)
    : null;
}

function ipv6(text: string): readonly number[] | null {
  const [before = "", after, ...more] = text.split("::");
  if (more.length > 0) return null;
  const first = groups(before, after === undefined);
  const last = after === undefined ? [] : groups(after, true);
  if (first === null || last === null) return null;
  const missing = 16 - first.length - last.length;
  // A double colon stands for one group of zeros at least.
  if (after === undefined ? missing !== 0 : missing < 2) return null;
  return [...first, ...Array.from({ length: missing }, () => 0), ...last];
}

/** @param isEnd of the address, where four decimal numbers may stand for the last two groups. */
function groups(text: string, isEnd: boolean): readonly number[] | null {
  if (text === "") return [];
  const bytes: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const tail = isEnd && index === parts.length - 1 ? ipv4(part) : null;
    if (tail !== null) bytes.push(...tail);
    else if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return null;
    else bytes.push(parseInt(part, 16) >> 8, parseInt(part, 16) & 0xff);
  }
  return bytes;
}

/** Six pairs of digits: one by one, in halves, in groups of four, or all together (documentation, 8.9.4). */
const macaddrForms = [
  /^[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}$/i,
  /^[0-9a-f]{6}[:-]?[0-9a-f]{6}$/i,
  /^[0-9a-f]{4}([.-])[0-9a-f]{4}\1[0-9a-f]{4}$/i,
];

export const encodeMacaddr: EncodeField = (batch, at, out) => {
  const text = shortText(batch, at, 17);
  if (!macaddrForms.some((form) => form.test(text))) return false;
  out.bytesField(Buffer.from(text.replaceAll(/[^0-9a-f]/gi, ""), "hex"), 0, 6);
  return true;
};

/** "", which is no address, for all but texts of up to so many bytes. */
function shortText(batch: RecordBatch, at: number, longest: number): string {
  const type = batch.serialTypes[at]!;
  return isText(type) && payloadBytes(type) <= longest ? latin1(batch, at) : "";
}

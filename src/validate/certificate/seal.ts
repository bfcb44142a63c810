/** The digest that a certificate has of itself. It is no signature: anybody can make another one. */
import { hash } from "node:crypto";
import type { Certificate } from "../../model/certificate.js";

export const seal = (document: Omit<Certificate, "sha256">): Certificate => ({
  ...document,
  sha256: digestOf(document),
});

/** Whether nothing in a document was changed since it was sealed, white space and the order of keys aside. */
export const isSealed = (document: Readonly<Record<string, unknown>>): boolean =>
  document["sha256"] === digestOf(document);

/** Of all keys but its own. */
const digestOf = (document: object): string => {
  const others = Object.entries(document).filter(([key]) => key !== "sha256");
  return hash("sha256", JSON.stringify(sorted(Object.fromEntries(others))), "hex");
};

/** With the keys of all objects in order, so that its text is that of RFC 8785: there are no numbers but safe integers. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    return value.map(sorted);
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, of]) => [key, sorted(of)]));
};

/** Words for what happens before or beneath PostgreSQL's own errors: names, sockets, TLS, lost connections. */
import { TlsHandshakeError } from "./tls.js";
import type { Words } from "../words.js";

/** Null: not an error of the network. Total. */
export function networkWords(error: unknown): Words | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof TlsHandshakeError) return tlsWords(error);
  const code = codeOf(error);
  if (code !== null && code in bySystemCode) return bySystemCode[code]!;
  if (lostMessages.test(error.message)) return lost(error.message);
  if (error.message === "timeout expired") return bySystemCode["ETIMEDOUT"]!;
  if (error.message.startsWith("SASL")) return loginWords(error.message);
  return null;
}

/** The code of a system error; where a name has several addresses, node packs one error each into an AggregateError. */
function codeOf(error: Error): string | null {
  if ("code" in error && typeof error.code === "string") return error.code;
  const first: unknown = error instanceof AggregateError ? error.errors[0] : undefined;
  return first instanceof Error ? codeOf(first) : null;
}

/** node-postgres has no codes for these. */
const lostMessages =
  /^(?:Connection terminated|Client has encountered a connection error|Client was closed|This socket has been ended)/;

const lost = (message: string): Words => ({
  code: "target-lost",
  message: `the connection is lost: ${message}`,
  hint: "Look into the server's log and at the network, then run again.",
});

const unreachable = (message: string, hint: string): Words => ({ code: "target-unreachable", message, hint });

const bySystemCode: Readonly<Record<string, Words>> = {
  ECONNREFUSED: unreachable(
    "the connection is refused: no server listens there",
    "Start the server, or correct host and port; it must listen on that address (listen_addresses).",
  ),
  ENOTFOUND: unreachable("the host's name is not known", "Correct the host in the URL."),
  EAI_AGAIN: unreachable(
    "the host's name cannot be looked up now",
    "Look at this machine's network and DNS.",
  ),
  ETIMEDOUT: unreachable(
    "no answer in time",
    "Correct host and port, or have the firewall opened; connect_timeout=SECONDS in the URL waits longer.",
  ),
  EHOSTUNREACH: unreachable(
    "no way leads to the host",
    "Look at this machine's network, or correct the host.",
  ),
  ENETUNREACH: unreachable(
    "no way leads to the host",
    "Look at this machine's network, or correct the host.",
  ),
  EADDRNOTAVAIL: unreachable("the address cannot be used", "Correct host and port."),
  ENOENT: unreachable(
    "no server has a socket in that folder",
    "Start the server, or correct the folder and the port (the socket is named .s.PGSQL.PORT).",
  ),
  EACCES: unreachable(
    "this user may not use the server's socket",
    "Run as a user that may, or connect by TCP: @localhost.",
  ),
  ECONNRESET: lost("the other side closed it"),
  EPIPE: lost("the other side closed it"),
};

/** node-postgres refuses the exchange of a SCRAM password. */
const loginWords = (message: string): Words => ({
  code: "target-login",
  message: `the exchange of the password went wrong (${message})`,
  hint: "Look whether the host is the right server, and that the password is not empty.",
});

function tlsWords(error: TlsHandshakeError): Words {
  const cause = error.cause instanceof Error ? codeOf(error.cause) : null;
  const message = `TLS: ${error.message}`;
  switch (cause) {
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
    case "CERT_SIGNATURE_FAILURE":
      return unreachable(
        message,
        "The server's certificate is not signed by that authority: name the right one with sslrootcert=FILE.",
      );
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return unreachable(
        message,
        "The certificate is for another name: use that name as the host, or sslmode=verify-ca to leave names unchecked.",
      );
    case "CERT_HAS_EXPIRED":
    case "CERT_NOT_YET_VALID":
      return unreachable(message, "Renew the server's certificate, or correct this machine's clock.");
    case "CERT_REVOKED":
      return unreachable(message, "Do not trust this server: its certificate was revoked.");
    default:
      return unreachable(
        message,
        "Look at the server's TLS settings, its log, and the files of sslcert, sslkey and sslrootcert.",
      );
  }
}

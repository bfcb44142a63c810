/**
 * What `--certificate` writes, and `validate CERTIFICATE TARGET` reads: what was compared, how, and what came of it. It goes
 * through JSON without loss, and is described by schemas/certificate.schema.json.
 */
import type { ObjectFault } from "./object-fault.js";
import type { ColumnPolicy } from "./policy.js";
import type { PgType, TimeUnit } from "./postgres.js";
import type { MethodChoice, SourceReader, VerdictKind } from "./verdict.js";

export interface Certificate {
  readonly format: "sqlift-certificate";
  readonly formatVersion: 1;
  readonly tool: { readonly name: "sqlift"; readonly version: string };
  /** Digests of another one cannot be compared with these (validate/canonical/version.ts). */
  readonly canonicalForm: number;
  /** As in the report. */
  readonly status: VerdictKind;
  /** ISO 8601, UTC. */
  readonly started: string;
  readonly finished: string;
  readonly source: {
    /** Base name. */
    readonly file: string;
    readonly bytes: number;
    readonly fingerprint: string;
  };
  readonly target: CertifiedTarget;
  readonly planFrom: "run-history" | "target-columns";
  /** Whose rejected rows were looked for. */
  readonly run: number | null;
  /** Threads and connections at most. */
  readonly jobs: number;
  readonly tables: readonly CertifiedTable[];
  /** What did not hold beyond the rows. */
  readonly objects: readonly ObjectFault[];
  /** SHA-256 of all else, hexadecimal. It finds accidents: whoever means to change the document makes a new one. */
  readonly sha256: string;
}

export interface CertifiedTarget {
  /** For people, without a password. */
  readonly words: string;
  readonly serverVersion: string;
  readonly schema: string;
  /** As pg_current_snapshot() tells of the transaction in which all rows were read; null where none were. */
  readonly snapshot: string | null;
}

export interface CertifiedTable {
  readonly source: string;
  readonly target: string;
  /** Those that are compared, in the order of their fields in a canonical row. */
  readonly columns: readonly CertifiedColumn[];
  /** Columns of the target that nothing of the source was held against. */
  readonly notCompared: readonly string[];
  readonly verdict: VerdictKind;
  readonly asked: boolean;
  readonly reason: string | null;
  readonly sourceRows: number | null;
  readonly targetRows: number | null;
  readonly rejected: number;
  readonly sourceDigest: string | null;
  readonly targetDigest: string | null;
  /** Who read the source; null where nobody did. */
  readonly reader: SourceReader | null;
  readonly method: MethodChoice | null;
  /** How many rows differ; null where that was not looked for. */
  readonly differences: { readonly missing: number; readonly extra: number; readonly changed: number } | null;
}

export interface CertifiedColumn {
  readonly source: string;
  readonly target: string;
  readonly type: PgType;
  readonly unit: TimeUnit | null;
  readonly zone: string | null;
  readonly decode: "hex" | "base64" | null;
  readonly policy: ColumnPolicy;
}

/** What a report says of the certificate that it is about. */
export interface CertificateUse {
  readonly path: string;
  /** When it was made; ISO 8601, UTC. */
  readonly finished: string;
  readonly toolVersion: string;
  readonly sourceFile: string;
  readonly status: VerdictKind;
  /** What this check could tell, and what it could not; sentences without full stops. */
  readonly checked: readonly string[];
  readonly notChecked: readonly string[];
}

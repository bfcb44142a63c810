/**
 * A proof of several sittings. What an earlier one has proven counts as if it had been read now, or it is read again
 * (docs/decisions/validation.md, "Several sittings"); so the verdicts are of one snapshot, the last.
 */
import { ToolError } from "../../errors.js";
import type { Plan } from "../../model/plan.js";
import type { KeptProof, Sitting, SittingTable } from "../../model/sitting.js";
import type { MethodChoice, ProofMethod, SourceReader } from "../../model/verdict.js";
import { toolVersion } from "../../model/version.js";
import type { Source } from "../../source/source.js";
import type { Session } from "../../target/session.js";
import { canonicalForm } from "../canonical/version.js";
import type { Part } from "../part.js";
import { refuseOther, refuseOtherFormat } from "./header.js";
import type { EarlierPart, ProvenPart } from "./prove-again.js";
import { deleteIt, RecordFile } from "./record-file.js";
import {
  isPart,
  isSitting,
  planDigest,
  questionOf,
  type PartRecord,
  type ProofHeader,
  type SittingRecord,
} from "./record.js";
import { readIdentity, readState, type ServerState } from "./server-state.js";

export interface ResumeOptions {
  readonly reader: SourceReader;
  /** Null: whichever. */
  readonly method: ProofMethod | null;
}

/** Of what the proof is. */
export interface ProofSubject {
  readonly source: Pick<Source, "file" | "fingerprint">;
  readonly plan: Plan;
  /** Where the target's tables stand. */
  readonly schema: string;
  readonly run: number | null;
  /** Of the target. */
  readonly snapshot: string;
}

/** PostgreSQL's age() counts so far. */
const mostAge = 2n ** 31n - 1n;

export class Resumption {
  readonly #file: RecordFile;
  readonly #options: ResumeOptions;
  readonly #kept: ProofHeader | null;
  readonly #sittings: SittingRecord[];
  readonly #parts = new Map<string, PartRecord>();
  /** Those that this sitting has asked for. */
  readonly #asked = new Map<string, number>();
  #header: Omit<ProofHeader, "method"> | null = null;
  #state: ServerState = { snapshot: "", running: null, definitions: new Map() };

  /** @throws ToolError `resume-invalid` where the file is none, damaged, or of another method; `usage` where there can be none. */
  constructor(path: string, options: ResumeOptions) {
    this.#file = new RecordFile(path);
    this.#options = options;
    try {
      const [header = null, ...records] = this.#file.records as readonly [ProofHeader?, ...unknown[]];
      if (header !== null) {
        refuseOtherFormat(path, header);
        refuseOtherMethod(path, header, options);
      }
      this.#kept = header;
      this.#sittings = records.filter(isSitting);
      for (const record of records.filter(isPart)) {
        this.#parts.set(keyOf(record.table, record.number), record);
      }
    } catch (error) {
      this.#file.close();
      throw error;
    }
  }

  /** Of the sittings before; null: it is to be chosen. */
  get method(): MethodChoice | null {
    return this.#kept?.method ?? null;
  }

  /**
   * Inside the transaction of read-transaction.ts in which all is read.
   *
   * @throws ToolError `resume-invalid` where the sittings before were of another proof; where the connection is lost.
   */
  async begin(session: Session, { source, plan, schema, run, snapshot }: ProofSubject): Promise<void> {
    this.#header = {
      format: "sqlift-proof",
      formatVersion: 1,
      tool: toolVersion,
      canonicalForm,
      source: { file: source.file, fingerprint: source.fingerprint },
      plan: planDigest(plan, run),
      target: await readIdentity(session, schema),
      reader: this.#options.reader,
    };
    if (this.#kept !== null) {
      refuseOther(this.#file.path, this.#kept, this.#header);
    }
    this.#state = await readState(session, plan.tables, schema, snapshot);
  }

  /** Once it is known how parts are proven: from here on they are kept. */
  start(method: MethodChoice): void {
    if (this.#kept === null) {
      this.#file.append({ ...this.#header, method });
    }
    const sitting = this.#sittings.length + 1;
    const record: SittingRecord = { sitting, started: new Date().toISOString(), state: this.#state };
    this.#file.append(record);
    this.#sittings.push(record);
  }

  /** What is left of a part that is to be proven; null: nothing. */
  earlier(part: Part): EarlierPart | null {
    this.#asked.set(part.table.source, part.parts);
    const kept = this.#parts.get(keyOf(part.table.source, part.number));
    const question = questionOf(part);
    if (kept === undefined || kept.asked.source !== question.source || kept.proof.source.read === null) {
      return null;
    }
    const isRead = kept.asked.target === question.target && kept.proof.target.read !== null;
    return { proof: kept.proof, since: isRead ? this.#since(kept) : null };
  }

  /** Keeps what is proven of a part. */
  note(part: Part, { proof, read }: ProvenPart): void {
    const key = keyOf(part.table.source, part.number);
    const kept = this.#parts.get(key);
    if (read === "neither") {
      return;
    }
    const now = this.#sittings.length;
    const record: PartRecord = {
      table: part.table.source,
      number: part.number,
      asked: questionOf(part),
      sittings: { source: read === "target" ? (kept?.sittings.source ?? now) : now, target: now },
      proof,
    };
    this.#parts.set(key, record);
    this.#file.append(record);
  }

  /** How many parts are kept. */
  get parts(): number {
    return this.#parts.size;
  }

  /** Ends the proof, of which verdicts are there; `isUnproven`: another sitting may bring more. */
  end(isUnproven: boolean): KeptProof {
    if (isUnproven) {
      this.#file.close();
    } else {
      this.#file.remove();
    }
    return {
      file: this.#file.path,
      kept: isUnproven,
      sittings: this.#sittings.map((each) => this.#told(each)),
    };
  }

  /** Leaves the file for another sitting. Safe after `end`. */
  close(): void {
    this.#file.close();
  }

  #told({ sitting, started, state }: SittingRecord): Sitting {
    const tables = [...this.#asked].flatMap(([source, parts]): readonly SittingTable[] => {
      const of = [...this.#parts.values()].filter(({ table, number }) => table === source && number < parts);
      const sourceParts = of.filter(({ sittings }) => sittings.source === sitting).length;
      const targetParts = of.filter(({ sittings }) => sittings.target === sitting).length;
      return sourceParts + targetParts === 0 ? [] : [{ source, sourceParts, targetParts, parts }];
    });
    return { started, snapshot: state.snapshot, tables };
  }

  /** From when on a row of the table must be of, to be another one than was read; null where that cannot be told. */
  #since({ sittings, table }: PartRecord): bigint | null {
    const then = this.#sittings[sittings.target - 1]?.state;
    const now = this.#state;
    const definition = then?.definitions.get(table);
    if (
      then === undefined ||
      then.running === null ||
      then.running !== now.running ||
      definition === undefined ||
      definition !== now.definitions.get(table)
    ) {
      return null;
    }
    const since = endsOf(then.snapshot).xmin;
    const { xmin, xmax } = endsOf(now.snapshot);
    return since <= xmin && xmax - since < mostAge ? since : null;
  }
}

const keyOf = (table: string, number: number): string => `${number} ${table}`;

/** https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-PG-SNAPSHOT-PARTS */
const endsOf = (snapshot: string): { readonly xmin: bigint; readonly xmax: bigint } => {
  const [xmin = "0", xmax = "0"] = snapshot.split(":");
  return { xmin: BigInt(xmin), xmax: BigInt(xmax) };
};

/** @throws ToolError `resume-invalid`. */
const refuseOtherMethod = (path: string, { method }: ProofHeader, asked: ResumeOptions): void => {
  if (asked.method !== null && asked.method !== method.by) {
    throw new ToolError(
      "resume-invalid",
      `${path} keeps the parts of a proof by --method ${method.by}, and --method ${asked.method} is asked for.`,
      `Leave --method out. ${deleteIt(path)}`,
    );
  }
};

/**
 * Makes child columns agree with the types of the columns that they point at, where every value allows it:
 * PostgreSQL makes no foreign key between text and bigint, SQLite does.
 */
import type { Finding } from "../../model/finding.js";
import type { ColumnPlan } from "../../model/plan.js";
import { isInstant, pgType, typeWords, type PgType, type TimeUnit } from "../../model/postgres.js";
import type { ColumnProfile } from "../../model/profile.js";
import type { SqliteForeignKey } from "../../model/sqlite.js";
import { decideUnit } from "./decide-unit.js";
import { misfits } from "./fit.js";
import {
  areComparable,
  columnNamed,
  isTextual,
  linkOf,
  type Link,
  type TableDraft,
} from "../objects/foreign-key-link.js";

export interface AgreedTypes {
  readonly drafts: readonly TableDraft[];
  readonly findings: readonly Finding[];
}

export const agreeTypes = (drafts: readonly TableDraft[]): AgreedTypes => new Agreement(drafts).reach();

/** Where a column stands, by target names. */
interface Place {
  readonly draft: TableDraft;
  readonly column: string;
}

interface Change {
  readonly place: Place;
  readonly column: ColumnPlan;
  readonly parentTable: string;
}

class Agreement {
  readonly #drafts: readonly TableDraft[];
  readonly #seen = new Set<SqliteForeignKey>();
  readonly #changes = new Map<string, Change>();
  /** Columns whose type a foreign key relies on; no other one may change it. */
  readonly #fixed = new Set<string>();

  constructor(drafts: readonly TableDraft[]) {
    this.#drafts = drafts;
  }

  reach(): AgreedTypes {
    for (const draft of this.#drafts) {
      for (const foreignKey of draft.source.foreignKeys) this.#settle(draft, foreignKey);
    }
    return {
      drafts: this.#drafts.map((draft) => ({
        ...draft,
        plan: {
          ...draft.plan,
          columns: draft.plan.columns.map((column) => this.#columnAt({ draft, column: column.target })),
        },
      })),
      findings: [...this.#changes.values()].map(finding),
    };
  }

  /** Parents first, so that a change reaches every generation below; a cycle is cut where it was entered. */
  #settle(draft: TableDraft, foreignKey: SqliteForeignKey): void {
    if (this.#seen.has(foreignKey)) return;
    this.#seen.add(foreignKey);
    const link = linkOf(draft, foreignKey, this.#drafts);
    if (typeof link === "string") return;
    for (const above of link.parent.source.foreignKeys) this.#settle(link.parent, above);
    this.#agree(draft, link);
  }

  /** All columns of the link or none: half an agreement would change a type for nothing. */
  #agree(draft: TableDraft, link: Link): void {
    const changes = new Map<string, Change>();
    const pairs = link.columns.map((column, index) => ({
      child: { draft, column },
      parent: { draft: link.parent, column: link.parentColumns[index]! },
    }));
    const isAgreed = ({ child, parent }: (typeof pairs)[number]): boolean =>
      areComparable(this.#columnAt(child, changes).type, this.#columnAt(parent, changes).type);
    for (const pair of pairs) {
      const { child, parent } = pair;
      if (isAgreed(pair) || this.#fixed.has(keyOf(child)) || changes.has(keyOf(child))) continue;
      const column = asParent(draft, this.#columnAt(child), this.#columnAt(parent, changes), link);
      if (column === null) return;
      changes.set(keyOf(child), { place: child, column, parentTable: link.parent.source.name });
    }
    if (!pairs.every(isAgreed)) return;
    for (const [key, change] of changes) this.#changes.set(key, change);
    for (const { child, parent } of pairs) {
      this.#fixed.add(keyOf(child));
      this.#fixed.add(keyOf(parent));
    }
  }

  /** A table may point at itself: what was changed a moment ago counts. */
  #columnAt(place: Place, pending?: ReadonlyMap<string, Change>): ColumnPlan {
    const change = pending?.get(keyOf(place)) ?? this.#changes.get(keyOf(place));
    return change?.column ?? columnNamed(place.draft.plan, place.column);
  }
}

const keyOf = ({ draft, column }: Place): string => JSON.stringify([draft.plan.target, column]);

/** The child with its parent's type, or null where that is not possible. */
function asParent(draft: TableDraft, child: ColumnPlan, parent: ColumnPlan, link: Link): ColumnPlan | null {
  const profile = draft.profile.columns.find((each) => each.column === child.source);
  const type = agreedType(parent.type);
  if (draft.ruled.has(child.target)) return null;
  if (profile === undefined || child.identity !== null || misfits(type, parent.unit, profile) !== 0)
    return null;
  if (!countsAs(type, parent.unit, profile)) return null;
  // Such texts count as fitting a text column, for there they are told of; in bytea they fit as they are.
  if (isTextual(type) && profile.texts.withNul + profile.texts.invalidUtf8 > 0) return null;
  return {
    ...child,
    type,
    unit: parent.unit,
    zone: parent.zone,
    because: `${child.because}; as its parent ${link.parent.plan.target}.${parent.target}`,
  };
}

/** Whether the child's numbers are times of the parent's unit by their own evidence; without numbers any unit will do. */
function countsAs(type: PgType, unit: TimeUnit | null, profile: ColumnProfile): boolean {
  if (!isInstant(type)) return true;
  const own = decideUnit(profile);
  return own.kind === "not-needed" || (own.kind === "unit" && own.unit === unit);
}

/** A limit of the parent's says nothing of the child; without one, character would be of one character. */
function agreedType(parent: PgType): PgType {
  switch (parent.name) {
    case "text":
    case "character varying":
      return pgType("text");
    case "character":
    case "enum":
    case "citext":
    case "array":
    case "other":
      return parent;
    default:
      return pgType(parent.name);
  }
}

const finding = ({ place, column, parentTable }: Change): Finding => ({
  kind: "foreign-key-type-changed",
  at: { table: place.draft.source.name, column: column.source },
  type: typeWords(column.type),
  parentTable,
});

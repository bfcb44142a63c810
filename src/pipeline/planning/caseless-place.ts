/** The plan's columns without case, in the server that they are for: what they are made of may be there, or cannot be had. */
import type { Finding } from "../../model/finding.js";
import { quote } from "../../model/identifier.js";
import type { Plan } from "../../model/plan.js";
import { citextType } from "../../model/postgres.js";
import { citextFacts, collationThere, hasIcu } from "../../target/caseless.js";
import type { Session } from "../../target/session.js";
import { citextSchema } from "../../translate/columns/caseless.js";
import { madeCollation, usesCitext } from "../../translate/statements/caseless.js";

export interface PlacedPlan {
  readonly plan: Plan;
  /** What blocks. */
  readonly findings: readonly Finding[];
}

/** @throws ToolError targetError's codes. */
export async function placeCaseless(session: Session, plan: Plan): Promise<PlacedPlan> {
  const citext = usesCitext(plan) ? await placeCitext(session, plan) : { plan, findings: [] };
  const icu = await placeCollation(session, citext.plan);
  return { plan: icu.plan, findings: [...citext.findings, ...icu.findings] };
}

async function placeCitext(session: Session, plan: Plan): Promise<PlacedPlan> {
  const facts = await citextFacts(session, citextSchema);
  const blocked = (because: string, sql: string | null): PlacedPlan => ({
    plan,
    findings: [{ kind: "nocase-unavailable", at: { table: null }, wanted: "citext", because, sql }],
  });
  if (!facts.foldsAscii)
    return blocked("the database's locale does not fold A to Z as SQLite does, and citext goes by it", null);
  const install = `CREATE EXTENSION citext WITH SCHEMA ${quote(citextSchema)};`;
  if (facts.schema === null && !facts.isThere)
    return blocked("the server has not got the extension citext (packages call it contrib)", null);
  if (facts.schema === null && !facts.hasSchema)
    return blocked(
      `the extension citext is not installed, and there is no schema ${citextSchema} that it would go into`,
      "CREATE EXTENSION citext WITH SCHEMA ...; where searches by the application find it",
    );
  if (facts.schema === null && !facts.mayInstall)
    return blocked(
      `the extension citext is not installed, and role ${quote(facts.role)} may not install it`,
      `Let somebody who may do it: ${install}`,
    );
  const { schema } = facts;
  if (schema === null || schema === citextSchema) return { plan, findings: [] };
  const type = citextType(`${quote(schema)}.citext`);
  return {
    plan: withColumns(plan, (column) => (column.type.name === "citext" ? { ...column, type } : column)),
    findings: [],
  };
}

async function placeCollation(session: Session, plan: Plan): Promise<PlacedPlan> {
  const name = madeCollation(plan);
  if (name === null) return { plan, findings: [] };
  if (!(await hasIcu(session)))
    return {
      plan,
      findings: [
        {
          kind: "nocase-unavailable",
          at: { table: null },
          wanted: "icu",
          because: "the server was built without ICU",
          sql: null,
        },
      ],
    };
  const { schema } = plan;
  switch (await collationThere(session, schema, name)) {
    case null:
      return { plan, findings: [] };
    case "same":
      return {
        plan: withColumns(plan, (column) =>
          column.collation === undefined ? column : { ...column, collation: { name, schema } },
        ),
        findings: [],
      };
    case "other": {
      const table = plan.tables.find(({ columns }) =>
        columns.some(({ collation }) => collation !== undefined),
      );
      return {
        plan,
        findings: [
          { kind: "name-taken", at: { table: table?.source ?? "" }, schema, name, what: "collation" },
        ],
      };
    }
  }
}

const withColumns = (
  plan: Plan,
  change: (column: Plan["tables"][number]["columns"][number]) => Plan["tables"][number]["columns"][number],
): Plan => ({
  ...plan,
  tables: plan.tables.map((table) => ({ ...table, columns: table.columns.map(change) })),
});

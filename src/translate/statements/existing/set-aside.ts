/** How a foreign key or a trigger goes away and comes back as it was (PostgreSQL documentation, "ALTER TABLE"). */
import type { SetAsideItem } from "../../../model/existing.js";
import { quote, quoteLiteral, quoteQualified } from "../../../model/identifier.js";
import type { RelationName, TargetLink, TargetTrigger } from "../../../model/target-schema.js";

const alter = ({ schema, name }: RelationName): string => `ALTER TABLE ONLY ${quoteQualified(schema, name)}`;

const notValid = " NOT VALID";

/** Its definition names all that it needs with its schema, for it was read under a search path of pg_catalog alone. */
export function setLinkAside(link: TargetLink): SetAsideItem {
  const { relation, name, definition, comment, parentSchema, parentTable } = link;
  const isValid = !definition.endsWith(notValid);
  const constraint = quote(name);
  return {
    kind: "foreign key",
    schema: relation.schema,
    table: relation.name,
    name,
    parent: { schema: parentSchema, name: parentTable },
    definition,
    awaySql: `${alter(relation)} DROP CONSTRAINT ${constraint} RESTRICT`,
    backSql: [
      `${alter(relation)} ADD CONSTRAINT ${constraint} ${definition}${isValid ? notValid : ""}`,
      ...(comment === null
        ? []
        : [
            `COMMENT ON CONSTRAINT ${constraint} ON ${quoteQualified(relation.schema, relation.name)} IS ${quoteLiteral(comment)}`,
          ]),
    ],
    validateSql: isValid ? `${alter(relation)} VALIDATE CONSTRAINT ${constraint}` : null,
  };
}

const enableWords = { O: "ENABLE", A: "ENABLE ALWAYS", R: "ENABLE REPLICA", D: "DISABLE" } as const;

/** ONLY: with it a partitioned table's trigger would switch those of the partitions, which have states of their own. */
export const setTriggerAside = ({ relation, name, enabled }: TargetTrigger): SetAsideItem => ({
  kind: "trigger",
  schema: relation.schema,
  table: relation.name,
  name,
  parent: null,
  definition: enabled,
  awaySql: `${alter(relation)} DISABLE TRIGGER ${quote(name)}`,
  backSql: [`${alter(relation)} ${enableWords[enabled]} TRIGGER ${quote(name)}`],
  validateSql: null,
});

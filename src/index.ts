/** The public API: the commands as functions, and the nouns they speak. */
export { migrate, type MigrateOptions } from "./pipeline/migrate.js";
export { plan, type PlanOptions } from "./pipeline/plan.js";
export { readCertificate, validate, type ValidationOptions } from "./pipeline/validate.js";
export { status, type StatusOptions } from "./pipeline/status.js";
export { undo, type UndoOptions } from "./pipeline/undo.js";
export type { RunOptions } from "./pipeline/open.js";
export { builtInMappings } from "./mapping/built-in.js";
export { readMapping } from "./mapping/read.js";
export { ToolError, type ToolErrorCode } from "./errors.js";
export { findingInfo, type Finding, type FindingKind, type Severity } from "./model/finding.js";
export type * from "./model/certificate.js";
export type * from "./model/history.js";
export type * from "./model/mapping.js";
export type { ObjectFault } from "./model/object-fault.js";
export type {
  MigrationOutcome,
  StatusOutcome,
  TableOutcome,
  TableStatus,
  TargetPlace,
  ValidationOutcome,
} from "./model/outcome.js";
export type * from "./model/plan.js";
export type * from "./model/policy.js";
export type { PgType, PgTypeName, TimeUnit } from "./model/postgres.js";
export type { Example } from "./model/profile.js";
export type { OnProgress, Phase, ProgressEvent } from "./model/progress.js";
export type { RowPlace } from "./model/record.js";
export type * from "./model/reject.js";
export type * from "./model/script.js";
export type * from "./model/sitting.js";
export type { StorageClass, TextEncoding } from "./model/sqlite.js";
export type * from "./model/undo.js";
export type * from "./model/verdict.js";

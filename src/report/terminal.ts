/** The reports for people. Lines are not wrapped: SQL in them is there to be copied. */
export { migrationText } from "./outcome-text.js";
export { planText } from "./plan-text.js";
export { validationText } from "./verdict-text.js";

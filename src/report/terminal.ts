/** The reports for people. Lines are not wrapped: SQL in them is there to be copied. */
export { migrationText } from "./outcome-text.js";
export { planText } from "./plan-text.js";
export { statusText } from "./status-text.js";
export { undoQuestion, undoShownText, undoText } from "./undo-text.js";
export { validationText } from "./verdict-text.js";

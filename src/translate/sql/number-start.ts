/** The longest start of a text that is a number, as a regular expression of PostgreSQL (sqlite.org/lang_expr.html, section 6). */
export const integerStart = "^[ \\t\\n\\v\\f\\r]*([+-]?[0-9]+)";
export const numberStart = "^[ \\t\\n\\v\\f\\r]*([+-]?(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)(?:[eE][+-]?[0-9]+)?)";
/** A text that is a number as a whole, with blanks around it (datatype3.html, section 3). */
export const wholeNumber =
  "^[ \\t\\n\\v\\f\\r]*[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?[ \\t\\n\\v\\f\\r]*$";

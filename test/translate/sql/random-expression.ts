/**
 * Random expressions of SQLite over the columns of random-columns.ts: most have operands that go together, some have any at
 * all. What is known and said to differ is not made, each with its reason beside it.
 */
import fc from "fast-check";

export interface RandomExpression {
  readonly sql: string;
  /** What it is made of: where the whole differs, the least of them that does is the case to look at. */
  readonly parts: readonly RandomExpression[];
}

type Made = fc.Arbitrary<RandomExpression>;

const leaf = (...sql: readonly string[]): Made =>
  fc.constantFrom(...sql).map((each) => ({ sql: each, parts: [] }));

const made = (parts: readonly Made[], write: (...sql: string[]) => string): Made =>
  fc.tuple(...parts).map((nodes) => ({ sql: write(...nodes.map(({ sql }) => sql)), parts: nodes }));

/** `$` stands for a part each. */
function form(template: string, ...parts: readonly Made[]): Made {
  const texts = template.split("$");
  return made(parts, (...sql) => texts.map((text, at) => text + (sql[at] ?? "")).join(""));
}

const operation = (operators: readonly string[], left: Made, right: Made): Made =>
  fc
    .tuple(left, fc.constantFrom(...operators), right)
    .map(([a, operator, b]) => ({ sql: `(${a.sql} ${operator} ${b.sql})`, parts: [a, b] }));

const numberColumn = leaf("i", "k", "r", "n", "b", "id");
const wholeColumn = leaf("i", "k", "b", "id", "length(s)");
const numberLiteral = leaf(
  "0",
  "1",
  "-1",
  "2",
  "7",
  "10",
  "100",
  "1.5",
  "0.5",
  "-2.25",
  "1e3",
  "0.0",
  "NULL",
  "'3'",
);
const textColumn = leaf("s", "c");
const textLiteral = leaf(
  ...["''", "'a'", "'A'", "'ab'", "'Hello'", "'é'", "' b '", "'12'", "'-3.5x'", "'%'", "'it''s'", "NULL"],
);
const momentColumn = leaf("at", "secs", "ms", "d");
const momentLiteral = leaf("'2024-02-29'", "'2001-09-09 01:46:40'", "1709164800");
/** What a date function can read: numbers with 'unixepoch' alone are moments. */
const readable = leaf(
  "at",
  "d",
  "secs, 'unixepoch'",
  "ms / 1000, 'unixepoch'",
  "'2024-02-29 12:30:00'",
  "'2023-01-31'",
);
const modifier = leaf(
  ...["", ", '+1 day'", ", '-3 hours'", ", '+1 month'", ", 'start of month'", ", 'start of year'"],
  ...[", 'weekday 1'", ", 'start of day', '-1 second'", ", '+2 years', '-1 day'"],
);
const format = leaf(
  ...[
    "'%Y'",
    "'%m'",
    "'%d'",
    "'%H:%M'",
    "'%Y-%m-%d'",
    "'%j'",
    "'%w'",
    "'%s'",
    "'%S'",
    "'%Y-%m'",
    "'%I %p'",
    "'%W'",
  ],
);
const pattern = leaf("'%a%'", "'a_'", "'A%'", "'%'", "''", "'%é%'", "'1%'", "'_'", "'%\\%'", "'%''%'");
const glob = leaf("'*a*'", "'?'", "'[a-c]*'", "'[^a]*'", "'*'", "'A*'", "'*[0-9]'", "'*é?'", "'%'");
const type = leaf("INTEGER", "REAL", "TEXT", "NUMERIC", "BLOB", "INT", "VARCHAR(3)");
const place = leaf("0", "1", "2", "3", "-1", "-2", "5");

const comparisons = [
  "=",
  "==",
  "<>",
  "!=",
  "<",
  "<=",
  ">",
  ">=",
  "IS",
  "IS NOT",
  "IS NOT DISTINCT FROM",
] as const;

/** Choices that hold for every class of value. */
const choices = (one: Made, condition: Made): readonly Made[] => [
  form("coalesce($, $)", one, one),
  form("ifnull($, $)", one, one),
  form("nullif($, $)", one, one),
  form("iif($, $, $)", condition, one, one),
  form("CASE WHEN $ THEN $ ELSE $ END", condition, one, one),
  form("CASE WHEN $ THEN $ WHEN $ THEN $ END", condition, one, condition, one),
  form("CASE $ WHEN $ THEN $ ELSE $ END", one, one, one, one),
  form("min($, $)", one, one),
  form("max($, $)", one, one),
];

const number: (depth?: number) => Made = fc.memo((depth): Made => {
  const atom = fc.oneof({ weight: 3, arbitrary: numberColumn }, numberLiteral, wholeColumn);
  if (depth <= 1) return atom;
  const [one, words, is] = [number(), text(), condition()];
  return fc.oneof(
    atom,
    operation(["+", "-", "*", "/", "%"], one, one),
    operation(["+", "-", "/", "%", "&", "|"], wholeColumn, one),
    operation(["<<", ">>"], wholeColumn, leaf("0", "1", "3", "7")),
    form("(- $)", one),
    form("(+ $)", one),
    form("(~ $)", one),
    form("$($)", leaf("abs", "sign", "ceil", "floor", "trunc", "ceiling", "sqrt", "likely"), one),
    // round() of halves differs: SQLite rounds the double, PostgreSQL its digits.
    form("round($)", wholeColumn),
    form("length($)", words),
    form("instr($, $)", words, words),
    form("unicode($)", words),
    form("octet_length($)", words),
    form("mod($, $)", wholeColumn, one),
    form(
      "$($)",
      leaf(
        "exp",
        "ln",
        "log10",
        "log",
        "log2",
        "sin",
        "cos",
        "tan",
        "atan",
        "asin",
        "acos",
        "degrees",
        "radians",
      ),
      one,
    ),
    form("pow($, $)", one, fc.oneof(one, numberLiteral)),
    form("log($, $)", one, one),
    form("$($)", leaf("sinh", "cosh", "tanh", "asinh", "acosh", "atanh"), one),
    form("atan2($, $)", one, one),
    form("CAST($ AS $)", one, type),
    form("CAST($ AS $)", words, leaf("INTEGER", "REAL")),
    form("CAST(strftime($, $) AS INTEGER)", format, readable),
    form("unixepoch($$)", readable, modifier),
    form("julianday($$)", readable, modifier),
    form("(unixepoch($) - unixepoch($))", readable, readable),
    is,
    ...choices(one, is),
  );
});

const text: (depth?: number) => Made = fc.memo((depth): Made => {
  const atom = fc.oneof({ weight: 2, arbitrary: textColumn }, textLiteral);
  if (depth <= 1) return atom;
  const [one, figure, is] = [text(), number(), condition()];
  return fc.oneof(
    atom,
    operation(["||"], one, fc.oneof(one, wholeColumn, figure)),
    form(
      "$($)",
      leaf("lower", "upper", "trim", "ltrim", "rtrim", "hex", "quote", "typeof"),
      fc.oneof(one, figure, blob),
    ),
    form("$($, $)", leaf("trim", "ltrim", "rtrim"), one, textLiteral),
    form("replace($, $, $)", one, fc.oneof(textLiteral, one), one),
    form("substr($, $)", one, fc.oneof(place, wholeColumn)),
    form("substr($, $, $)", one, fc.oneof(place, wholeColumn), place),
    form("concat($, $)", one, fc.oneof(one, wholeColumn)),
    form("concat_ws($, $, $)", textLiteral, one, one),
    form("printf($, $)", leaf("'%d'", "'%5d|'", "'%-4d|'", "'%03d'", "'%+d'"), fc.oneof(wholeColumn, figure)),
    form("format($, $)", leaf("'%s'", "'<%6s>'", "'%-6s|'"), one),
    form("char($)", leaf("65", "233", "119070")),
    form("CAST($ AS TEXT)", fc.oneof(wholeColumn, one, figure)),
    form("($ COLLATE $)", one, leaf("NOCASE", "RTRIM", "BINARY")),
    form("$($$)", leaf("date", "time", "datetime"), readable, modifier),
    form("strftime($, $$)", format, readable, modifier),
    ...choices(one, is),
  );
});

const blob: Made = leaf(
  "x",
  "x'00ff'",
  "x''",
  "x'61'",
  "CAST(s AS BLOB)",
  "substr(x, 1, 2)",
  "substr(x, -2)",
  "zeroblob(2)",
);
const other: Made = leaf(
  "u",
  "tm",
  "w",
  "'6ba7b810-9dad-11d1-80b4-00c04fd430c8'",
  "'12:30:00'",
  "'t'",
  "'f'",
);

/** Anything at all, beside anything. */
const any = (): Made => fc.oneof(number(), text(), condition(), momentColumn, momentLiteral, blob, other);

const condition: (depth?: number) => Made = fc.memo((depth): Made => {
  const atom = fc.oneof(
    leaf("b", "i", "b IS TRUE", "(s IS NULL)", "(i > 3)", "(s = 'a')", "(w = 't')"),
    operation(comparisons, numberColumn, numberLiteral),
    operation(comparisons, textColumn, textLiteral),
    operation(comparisons, momentColumn, fc.oneof(momentColumn, momentLiteral)),
  );
  if (depth <= 1) return atom;
  const [one, words, is] = [number(), text(), condition()];
  const wild = any();
  return fc.oneof(
    atom,
    operation(["AND", "OR"], is, is),
    form("(NOT $)", is),
    operation(comparisons, one, one),
    operation(comparisons, words, words),
    operation(comparisons, wild, wild),
    operation(comparisons, blob, blob),
    operation(comparisons, other, other),
    operation(comparisons, momentColumn, form("$($$)", leaf("date", "datetime"), readable, modifier)),
    operation(comparisons, is, is),
    form("($ $)", wild, leaf("IS NULL", "IS NOT NULL", "NOTNULL", "ISNULL")),
    form("($ IS $)", is, leaf("TRUE", "FALSE", "NOT TRUE", "NOT FALSE")),
    form("($ $ $ AND $)", one, leaf("BETWEEN", "NOT BETWEEN"), one, one),
    form("($ $ $ AND $)", words, leaf("BETWEEN", "NOT BETWEEN"), words, words),
    form("($ $ ($, $, $))", one, leaf("IN", "NOT IN"), one, one, numberLiteral),
    form("($ $ ($, $))", words, leaf("IN", "NOT IN"), words, textLiteral),
    form("($ $ ($, $))", wild, leaf("IN", "NOT IN"), wild, wild),
    form("($ $ ())", wild, leaf("IN", "NOT IN")),
    form("($ $ $)", fc.oneof(words, wholeColumn), leaf("LIKE", "NOT LIKE"), fc.oneof(pattern, words)),
    form("($ LIKE $ ESCAPE '\\')", words, pattern),
    form("($ $ $)", fc.oneof(words, wholeColumn), leaf("GLOB", "NOT GLOB"), glob),
    ...choices(is, is),
  );
});

export const randomExpression: Made = fc
  .integer({ min: 2, max: 4 })
  .chain((depth) => fc.oneof(number(depth), text(depth), condition(depth)));

export const randomCondition: Made = fc.integer({ min: 1, max: 3 }).chain((depth) => condition(depth));

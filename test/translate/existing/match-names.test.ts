import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { matchNames, type WantedName } from "../../../src/translate/existing/match-names.js";

const own = (source: string): WantedName => ({ source, rename: null, styled: source });
const renamed = (source: string, rename: string): WantedName => ({ source, rename, styled: source });

/** `a -> b (how)`, `a -> ?b c`, `a -> nothing`. */
const words = (wanted: readonly (string | WantedName)[], targets: readonly string[]): readonly string[] => {
  const names = wanted.map((each) => (typeof each === "string" ? own(each) : each));
  return matchNames(names, targets).map((match, at) => {
    const { source } = names[at]!;
    if (match.kind === "found") return `${source} -> ${match.target} (${match.how})`;
    return `${source} -> ${match.kind === "missing" ? "nothing" : `?${match.candidates.join(" ")}`}`;
  });
};

describe("matchNames", () => {
  test.each<[wanted: (string | WantedName)[], targets: string[], matches: string[]]>([
    // misuse first
    [[], ["a"], []],
    [["a"], [], ["a -> nothing"]],
    [[""], ["_"], [" -> nothing"]],
    [["user"], ["users"], ["user -> nothing"]],
    [["id_user"], ["user_id"], ["id_user -> nothing"]],
    [["user_id"], ["userId", "UserID"], ["user_id -> ?userId UserID"]],
    [["userId", "UserID"], ["user_id"], ["userId -> ?user_id", "UserID -> ?user_id"]],
    [["NAME"], ["name", "Name"], ["NAME -> ?name Name"]],
    [["É"], ["é"], ["É -> é (style)"]],
    // a mapping's word
    [[renamed("a", "b")], ["a", "b"], ["a -> b (renamed)"]],
    [[renamed("a", "B")], ["a", "b"], ["a -> nothing"]],
    [[renamed("a", "b"), "b"], ["b"], ["a -> b (renamed)", "b -> nothing"]],
    [
      [renamed("a", "b"), "b"],
      ["b", "B"],
      ["a -> b (renamed)", "b -> B (case)"],
    ],
    [
      [{ source: "userId", rename: null, styled: "user_id" }],
      ["userId", "user_id"],
      ["userId -> user_id (exact)"],
    ],
    [[{ source: "userId", rename: null, styled: "user_id" }], ["userId"], ["userId -> userId (exact)"]],
    // letter by letter before all else
    [
      ["user_id", "userId"],
      ["userId", "user_id"],
      ["user_id -> user_id (exact)", "userId -> userId (exact)"],
    ],
    [["user_id", "userId"], ["user_id"], ["user_id -> user_id (exact)", "userId -> nothing"]],
    [["NAME"], ["name", "NAME"], ["NAME -> NAME (exact)"]],
    [
      ["NAME", "name"],
      ["name", "Name"],
      ["NAME -> Name (case)", "name -> name (exact)"],
    ],
    // case, then style
    [["USERS"], ["users"], ["USERS -> users (case)"]],
    [["sentAt"], ["sentat", "sent_at"], ["sentAt -> sentat (case)"]],
    [
      ["userId", "HTTPServer", "Order Details"],
      ["order_details", "http_server", "user_id"],
      [
        "userId -> user_id (style)",
        "HTTPServer -> http_server (style)",
        "Order Details -> order_details (style)",
      ],
    ],
    [["last_message_id"], ["lastMessageId"], ["last_message_id -> lastMessageId (style)"]],
    [["message_reads"], ["MessageReads"], ["message_reads -> MessageReads (style)"]],
  ])("%j in %j", (wanted, targets, matches) => {
    expect(words(wanted, targets)).toEqual(matches);
  });

  const names = fc.uniqueArray(fc.stringMatching(/^[aAbB_]{1,4}$/), { maxLength: 6 });

  test("a name that is there stands for itself, whatever else is", () => {
    fc.assert(
      fc.property(names, names, (wanted, more) => {
        const targets = [...new Set([...more, ...wanted])];
        expect(words(wanted, targets)).toEqual(wanted.map((name) => `${name} -> ${name} (exact)`));
      }),
    );
  });

  test("no target is given twice, and the order of neither side matters", () => {
    fc.assert(
      fc.property(names, names, (wanted, targets) => {
        const matches = matchNames(wanted.map(own), targets);
        const taken = matches.flatMap((match) => (match.kind === "found" ? [match.target] : []));
        expect(new Set(taken).size).toBe(taken.length);
        const sorted = (all: readonly string[]): readonly string[] =>
          all.map((each) => each.replace(/\?.*/, "?")).toSorted();
        expect(sorted(words(wanted.toReversed(), targets.toReversed()))).toEqual(
          sorted(words(wanted, targets)),
        );
      }),
    );
  });
});

/** Each mistake a policy file can hold: where it is told, and in which words. */
import { describe, expect, test } from "bun:test";
import { parsePolicy } from "./parse.ts";
import { printProblem } from "./problem.ts";

/** The problems of a file named `p.yaml`, printed. */
function problemsOf(text: string): string[] {
  const parsed = parsePolicy(text, "p.yaml");
  return parsed.ok ? [] : parsed.problems.map(printProblem);
}

/** One rule with the given lines after its id, in version 1 unless said otherwise. */
function rule(lines: string, version = '"1"'): string {
  return `policy_version: ${version}\nrules:\n  - id: a\n${lines}`;
}
const human = "    action: { type: require_human }\n";

describe("a mistake is told at its line and column", () => {
  const match = (line: string, version?: string) =>
    rule(`    match:\n      ${line}\n${human}`, version);
  const action = (line: string) => rule(`    action: { ${line} }\n`);
  const cases: [string, string, string[]][] = [
    [
      "a field misspelt",
      match("confidance: high"),
      ['5:7: "confidance" is not a field of match; did you mean "min_confidence"?'],
    ],
    ["a field nobody knows", match("zzzzzzzz: 1"), ['5:7: "zzzzzzzz" is not a field of match']],
    [
      "a field of the policy misspelt",
      "policy_version: 1\nnam: x\n",
      ['2:1: "nam" is not a field of a policy; did you mean "name"?'],
    ],
    [
      "a field of an action misspelt",
      action("type: deny, reson: x"),
      ['4:27: "reson" is not a field of action deny; did you mean "reason"?'],
    ],
    [
      "a field at the wrong level",
      rule(`    prompt_type: [yes_no]\n${human}`),
      ['4:5: "prompt_type" is not a field of a rule; it belongs to match'],
    ],
    [
      "a field named like a property of every object",
      "policy_version: 1\n__proto__: { a: 1 }\n",
      ['2:1: "__proto__" is not a field of a policy'],
    ],
    [
      "a word misspelt",
      match("min_confidence: hihg"),
      ['5:23: "hihg" is not a min_confidence; did you mean "high"?'],
    ],
    [
      "a word nobody knows",
      match("min_confidence: zzzzzz"),
      ['5:23: "zzzzzz" is not a min_confidence; use low, medium or high'],
    ],
    [
      "a kind misspelt",
      match("prompt_type: [yes_no, yesno]"),
      ['5:29: "yesno" is not a prompt_type; did you mean "yes_no"?'],
    ],
    [
      "the kind of the chat mode",
      match("prompt_type: [tool_use]", '"2"'),
      [
        '5:21: "tool_use" is not a kind of prompt: it belonged to the chat mode; an approval is yes_no or multiple_choice',
      ],
    ],
    [
      "a list written as one word",
      match("prompt_type: yes_no"),
      ['5:20: prompt_type must be a list, not the text "yes_no"; write [yes_no]'],
    ],
    [
      "an empty list",
      match("prompt_type: []"),
      ["5:20: prompt_type is empty; give it a value or remove the field"],
    ],
    [
      "an empty text",
      match('contains: ""'),
      ["5:17: contains is empty; give it a value or remove the field"],
    ],
    [
      "blank text",
      match('contains: "  "'),
      ["5:17: contains is nothing but white space, which nearly every prompt has; give it a word"],
    ],
    [
      "a number where text is due",
      action("type: auto_reply, value: 1"),
      ['4:40: value must be text, not a number; put it in quotes: "1"'],
    ],
    [
      "true where text is due",
      action("type: auto_reply, value: true"),
      ['4:40: value must be text, not true or false; put it in quotes: "true"'],
    ],
    [
      "text where a number is due",
      rule(`${human}    max_auto_replies: many\n`),
      ['5:23: max_auto_replies must be a number, not the text "many"'],
    ],
    [
      "half a number",
      rule(`${human}    max_auto_replies: 1.5\n`),
      ["5:23: max_auto_replies must be a whole number, not a number"],
    ],
    [
      "a number too small",
      rule(`${human}    max_auto_replies: 0\n`),
      ["5:23: max_auto_replies is too small; at least 1"],
    ],
    [
      "a number too large",
      rule(`${human}    max_auto_replies: 1000001\n`),
      ["5:23: max_auto_replies is too large; at most 1000000"],
    ],
    [
      "text too long",
      `policy_version: 1\nrules:\n  - id: ${"x".repeat(65)}\n${human}`,
      ["3:9: id is too large; at most 64 characters"],
    ],
    [
      "an id with a space",
      `policy_version: 1\nrules:\n  - id: a b\n${human}`,
      ["3:9: id may hold letters, digits, _ and - only"],
    ],
    [
      "an unknown action",
      action("type: auto_repl, value: y"),
      ['4:21: "auto_repl" is not a type of action; did you mean "auto_reply"?'],
    ],
    [
      "an action without type",
      action("value: y"),
      ['4:13: action has no "type"; add type: auto_reply, require_human, deny or notify_only'],
    ],
    [
      "a reply without value",
      action("type: auto_reply"),
      ['4:13: action auto_reply has no "value"; add the reply, such as value: "y"'],
    ],
    [
      "a rule without action",
      rule("    match: {}\n"),
      ['3:5: a rule has no "action"; add an action, such as action: { type: require_human }'],
    ],
    [
      "a rule without id",
      "policy_version: 1\nrules:\n  - action: { type: deny }\n",
      ['3:5: a rule has no "id"; add an id that is this rule\'s own, such as id: continue-yes'],
    ],
    [
      "a policy without version",
      "name: x\n",
      ['1:1: a policy has no "policy_version"; add policy_version: "1"'],
    ],
    [
      "a version nobody reads",
      "policy_version: 3\n",
      [
        '1:17: policy_version "3" is not supported by this version; this version reads "0", "1" and "2"',
      ],
    ],
    [
      "a rule that is no mapping",
      "policy_version: 1\nrules:\n  - 3\n",
      ["3:5: a rule must be a mapping (fields with values), not a number"],
    ],
    [
      "a match with nothing in it",
      rule(`    match:\n${human}`),
      ["4:5: match must be a mapping (fields with values), not nothing"],
    ],
    [
      "rules with nothing in it",
      "policy_version: 1\nrules:\n",
      ["2:1: rules must be a list, not nothing"],
    ],
    [
      "a mapping where a word is due",
      match("min_confidence: { a: 1 }"),
      ["5:23: a mapping is not a min_confidence; use low, medium or high"],
    ],
    [
      "a field of the chat mode that is gone",
      match("deny_input_types: [password_input]"),
      [
        '5:7: "deny_input_types" is not supported; there are no message channels; use "prompt_type" in a rule that denies',
      ],
    ],
    [
      "a state that no session has",
      match("session_state: [waitin]"),
      ['5:23: "waitin" is not a session_state; did you mean "waiting"?'],
    ],
    [
      "trust as a word",
      match("workspace_trusted: yes"),
      ['5:26: workspace_trusted must be true or false, not the text "yes"'],
    ],
    [
      "fields of version 2 in version 1",
      match("any_of: [{ risk: [low] }, { host: [a.example] }]"),
      [
        '5:18: "risk" belongs to version 2 of the policy language; write policy_version: "2"',
        '5:35: "host" belongs to version 2 of the policy language; write policy_version: "2"',
      ],
    ],
    [
      "a reply by meaning in version 1",
      action("type: auto_reply, reply: approve_once"),
      ['4:33: "reply" belongs to version 2 of the policy language; write policy_version: "2"'],
    ],
    [
      "a host that is none",
      match('host: ["https://a.example", "a.*.b", "*", "[::1]"]', '"2"'),
      [
        "5:14: host must be a host's name, such as example.com, or *.example.com for all below it",
        "5:35: host must be a host's name, such as example.com, or *.example.com for all below it",
        "5:44: host must be a host's name, such as example.com, or *.example.com for all below it",
      ],
    ],
    [
      "blocks without any block",
      match("any_of: []"),
      ["5:15: any_of is empty; give it a value or remove the field"],
    ],
    [
      "a block without conditions",
      match("none_of: [{ repo: /srv }, {}]"),
      ["5:33: an empty block matches every prompt; give it a condition or remove it"],
    ],
    [
      "mistakes within blocks within blocks",
      match('any_of: [{ none_of: [{ tool: git }, { repo: srv, contains: " " }] }]'),
      [
        '5:30: "tool" is not a field of match; did you mean "tool_id"?',
        '5:51: repo "srv" is not an absolute folder; begin it with / or ~/',
        "5:66: contains is nothing but white space, which nearly every prompt has; give it a word",
      ],
    ],
    [
      "blocks in version 0",
      match("any_of: [{ repo: /srv }]", '"0"'),
      ['5:7: "any_of" belongs to version 1 of the policy language; write policy_version: "1"'],
    ],
    [
      "extends in version 0",
      "policy_version: 0\nextends: base.yaml\n",
      ['2:1: "extends" belongs to version 1 of the policy language; write policy_version: "1"'],
    ],
    [
      "a field of a part that is gone",
      match("tool_name: bash", '"0"'),
      [
        '5:7: "tool_name" is not supported; use "contains", which also looks at the command that is asked about',
      ],
    ],
    [
      "a field of version 1 in version 0",
      match("max_confidence: low", '"0"'),
      [
        '5:7: "max_confidence" belongs to version 1 of the policy language; write policy_version: "1"',
      ],
    ],
    [
      "bounds that exclude each other",
      match("{ min_confidence: high, max_confidence: low }").replace("match:\n      ", "match: "),
      ["4:52: min_confidence high is above max_confidence low; no prompt can be both"],
    ],
    [
      "a folder that is not absolute",
      match("repo: src"),
      ['5:13: repo "src" is not an absolute folder; begin it with / or ~/'],
    ],
    [
      "an id used twice",
      `${rule(human)}  - id: a\n${human}`,
      ['5:9: the id "a" is already used by the rule at 3:9; give each rule its own id'],
    ],
    [
      "a field written twice",
      "policy_version: 1\nname: x\nname: y\n",
      ['3:1: "name" is written twice here; keep one of them'],
    ],
    [
      "a reply that breaks max_length",
      action("type: auto_reply, value: yes, constraints: { max_length: 2 }"),
      ["4:40: value has 3 characters, and max_length allows 2"],
    ],
    [
      "a reply that breaks numeric_only",
      action("type: auto_reply, value: y, constraints: { numeric_only: true }"),
      ['4:40: value "y" is not a number, and numeric_only asks for one'],
    ],
    [
      "a reply that breaks allowed_choices",
      action("type: auto_reply, value: y, constraints: { allowed_choices: [n] }"),
      ['4:40: value "y" is not among allowed_choices'],
    ],
    [
      "a constraint without its list",
      action("type: auto_reply, value: y, constraints: { allow_free_text: false }"),
      [
        "4:56: allow_free_text is false, and allowed_choices does not say what is allowed; add allowed_choices",
      ],
    ],
    [
      "a reply with a control character",
      action('type: auto_reply, value: "\\x1b"'),
      [
        '4:40: value "\\u001b" holds a control character; write what the reply means; the keys for it are found by itself',
      ],
    ],
    [
      "a name with half a character",
      'policy_version: 1\nname: "\\ud800"\n',
      ["2:7: half of a character (a lone surrogate); remove it"],
    ],
    [
      "contains_is_regex without contains",
      match("contains_is_regex: true"),
      [
        '5:26: "contains_is_regex" says how to read "contains", which is missing; add "contains" or remove this',
      ],
    ],
  ];
  for (const [name, text, expected] of cases) {
    test(name, () => {
      expect(problemsOf(text)).toEqual(expected.map((line) => `p.yaml:${line}`));
    });
  }

  test("every mistake of a file is told at once, in the order of the file", () => {
    const text = `policy_version: 1
nam: x
rules:
  - id: a
    match: { confidance: high, contains: "(a", contains_is_regex: true }
    action: { type: auto_reply, value: 1 }
  - id: a
    action: { type: deny }
`;
    expect(problemsOf(text).map((line) => line.split(":").slice(1, 3).join(":"))).toEqual([
      "2:1",
      "5:14",
      "5:42",
      "6:40",
      "7:9",
    ]);
  });
});

describe("a pattern is refused when it", () => {
  const cases: [string, string, string][] = [
    ["is none", "(a", "not a pattern: missing closing ): `(a`"],
    [
      "looks ahead",
      "a(?=b)",
      "not a pattern: invalid or unsupported Perl syntax: `(?=`; look-around and back references cannot run in linear time",
    ],
    [
      "refers back",
      "(a)\\1",
      "not a pattern: invalid escape sequence: `\\1`; look-around and back references cannot run in linear time",
    ],
    [
      "matches the empty text",
      "a*",
      "the pattern matches the empty text, so it matches every prompt; make it require something",
    ],
    [
      "grows by its repetitions",
      "(?:\\pL\\pL\\pL){1000}",
      "the pattern grows too large by its repetitions; use smaller counts in { }",
    ],
  ];
  for (const [name, pattern, expected] of cases) {
    test(name, () => {
      const text = rule(`    match: { contains: '${pattern}', contains_is_regex: true }\n${human}`);
      expect(problemsOf(text)).toEqual([`p.yaml:4:24: ${expected}`]);
    });
  }

  test("is longer than a pattern may be", () => {
    const text = rule(
      `    match: { contains: '${"a".repeat(1001)}', contains_is_regex: true }\n${human}`,
    );
    expect(problemsOf(text)).toEqual([
      "p.yaml:4:24: the pattern has more than 1000 characters",
      "p.yaml:4:24: contains is too large; at most 1000 characters",
    ]);
  });
});

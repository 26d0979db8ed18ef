/** What a good policy file says, and its hash. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "bun:test";
import { parsePolicy, parsePolicyBytes } from "./parse.ts";
import { printProblem } from "./problem.ts";
import { starterPolicy } from "./starter.ts";

/** The problems of a file, printed; none for a good one. */
function problemsOf(text: string): string[] {
  const parsed = parsePolicy(text, "p.yaml");
  return parsed.ok ? [] : parsed.problems.map(printProblem);
}

const human = "    action: { type: require_human }\n";
const plain = `policy_version: "1"\nrules:\n  - id: a\n${human}`;

describe("a good policy", () => {
  test("is read with its defaults filled in", () => {
    const parsed = parsePolicy(plain, "p.yaml");
    expect(parsed).toMatchObject({
      ok: true,
      policy: {
        policy_version: "1",
        name: "default",
        defaults: { no_match: "require_human", low_confidence: "require_human" },
        rules: [
          {
            id: "a",
            match: { tool_id: "*", min_confidence: "low", max_confidence: "high" },
            action: { type: "require_human" },
          },
        ],
      },
    });
  });

  test("may write its version as a number", () => {
    for (const version of ["0", "1"]) {
      const parsed = parsePolicy(`policy_version: ${version}\n`, "p.yaml");
      expect(parsed).toMatchObject({ ok: true, policy: { policy_version: version } });
    }
  });

  test("reads off as a word, not as false", () => {
    const parsed = parsePolicy("policy_version: 1\nautonomy_mode: off\n", "p.yaml");
    expect(parsed).toMatchObject({ ok: true, policy: { autonomy_mode: "off" } });
  });

  test("of version 0 with every field it knows is accepted", () => {
    const text = `policy_version: "0"
name: old
autonomy_mode: full
rules:
  - id: R-01
    description: >
      folded
      text
    match:
      tool_id: claude
      repo: ~/workspaces
      prompt_type: [yes_no, "*"]
      contains: "(?i)proceed.*install|run \\\\d+ tests?"
      contains_is_regex: true
      min_confidence: medium
    action:
      type: auto_reply
      value: "y"
      constraints:
        { max_length: 1, numeric_only: false, allowed_choices: ["y", "n"], allow_free_text: false }
    max_auto_replies: 3
  - { id: R-02, match: {}, action: { type: deny, reason: no } }
  - { id: R-03, match: {}, action: { type: notify_only, message: hm } }
defaults: { no_match: deny, low_confidence: require_human }
`;
    expect(problemsOf(text)).toEqual([]);
  });

  test("may use Windows line ends and a byte order mark", () => {
    expect(problemsOf(`\ufeff${plain}`.replaceAll("\n", "\r\n"))).toEqual([]);
  });
});

describe("the hash", () => {
  test("is the SHA-256 of the file's bytes, byte order mark included", () => {
    const bytes = new TextEncoder().encode(`\ufeff${starterPolicy}`);
    const expected = createHash("sha256").update(bytes).digest("hex");
    expect(parsePolicyBytes(bytes, "p.yaml")).toMatchObject({ ok: true, hash: expected });
  });
});

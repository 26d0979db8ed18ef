/** Suggestions rest on what a person always did, and never reach further than that. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { Prompt } from "../../contracts/prompt.ts";
import { ReplyCount } from "../session/replies.ts";
import { builtinHash, builtinPolicy } from "./builtin.ts";
import { compilePolicy } from "./compile.ts";
import { decide } from "./decide.ts";
import { shellSubject } from "./examples.ts";
import type { PastPrompt } from "./history.ts";
import type { Facts } from "./match.ts";
import { parsePolicy } from "./parse.ts";
import { type PastChanges, pastPrompt, replayOptions, toEvents } from "./past.example.ts";
import { replay } from "./replay.ts";
import { suggestRules } from "./suggest.ts";
import { suggestedText, validOnes } from "./suggested-text.ts";

const userHome = "/home/ada";
const policy = compilePolicy(builtinPolicy, { hash: builtinHash(), userHome });

function factsOf({ prompt, session }: PastPrompt): Facts | null {
  if (prompt === null || session.cwd === null) return null;
  return {
    prompt,
    tool: session.tool,
    cwd: session.cwd,
    tag: session.tag,
    environment: null,
    workspace: null,
    state: "waiting",
    autoReplies: new Map(),
    recent: { session: 0, lastMinute: 0, samePrompt: 0 },
    real: new Map(),
  };
}

function suggested(prompts: readonly PastPrompt[]) {
  const options = replayOptions(policy, (now) => new ReplyCount({ monotonicMs: now }));
  return suggestRules(() => replay(toEvents(prompts), options), {
    countMin: 3,
    sessionsMin: 2,
    userHome,
    factsOf,
  });
}

const option = (label: string, meaning: "yes" | "no" | "always" | null = null) => {
  return { label, key: null, meaning, selected: false, checked: null };
};

/** Asked so many times, in as many sessions, and answered so. */
function asked(
  prompt: Partial<Prompt>,
  reply: string | null,
  { times = 4, ...changes }: PastChanges & { times?: number } = {},
) {
  return Array.from({ length: times }, (_, nth) =>
    pastPrompt({ nth, inSession: nth, prompt, reply, ...changes }),
  );
}

describe("a rule is suggested", () => {
  test("for a question that was always answered so, with its evidence", () => {
    const { suggestions } = suggested(asked({ question: "Deploy to staging? [y/N]" }, "y"));
    expect(suggestions).toMatchObject([
      {
        reply: "y",
        rule: {
          id: "always-deploy-to-staging",
          match: {
            tool_id: "claude",
            prompt_type: ["yes_no"],
            contains: "Deploy to staging? [y/N]",
            repo: "/home/ada/src",
            risk: ["low", "medium"],
            min_confidence: "high",
          },
          action: { type: "auto_reply", value: "y" },
        },
        evidence: { count: 4, sessions: 4 },
      },
    ]);
  });

  test("for a command, whole, and for a denial as a denial", () => {
    const of = (command: string, reply: string) =>
      suggested(asked({ subject: shellSubject(command) }, reply)).suggestions[0]?.rule;
    expect(of("make lint", "y")).toMatchObject({
      match: { subject: ["shell"], command: ["make lint"] },
      action: { reply: "approve_once" },
    });
    expect(of("make lint", "n")?.action).toEqual({ type: "deny" });
  });

  test("in the folder that all of it happened in", () => {
    const session = (cwd: string) => ({ session: { ...pastPrompt().session, cwd } });
    const prompts = [
      ...asked({}, "y", { times: 2, ...session("/home/ada/src/a") }),
      pastPrompt({ nth: 7, reply: "y", ...session("/home/ada/src/b") }),
    ].map((one, at) => ({
      ...one,
      session: { ...one.session, id: asked({}, "y")[at]?.session.id ?? one.session.id },
    }));
    expect(suggested(prompts).suggestions[0]?.rule.match.repo).toBe("/home/ada/src");
  });
});

describe("nothing is suggested", () => {
  const subject = shellSubject("make lint");
  const cases: [string, readonly PastPrompt[], string][] = [
    ["of a password", asked({ kind: "password", question: "Password:" }, null), "secret"],
    ["of what speaks of a secret", asked({ question: "Send the API key? [y/n]" }, "y"), "secret"],
    ["of high risk", asked({ question: "Delete production? [y/n]" }, "y"), "risky"],
    ["of what was of high risk then", asked({}, "y", { decision: { risk: "high" } }), "risky"],
    ["of a prompt that was not wholly seen", asked({ cut: true }, "y"), "unsure"],
    ["of a prompt that was not sure", asked({ confidence: "medium" }, "y"), "unsure"],
    [
      "of a lasting grant",
      asked({ kind: "multiple_choice", options: [option("All", "always")] }, "All"),
      "lasting",
    ],
    [
      "of what a rule sends to the person",
      asked({}, "y", { decision: { rule_id: "ask" } }),
      "a rule's own",
    ],
    ["where the answer is not known", asked({}, null), "answer not recorded"],
    ["of what was asked seldom", asked({}, "y", { times: 2 }), "seldom"],
    ["of what happened in one session", asked({}, "y", { inSession: 1 }), "seldom"],
    [
      "of a command with more in it than one",
      asked({ subject: shellSubject("a && b") }, "y"),
      "not expressible",
    ],
    [
      "of answers that differ",
      [...asked({}, "y"), pastPrompt({ nth: 9, reply: "n" })],
      "answered differently",
    ],
    [
      "of a command that was once refused, however it was asked",
      [
        ...asked({ subject }, "y"),
        pastPrompt({ nth: 9, prompt: { subject, question: "Sure?" }, reply: "n" }),
      ],
      "answered differently",
    ],
    [
      "of words that were once answered otherwise within others",
      [
        ...asked({ question: "Go on?" }, "y"),
        pastPrompt({ nth: 9, prompt: { question: "All is lost. Go on?" }, reply: "n" }),
      ],
      "answered differently",
    ],
    [
      "of words that once led to an answer that nobody knows",
      [
        ...asked({ question: "Go on?" }, "y"),
        pastPrompt({ nth: 9, prompt: { question: "Go on? Or not?" } }),
      ],
      "answered differently",
    ],
  ];
  for (const [what, prompts, why] of cases) {
    test(`${what}: ${why}`, () => {
      const { suggestions, leftOut } = suggested(prompts);
      expect(suggestions).toEqual([]);
      expect(Object.keys(leftOut)).toContain(why);
    });
  }
});

test("over any history: valid, true to every answer there was, and silent about the rest", () => {
  const questions = [
    "Deploy? [y/n]",
    "Use it? [y/n]",
    "Enter PIN? [y/n]",
    "Remove prod? [y/n]",
    "Deploy? No, really?",
  ];
  let rules = 0;
  const past = fc.record({
    question: fc.constantFrom(...questions),
    reply: fc.constantFrom("y", "y", "y", "y", "n", null),
    inSession: fc.nat(4),
  });
  const property = fc.property(fc.array(past, { maxLength: 40 }), (history) => {
    const prompts = history.map(({ question, reply, inSession }, nth) =>
      pastPrompt({ nth, inSession, reply, prompt: { question } }),
    );
    const { suggestions } = suggested(prompts);
    expect(validOnes(suggestions)).toEqual([...suggestions]);
    const text = suggestedText(suggestions, { head: ["a\nb"], said: () => ["c: #"] });
    const parsed = parsePolicy(text, "suggested.yaml");
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    rules += suggestions.length;
    const applied = compilePolicy(parsed.policy, { hash: parsed.hash, userHome });
    for (const one of prompts) {
      const facts = factsOf(one);
      if (facts === null) continue;
      const { action, value } = decide(facts, applied);
      if (action !== "require_human") expect(value).toBe(one.reply);
    }
  });
  fc.assert(property, { numRuns: 800, endOnFailure: true });
  expect(rules).toBeGreaterThan(30);
});

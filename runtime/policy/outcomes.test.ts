/** Each condition's three answers, which of them counts where several speak, and the whole of what is decided. */
import { describe, expect, test } from "bun:test";
import type { Decision } from "../../contracts/decision.ts";
import { policy as policySchema } from "../../contracts/policy.ts";
import type { Option, Prompt } from "../../contracts/prompt.ts";
import { compilePolicy } from "./compile.ts";
import { decide, explain, messageOf } from "./decide.ts";
import { exampleFacts, shellSubject } from "./examples.ts";
import { describeSituation, type Facts } from "./match.ts";

const answer = { type: "auto_reply", value: "y" };
const deny = { type: "deny" };

function policyOf(rules: object[], rest: object = {}) {
  const policy = policySchema.parse({ policy_version: "2", rules, ...rest });
  return compilePolicy(policy, { hash: "c".repeat(64), userHome: "/home/ada" });
}

/** Such as `holds`, `fails host` or `unknown host`. */
function outcomeOf(match: object, facts: Facts, action: object = answer): string {
  const { tried } = explain(facts, policyOf([{ id: "r", match, action }]));
  const outcome = tried[0]?.outcome;
  if (outcome === undefined) return "not tried";
  return outcome.result === "holds" ? "holds" : `${outcome.result} ${outcome.condition}`;
}

type Case = [match: object, prompt: Partial<Prompt>, outcome: string, rule?: { action: object }];
const shell = (command: string, cut = false) => ({ subject: shellSubject(command), cut });
const about = (parts: object) =>
  ({ subject: { type: "fetch", command: null, path: null, host: null, ...parts } }) as const;
const option = (label: string): Option => ({
  ...{ label, key: null, meaning: null, selected: false, checked: null },
});
const git = { command: ["git **"] };
/** By default a rule answers. */
const denying = { action: deny };
const listing = { tool_id: "git" };

const conditions: Record<string, Case[]> = {
  "what is known of every prompt": [
    [{}, {}, "holds"],
    [{ tool_id: "git" }, {}, "fails tool_id"],
    [{ prompt_type: ["pager"] }, {}, "fails prompt_type"],
    [{ min_confidence: "high" }, { confidence: "medium" }, "fails min_confidence"],
    [{ max_confidence: "low" }, { confidence: "medium" }, "fails max_confidence"],
    [{ session_tag: "ci" }, {}, "fails session_tag"],
    [{ subject: ["shell"] }, {}, "fails subject"],
    [{ subject: ["shell"] }, about({}), "fails subject"],
    [{ subject: ["shell"] }, shell("ls"), "holds"],
    [{ option: "Later" }, {}, "fails option"],
    [{ option: "Later" }, { options: [option("Now")] }, "fails option"],
    [{ option: "later" }, { options: [option("Now"), option(" Later")] }, "holds"],
    [{ risk: ["high"] }, {}, "fails risk"],
    [{ risk: ["low"] }, {}, "holds"],
  ],
  "the host": [
    [{ host: ["a.example"] }, about({ host: "a.example" }), "holds"],
    [{ host: ["a.example"] }, about({ host: "b.example" }), "fails host"],
    [{ host: ["a.example"] }, about({}), "fails host"],
    [{ host: ["a.example"] }, {}, "fails host"],
    [{ host: ["a.example"] }, { ...about({ host: "b.example" }), cut: true }, "unknown host"],
    [{ host: ["a.example"] }, { ...about({ host: "a.example" }), cut: true }, "holds"],
  ],
  "the command": [
    [git, {}, "fails command"],
    [git, about({}), "fails command"],
    [git, shell("git status"), "holds"],
    [git, shell("git status; ls"), "fails command"],
    [git, shell("git status; ls"), "holds", denying],
    [git, shell("ls"), "fails command", denying],
    [git, shell("ls", true), "unknown command", denying],
    [git, shell("ls", true), "fails command"],
    [git, shell('git "'), "unknown command"],
    [git, shell('git "'), "unknown command", denying],
    [git, shell("git log > out"), "fails command"],
    [git, shell("git log > /dev/null"), "holds"],
    [git, shell("git log > out"), "holds", denying],
    [{ ...git, path: ["inside"] }, shell("git log > out"), "unknown path"],
  ],
  "the path": [
    [{ path: ["/srv/**"] }, {}, "fails path"],
    [{ path: ["/srv/**"] }, { cut: true }, "fails path"],
    [{ path: ["/srv/**"] }, { cut: true }, "unknown path", denying],
    [{ path: ["/srv/**"], host: ["a.example"] }, {}, "fails host"],
    [{ path: ["/srv/**"] }, about({ type: "file_edit", path: "/etc/x" }), "unknown path"],
  ],
  "the text": [
    [{ contains: "continue" }, {}, "holds"],
    [{ contains: "delete" }, {}, "fails contains"],
    [{ contains: "delete" }, { cut: true }, "unknown contains"],
    [{ contains: "delete" }, { context: "It will delete all." }, "fails contains"],
    [{ contains: "delete" }, { context: "It will delete all." }, "holds", denying],
    [{ contains: "Delete", contains_is_regex: true }, { context: "delete" }, "holds", denying],
    [{ contains: "all. continue" }, { context: "It will delete all." }, "holds", denying],
  ],
  "blocks of conditions": [
    [{ any_of: [listing, { contains: "continue" }] }, {}, "holds"],
    [{ any_of: [listing, { contains: "delete" }] }, {}, "fails any_of"],
    [{ any_of: [{ contains: "delete" }, listing] }, { cut: true }, "unknown any_of"],
    [{ any_of: [{ contains: "delete" }, {}] }, { cut: true }, "holds"],
    [{ none_of: [listing] }, {}, "holds"],
    [{ none_of: [listing, {}] }, {}, "fails none_of"],
    [{ none_of: [{ contains: "delete" }, listing] }, { cut: true }, "unknown none_of"],
    [{ none_of: [{ contains: "delete" }, {}] }, { cut: true }, "fails none_of"],
  ],
  "several at once": [
    [{ contains: "delete", none_of: [{}] }, { cut: true }, "fails none_of"],
    [{ contains: "delete", tool_id: "git" }, { cut: true }, "fails tool_id"],
    [{ contains: "delete", session_tag: "ci" }, { cut: true }, "fails session_tag"],
    [{ host: ["a.example"], contains: "delete" }, { cut: true }, "unknown contains"],
    [{ host: ["a.example"], contains: "continue" }, { cut: true }, "unknown host"],
  ],
};
describe.each(Object.entries(conditions))("%s", (_name, cases) => {
  test.each(cases)("%j of %j: %s", (...[match, prompt, outcome, rule]) => {
    expect(outcomeOf(match, exampleFacts(prompt), rule?.action)).toBe(outcome);
  });
});

test("a path is compared by where it leads, and that to change what governs is critical is known", () => {
  const edit = about({ type: "file_edit", path: "/srv/x/policy.yaml" });
  const real = new Map([["/srv/x/policy.yaml", "/srv/x/policy.yaml"]]);
  const facts = exampleFacts(edit, { cwd: "/srv/x", real });
  expect(outcomeOf({ path: ["/srv/x/**"] }, facts)).toBe("holds");
  expect(outcomeOf({ path: ["/srv/y/**"] }, facts)).toBe("fails path");
  const guarded = { ...facts, guarded: () => ["/srv/x/policy.yaml"] };
  const any = policyOf([]);
  expect(decide(facts, any).risk).not.toBe("critical");
  expect(decide(guarded, any).risk).toBe("critical");
});

test("a session's folder is compared where it is known, and from the user's home on", () => {
  const within = (repo: string, cwd: string) => outcomeOf({ repo }, exampleFacts({}, { cwd }));
  expect(within("~/src", "/home/ada/src/x")).toBe("holds");
  expect(within("/home/ada", "~/src")).toBe("holds");
  expect(within("/home/eve", "~/src")).toBe("fails repo");
  expect(within("/home/ada", "src/~")).toBe("unknown repo");
});

describe("where a rule cannot be decided, a person is told by what", () => {
  const told = (match: object, facts: Facts) =>
    decide(facts, policyOf([{ id: "r", match, action: answer }])).reason;
  const cut = (changes: Partial<Facts>) => exampleFacts({ cut: true }, changes);
  const beside: [object, Partial<Facts>, string][] = [
    [{ repo: "/srv" }, { cwd: "srv" }, "repo"],
    [{ session_state: ["idle"] }, { state: null }, "session_state"],
    [{ environment: "dev" }, { environment: null }, "environment"],
    [{ workspace_trusted: true }, { workspace: null }, "workspace_trusted"],
    [{ workspace_profile: "work" }, { workspace: null }, "workspace_profile"],
  ];
  test.each(beside)("%j, of which no part of the screen tells", (match, facts, name) => {
    expect(told(match, cut(facts))).toBe(`rule "r" could not be decided by its ${name}`);
  });

  test("what may stand in the hidden part, and that it is hidden", () => {
    const hidden = (name: string) =>
      `rule "r" could not be decided by its ${name}: the prompt is not wholly visible`;
    expect(told({ host: ["a.example"] }, cut({}))).toBe(hidden("host"));
    expect(told({ any_of: [{ contains: "x" }] }, cut({}))).toBe(hidden("any_of"));
  });
});

describe("the whole decision", () => {
  const whole = (action: object, prompt: Partial<Prompt> = {}) =>
    decide(exampleFacts(prompt), policyOf([{ id: "r", match: { tool_id: "claude" }, action }]));
  const ruled: Omit<Decision, "action" | "reason"> = {
    ...{ rule_id: "r", value: null, risk: "low", risk_factors: [] },
    policy_hash: "c".repeat(64),
  };

  test("is the rule's, with its risk and the policy's hash", () => {
    const reason = 'rule "r" denies this prompt';
    const denied: Decision = { ...ruled, action: "deny", reason };
    expect(whole(deny)).toStrictEqual(denied);
    expect(whole({ type: "auto_reply", reply: "deny" })).toStrictEqual(denied);
    expect(whole({ type: "notify_only" })).toStrictEqual({
      ...{ ...ruled, action: "notify_only" },
      reason: 'rule "r" tells the person, who answers',
    });
    expect(whole({ type: "auto_reply", reply: "approve_once" })).toStrictEqual({
      ...{ ...ruled, action: "auto_reply", value: "y", reason: 'rule "r" answers this prompt' },
    });
    expect(whole({ type: "auto_reply", reply: { text: "x" } })).toStrictEqual({
      ...{ ...ruled, action: "require_human" },
      reason: 'rule "r" would answer, but this prompt does not ask for text',
    });
  });

  test("is the defaults' where no rule matches, or there is none", () => {
    const rest = { defaults: { no_match: "deny", low_confidence: "deny" } };
    expect(decide(exampleFacts({ confidence: "low" }), policyOf([], rest))).toStrictEqual({
      ...{ ...ruled, action: "deny", rule_id: null, risk: "medium" },
      risk_factors: ["confidence:low"],
      reason:
        "no rule matches and the confidence is low, so defaults.low_confidence denies this prompt",
    });
    expect(decide(exampleFacts(), policyOf([])).reason).toBe(
      "no rule matches, so defaults.no_match leaves it to a person",
    );
  });

  test("is the same whether it is explained or not, among more rules than are looked through", () => {
    const others = Array.from({ length: 60 }, (_, at) => ({
      ...{ id: `r${at}`, match: { tool_id: `tool-${at}` }, action: deny },
    }));
    const policy = policyOf([...others, { id: "yes", match: { contains: "y/n" }, action: answer }]);
    expect(policy.index).not.toBeNull();
    for (const facts of [exampleFacts(), exampleFacts({}, { tool: "tool-7" })]) {
      const { decision, tried } = explain(facts, policy);
      expect(decide(facts, policy)).toStrictEqual(decision);
      expect(tried.map(({ rule }) => rule.id).at(-1)).toBe(decision.rule_id ?? "");
    }
  });
});

describe("a rule that would answer does not", () => {
  const critical = shell("sudo rm -rf / --no-preserve-root");
  /** `replies`: how many have been given in this session, all by this rule. */
  const would = (prompt: Partial<Prompt>, rule: object = {}, replies = 0) => {
    const brakes = { replies_per_session: 3 };
    const policy = policyOf([{ id: "r", action: answer, ...rule }], { brakes });
    const recent = { session: replies, lastMinute: 0, samePrompt: 0 };
    const facts = { recent, autoReplies: new Map([["r", replies]]) };
    return decide(exampleFacts(prompt, facts), policy).reason;
  };
  const but = (why: string) => `rule "r" would answer, but ${why}`;

  test("once its only reply is given", () => {
    expect(would({}, { max_auto_replies: 1 }, 1)).toBe(
      but("it has already given its one automatic reply in this session"),
    );
    expect(would({}, { max_auto_replies: 2 }, 1)).toBe('rule "r" answers this prompt');
  });

  test("at a critical risk that it does not name", () => {
    const why = but(
      "the risk is critical, and only a rule that names that risk (version 2) may answer",
    );
    expect(would(critical)).toBe(why);
    expect(would(critical, { match: { risk: ["critical"] } })).toBe('rule "r" answers this prompt');
  });

  test("at one that only words tell of, unless its version knows no risks", () => {
    const words = { question: "Run mkfs and rm -rf / and drop table? [y/n]" };
    expect(would(words)).toContain("the risk is critical");
    const policy = policyOf([{ id: "r", action: answer }], { policy_version: "1" });
    const decision = decide(exampleFacts(words), policy);
    expect(decision).toMatchObject({ action: "auto_reply", risk: "critical" });
    expect(decide(exampleFacts(critical), policy).action).toBe("require_human");
  });

  test("beyond the policy's brakes", () => {
    expect(would({}, {}, 2)).toBe('rule "r" answers this prompt');
    expect(would({}, {}, 3)).toBe(but("this session has had its 3 automatic replies"));
  });

  test("where scripts are mixed in the text, or above it", () => {
    const why = but("the text mixes scripts within a word");
    expect(would({ question: "Dеlete? [y/n]" })).toBe(why);
    expect(would({ context: "It will dеlete all." })).toBe(why);
    expect(would({ context: "Всё ok." })).toBe('rule "r" answers this prompt');
  });

  test("and of many reasons the first is told", () => {
    const all = { ...critical, cut: true, confidence: "low" } as const;
    expect(would(all, {}, 3)).toBe(but("it is not sure that the tool waits for an answer"));
    expect(would(critical, {}, 3)).toContain("the risk is critical");
    const hidden = but("what is to be approved is not wholly visible");
    expect(would(shell("ls", true))).toBe(hidden);
  });
});

test("a person is told the rule's own words: of a denial its reason, else its message", () => {
  const said = (action: object) => {
    const policy = policyOf([
      { id: "q", match: { tool_id: "git" }, action: deny },
      { id: "r", action },
    ]);
    return messageOf(decide(exampleFacts(), policy), policy);
  };
  expect(said({ type: "deny", reason: "never" })).toBe("never");
  expect(said({ type: "require_human", message: "look" })).toBe("look");
  expect(said({ type: "notify_only", message: "mind" })).toBe("mind");
  for (const type of ["deny", "require_human", "notify_only"]) expect(said({ type })).toBeNull();
  expect(said(answer)).toBeNull();
  const none = policyOf([]);
  expect(messageOf(decide(exampleFacts(), none), none)).toBeNull();
});

test("what every rule asks for is made of the prompt, the text above it and the folder", () => {
  const home = { userHome: "/home/ada" };
  const plain = describeSituation(exampleFacts({ confidence: "medium" }), home);
  expect(plain).toMatchObject({ confidence: 1, cwd: ["home", "ada", "src"], context: [] });
  expect([...plain.labels]).toEqual([]);
  const options = [option("Yes"), option("No")];
  const above = describeSituation(exampleFacts({ context: "Above", options }), home);
  expect(above.context).toHaveLength(2);
  expect([...above.labels]).toEqual(["yes", "no"]);
});

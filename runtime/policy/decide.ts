/** The decision about one prompt: the first rule that matches, or the defaults, or a person. Pure. */
import type { Decision, DecisionAction } from "../../contracts/decision.ts";
import type { Policy, PolicyRule } from "../../contracts/policy.ts";
import type { PromptKind } from "../../contracts/prompt.ts";
import { objectToPace } from "./brakes.ts";
import type { CompiledPolicy, CompiledRule } from "./compile.ts";
import { describeSituation, type Facts, matchRule, type Outcome, type Situation } from "./match.ts";
import { replyTo } from "./reply.ts";
import { objectToSecret, repliesMax } from "./secret.ts";

/** One rule that was looked at, and how it came out. */
export type Tried = { rule: PolicyRule; outcome: Outcome };

/** The same facts and policy give the same decision, always. Never throws. */
export function decide(facts: Facts, policy: CompiledPolicy): Decision {
  return evaluate(facts, policy, null);
}

/** The decision of `decide`, with every rule that was looked at on the way, in file order. */
export function explain(
  facts: Facts,
  policy: CompiledPolicy,
): { decision: Decision; tried: Tried[] } {
  const tried: Tried[] = [];
  return { decision: evaluate(facts, policy, tried), tried };
}

/** What a person is told besides the reason: the rule's own `message` or `reason`; null if it has none. */
export function messageOf(decision: Decision, { policy }: CompiledPolicy): string | null {
  const action = policy.rules.find((rule) => rule.id === decision.rule_id)?.action;
  if (action === undefined || action.type === "auto_reply") return null;
  return (action.type === "deny" ? action.reason : action.message) ?? null;
}

/**
 * The reason is metadata and may leave the machine: it names rules and defaults and repeats
 * nothing of the prompt, nor of the texts in the policy.
 */
export type Verdict = {
  action: DecisionAction;
  rule_id: string | null;
  reason: string;
  value: string | null;
  secret?: string;
};

function evaluate(facts: Facts, compiled: CompiledPolicy, tried: Tried[] | null): Decision {
  const situation = describeSituation(facts, compiled);
  const verdict = verdictOfRules(situation, compiled, tried) ?? applyDefaults(facts, compiled);
  const { risk, factors } = situation.risk;
  const decision: Decision = {
    action: verdict.action,
    rule_id: verdict.rule_id,
    reason: verdict.reason,
    value: verdict.value,
    risk,
    risk_factors: factors,
    policy_hash: compiled.hash,
  };
  return verdict.secret === undefined ? decision : { ...decision, secret: verdict.secret };
}

/** By the first rule that matches, or that nobody can decide; null when there is none. */
export function verdictOfRules(
  situation: Situation,
  compiled: CompiledPolicy,
  tried: Tried[] | null,
): Verdict | null {
  const { facts } = situation;
  const { rules, index } = compiled;
  // Whoever asks for an explanation wants to hear of every rule.
  const candidates = tried === null && index !== null ? index.of(situation) : rules.keys();
  for (const place of candidates) {
    const rule = rules[place];
    if (rule === undefined) continue;
    const outcome = matchRule(rule, situation);
    tried?.push({ rule: rule.rule, outcome });
    if (outcome.result === "holds") return applyRule(rule, situation, compiled.policy);
    if (outcome.result === "unknown") return escalateUndecided(rule.rule.id, outcome, facts);
  }
  return null;
}

function applyRule(compiled: CompiledRule, situation: Situation, policy: Policy): Verdict {
  const { id, action } = compiled.rule;
  switch (action.type) {
    case "auto_reply": {
      if (action.reply === "deny") return ruled("deny", id, `rule "${id}" denies this prompt`);
      const objection =
        objectToReply(compiled, situation) ??
        objectToRisk(compiled, situation, policy.policy_version) ??
        objectToPace(situation.facts.recent, policy.brakes);
      if (objection !== null) return person(id, `rule "${id}" would answer, but ${objection}`);
      const reply = replyTo(action, situation.facts.prompt);
      if ("objection" in reply) {
        return person(id, `rule "${id}" would answer, but ${reply.objection}`);
      }
      const reason = `rule "${id}" answers this prompt`;
      return { action: "auto_reply", rule_id: id, reason, ...reply };
    }
    case "deny":
      return ruled("deny", id, `rule "${id}" denies this prompt`);
    case "require_human":
      return person(id, `rule "${id}" leaves this prompt to a person`);
    case "notify_only":
      return ruled("notify_only", id, `rule "${id}" tells the person, who answers`);
  }
}

/** Not questions, or nobody knows which: answered only by a rule that says so. */
const onlyByName: ReadonlySet<PromptKind> = new Set(["unknown", "pager", "editor"]);

/** Why a matching rule may not answer after all, as the end of a sentence; null when it may. */
function objectToReply({ rule, named, goesByText }: CompiledRule, situation: Situation) {
  const { prompt, autoReplies } = situation.facts;
  // Without strong evidence of waiting a prompt and a log line look alike: guessing is not for a policy.
  if (prompt.confidence === "low") return "it is not sure that the tool waits for an answer";
  const unfit = objectToSecret(rule, prompt);
  if (unfit !== null) return unfit;
  if (onlyByName.has(prompt.kind) && !named.has(prompt.kind)) {
    return `it does not name the kind ${prompt.kind} in prompt_type`;
  }
  const unreadable = objectToText(situation, goesByText);
  if (unreadable !== null) return unreadable;
  const most = repliesMax(rule);
  if ((autoReplies.get(rule.id) ?? 0) < most) return null;
  const replies = most === 1 ? "one automatic reply" : `${most} automatic replies`;
  return `it has already given its ${replies} in this session`;
}

/** Before version 2 a rule cannot name a risk: there only approvals are held back by it. */
function objectToRisk(
  { namesCritical }: CompiledRule,
  { risk, facts }: Situation,
  version: Policy["policy_version"],
): string | null {
  if (risk.risk !== "critical" || namesCritical) return null;
  if (version !== "2" && facts.prompt.subject === null) return null;
  return "the risk is critical, and only a rule that names that risk (version 2) may answer";
}

/** Why the text may not say what it seems to; null when it can be relied on. */
function objectToText({ facts, text, context }: Situation, goesByText: boolean): string | null {
  const { cut, subject } = facts.prompt;
  if (cut && subject !== null) return "what is to be approved is not wholly visible";
  if (cut && goesByText) return "it goes by the text, which is not wholly visible";
  // Letters that look alike would pass by the rules that hold back.
  const isMixed = text.mixes || context.some(({ mixes }) => mixes);
  return isMixed ? "the text mixes scripts within a word" : null;
}

/** No part of the screen tells these, hidden or not. */
const besideScreen: ReadonlySet<string> = new Set([
  ...["repo", "session_state", "environment", "workspace_trusted", "workspace_profile"],
]);

function escalateUndecided(id: string, outcome: Outcome, { prompt }: Facts): Verdict {
  const condition = outcome.result === "unknown" ? outcome.condition : "";
  const goesByScreen = prompt.cut && !besideScreen.has(condition);
  const why = goesByScreen ? ": the prompt is not wholly visible" : "";
  return person(id, `rule "${id}" could not be decided by its ${condition}${why}`);
}

/** Where no rule matches. */
export function applyDefaults({ prompt }: Facts, { policy }: CompiledPolicy): Verdict {
  const isLow = prompt.confidence === "low";
  const name = isLow ? "low_confidence" : "no_match";
  const action = policy.defaults[name];
  const when = isLow ? "no rule matches and the confidence is low" : "no rule matches";
  const then = action === "deny" ? "denies this prompt" : "leaves it to a person";
  return {
    action,
    rule_id: null,
    reason: `${when}, so defaults.${name} ${then}`,
    value: null,
  };
}

function person(id: string, reason: string): Verdict {
  return ruled("require_human", id, reason);
}

function ruled(action: DecisionAction, id: string, reason: string): Verdict {
  return { action, rule_id: id, reason, value: null };
}

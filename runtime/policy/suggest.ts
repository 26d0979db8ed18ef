/** Rules that would have answered what the person always answered the same way: proposed, never applied. Pure. */
import type { Moment } from "../../contracts/moment.ts";
import type { PolicyRule } from "../../contracts/policy.ts";
import { atLeast, type Prompt } from "../../contracts/prompt.ts";
import { compilePolicy, type CompiledPolicy } from "./compile.ts";
import { decide } from "./decide.ts";
import type { PastPrompt } from "./history.ts";
import { describeSituation, type Facts } from "./match.ts";
import type { Replayed } from "./replay.ts";
import { ruleFor } from "./suggested-rule.ts";
import { Tally } from "./tally.ts";

export type Evidence = {
  count: number;
  sessions: number;
  first: Moment;
  last: Moment;
  /** The latest. */
  example: PastPrompt;
};

export type Suggestion = { rule: PolicyRule; reply: string; evidence: Evidence };

/** Why a prompt that came to the person led to no suggestion. */
export type LeftOut =
  | "secret"
  | "risky"
  | "lasting"
  | "unsure"
  | "a rule's own"
  | "answer not recorded"
  | "not expressible"
  | "seldom"
  | "answered differently";

export type Suggested = {
  /** Prompts that a person was asked. */
  asked: number;
  suggestions: readonly Suggestion[];
  leftOut: Readonly<Partial<Record<LeftOut, number>>>;
};

export type SuggestOptions = {
  countMin: number;
  sessionsMin: number;
  userHome: string;
  /** Facts for a prompt of the past, apart from the replies before it. */
  factsOf(past: PastPrompt): Facts | null;
};

type Group = {
  past: PastPrompt;
  reply: string;
  /** Answered otherwise as well, or in a way that is not known. */
  mixed: boolean;
  folders: Set<string>;
};

const groupsMax = 2_000;
const candidatesMax = 100;
const foldersMax = 20;

/** `replayed` is gone through twice: what looks the same in short is held against every prompt that a rule would match. */
export function suggestRules(
  replayed: () => Iterable<Replayed>,
  options: SuggestOptions,
): Suggested {
  const leftOut: Partial<Record<LeftOut, number>> = {};
  const leave = (why: LeftOut, count = 1): void => {
    leftOut[why] = (leftOut[why] ?? 0) + count;
  };
  const groups = new Tally<Group>(groupsMax);
  let asked = 0;
  for (const one of replayed()) {
    if (one.past.outcome !== "person") continue;
    asked += 1;
    const why = objectTo(one, options);
    if (why === null) addTo(groups, one.past);
    else leave(why);
  }
  const candidates = candidatesFrom(groups, options, leave);
  for (const one of replayed()) check(candidates, one.past, options);
  const suggestions = candidates.flatMap((candidate) => {
    const { evidence, seen, contradicted } = candidate;
    if (contradicted) leave("answered differently", candidate.count);
    else if (
      evidence === null ||
      evidence.count < options.countMin ||
      seen.size < options.sessionsMin
    ) {
      leave("seldom", candidate.count);
    } else return [{ rule: candidate.rule, reply: candidate.reply, evidence }];
    return [];
  });
  return { asked, suggestions, leftOut };
}

const secretWords = /pass(?:word|phrase|code)|secret|token|api.?key|credential|\bpin\b/i;

/** Null: a rule may be made of it. */
function objectTo(one: Replayed, options: SuggestOptions): LeftOut | null {
  const { past } = one;
  if (hasRule(one)) return "a rule's own";
  if (past.data.prompt_kind === "password") return "secret";
  if (past.prompt === null) return "answer not recorded";
  return objectToPrompt(past.prompt, past.reply) ?? (isRisky(past, options) ? "risky" : null);
}

/** It decided then, or would now. */
function hasRule({ past, again }: Replayed): boolean {
  const now = "decision" in again ? again.decision.rule_id : null;
  return now !== null || (past.decision?.rule_id ?? null) !== null;
}

function objectToPrompt(prompt: Prompt, reply: string | null): LeftOut | null {
  const { question, subject, cut, confidence } = prompt;
  if (secretWords.test(`${question} ${subject?.command ?? ""}`)) return "secret";
  if (cut || !atLeast(confidence, "high")) return "unsure";
  return reply !== null && isLasting(prompt, reply) ? "lasting" : null;
}

function isRisky(past: PastPrompt, options: SuggestOptions): boolean {
  const facts = options.factsOf(past);
  const now =
    facts === null ? "critical" : describeSituation(facts, emptyPolicy(options)).risk.risk;
  return [now, past.decision?.risk].some((risk) => risk === "high" || risk === "critical");
}

function isLasting({ options }: Prompt, reply: string): boolean {
  const chosen = options.find(({ label }) => label === reply);
  return chosen?.meaning === "always" || chosen?.meaning === "never";
}

function addTo(groups: Tally<Group>, past: PastPrompt): void {
  const { prompt, reply, session } = past;
  if (prompt === null) return;
  const question = prompt.question.replace(/\s+/g, " ").trim();
  const { subject } = prompt;
  const key = JSON.stringify([session.tool, prompt.kind, question, subject]);
  const { value } = groups.add(key, {
    past,
    reply: reply ?? "",
    mixed: reply === null,
    folders: new Set(),
  });
  if (reply === null || reply !== value.reply) value.mixed = true;
  value.past = past;
  if (value.folders.size < foldersMax && session.cwd !== null) value.folders.add(session.cwd);
}

type Candidate = {
  rule: PolicyRule;
  reply: string;
  compiled: CompiledPolicy;
  count: number;
  evidence: Evidence | null;
  seen: Set<string>;
  contradicted: boolean;
};

function candidatesFrom(
  groups: Tally<Group>,
  options: SuggestOptions,
  leave: (why: LeftOut, count: number) => void,
): Candidate[] {
  const ids = new Set<string>();
  const found: Candidate[] = [];
  for (const { value: group, count } of groups.sorted()) {
    const { past, reply, mixed, folders } = group;
    if (mixed) leave(past.reply === null ? "answer not recorded" : "answered differently", count);
    else if (count < options.countMin || found.length >= candidatesMax) leave("seldom", count);
    else {
      const rule = ruleFor(past, { reply, folders: [...folders], ids });
      if (rule === null) leave("not expressible", count);
      else {
        const compiled = compileOne(rule, options);
        found.push({
          rule,
          reply,
          compiled,
          count,
          evidence: null,
          seen: new Set(),
          contradicted: false,
        });
      }
    }
  }
  return found;
}

/** Holds the past against each rule: it must have been answered as the rule would, by whoever answered. */
function check(candidates: readonly Candidate[], past: PastPrompt, options: SuggestOptions): void {
  const { prompt, session } = past;
  if (prompt === null || past.outcome !== "person") return;
  for (const candidate of candidates) {
    const { tool_id: tool } = candidate.rule.match;
    if (candidate.contradicted || tool !== session.tool) continue;
    const facts = options.factsOf(past);
    if (facts === null) continue;
    const { action } = decide(facts, candidate.compiled);
    if (action !== "auto_reply" && action !== "deny") continue;
    if (past.reply !== candidate.reply) candidate.contradicted = true;
    else addEvidence(candidate, past);
  }
}

function addEvidence(candidate: Candidate, past: PastPrompt): void {
  candidate.seen.add(past.session.id);
  const { evidence } = candidate;
  candidate.evidence = {
    count: (evidence?.count ?? 0) + 1,
    sessions: candidate.seen.size,
    first: Math.min(evidence?.first ?? past.at, past.at),
    last: Math.max(evidence?.last ?? past.at, past.at),
    example: past,
  };
}

const noHash = "0".repeat(64);

function compileOne(rule: PolicyRule, { userHome }: SuggestOptions): CompiledPolicy {
  const { policy } = emptyPolicy({ userHome });
  return compilePolicy({ ...policy, rules: [rule] }, { hash: noHash, userHome });
}

function emptyPolicy({ userHome }: Pick<SuggestOptions, "userHome">): CompiledPolicy {
  const defaults = { no_match: "require_human", low_confidence: "require_human" } as const;
  const policy = {
    policy_version: "2",
    name: "suggested",
    brakes: {},
    defaults,
    rules: [],
  } as const;
  return compilePolicy({ ...policy, rules: [] }, { hash: noHash, userHome });
}

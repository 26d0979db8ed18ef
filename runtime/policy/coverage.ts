/** Which rules the past hits and which never, and what no rule covers. Pure. */
import type { PolicyLayer } from "../../contracts/decision.ts";
import type { Moment } from "../../contracts/moment.ts";
import { promptKind, type PromptKind, type Subject } from "../../contracts/prompt.ts";
import type { PastPrompt } from "./history.ts";
import type { LayeredPolicy } from "./layers.ts";
import { type Effect, effectOf, type Replayed, type Undecidable } from "./replay.ts";
import { Tally } from "./tally.ts";

export type RuleCoverage = {
  layer: PolicyLayer;
  rule_id: string;
  hits: number;
  answers: number;
  /** Sessions in which it decided. */
  sessions: number;
  last: Moment | null;
};

/** Prompts of one sort: how many there were, and how many no rule decided. */
export type SortCoverage<T extends string> = { name: T; prompts: number; uncovered: number };

export type Gap = {
  tool: string;
  kind: PromptKind;
  subject: Subject["type"] | null;
  /** The latest. */
  example: PastPrompt;
};

export type Coverage = {
  prompts: number;
  sessions: number;
  from: Moment | null;
  to: Moment | null;
  rules: readonly RuleCoverage[];
  /** No rule: `defaults` decided. */
  defaults: number;
  noContent: number;
  notAsked: number;
  effects: Readonly<Record<Effect, number>>;
  kinds: readonly SortCoverage<PromptKind>[];
  tools: readonly SortCoverage<string>[];
  subjects: readonly SortCoverage<string>[];
  /** What no rule decided, the most frequent first. */
  gaps: readonly (Gap & { count: number })[];
  /** What went to a person most often: by tool and question. */
  escalated: readonly (Escalated & { count: number })[];
  /** There were more sorts than could be counted at once: the rarest are missing. */
  approximate: boolean;
};

type Escalated = { example: PastPrompt; rule_id: string | null; layer: PolicyLayer | null };

const keysMax = 2_000;

export function coverageOf(replayed: Iterable<Replayed>, policy: LayeredPolicy): Coverage {
  const seen = new Seen(policy);
  for (const one of replayed) seen.add(one);
  return seen.coverage();
}

type RuleSeen = RuleCoverage & { lastSession: string | null };

class Seen {
  readonly #hash: string;
  readonly #rules: Map<string, RuleSeen>;
  readonly #sessions = new Set<string>();
  readonly #kinds = new Sorts<PromptKind>(keysMax);
  readonly #tools = new Sorts<string>(keysMax);
  readonly #subjects = new Sorts<string>(keysMax);
  readonly #gaps = new Tally<Gap>(keysMax);
  readonly #escalated = new Tally<Escalated>(keysMax);
  readonly #effects: Record<Effect, number> = {
    answers: 0,
    denies: 0,
    suggests: 0,
    asks: 0,
    tells: 0,
  };
  #prompts = 0;
  #defaults = 0;
  #noContent = 0;
  #notAsked = 0;
  #from: Moment | null = null;
  #to: Moment | null = null;

  constructor({ layers, hash }: LayeredPolicy) {
    this.#hash = hash;
    const none = { hits: 0, answers: 0, sessions: 0, last: null, lastSession: null };
    const rules = layers.flatMap(({ name: layer, compiled }) =>
      compiled.policy.rules.map(({ id: rule_id }) => ({ layer, rule_id, ...none })),
    );
    this.#rules = new Map(rules.map((rule) => [nameOf(rule.layer, rule.rule_id), rule]));
  }

  add({ past, again }: Replayed): void {
    this.#prompts += 1;
    this.#sessions.add(past.session.id);
    this.#from = Math.min(this.#from ?? past.at, past.at);
    this.#to = Math.max(this.#to ?? past.at, past.at);
    if ("undecidable" in again) {
      this.#undecided(past, again.undecidable);
      return;
    }
    const { effect, decision } = again;
    this.#effects[effect] += 1;
    this.#sort(past, decision.rule_id === null);
    if (decision.rule_id === null) this.#missed(past);
    else this.#hit(nameOf(decision.layer, decision.rule_id), { past, effect });
    if (effect === "asks" || effect === "suggests" || effect === "tells") {
      const question = past.prompt?.question.replace(/\s+/g, " ").trim() ?? "";
      const { rule_id, layer = null } = decision;
      const key = JSON.stringify([past.session.tool, question.slice(0, 200), layer, rule_id]);
      this.#escalated.add(key, { example: past, rule_id, layer }).value.example = past;
    }
  }

  /** What this very policy decided is known without the content, too. */
  #undecided(past: PastPrompt, why: Undecidable): void {
    const { decision } = past;
    const id = decision?.policy_hash === this.#hash ? decision.rule_id : null;
    if (id !== null) this.#hit(nameOf(decision?.layer, id), { past, effect: effectOf(past) });
    else if (why === "no content") this.#noContent += 1;
    else this.#notAsked += 1;
  }

  #sort(past: PastPrompt, uncovered: boolean): void {
    this.#kinds.add(past.data.prompt_kind, uncovered);
    this.#tools.add(past.session.tool, uncovered);
    this.#subjects.add(past.prompt?.subject?.type ?? "none", uncovered);
  }

  #missed(past: PastPrompt): void {
    this.#defaults += 1;
    const { tool } = past.session;
    const kind = past.data.prompt_kind;
    const subject = past.prompt?.subject?.type ?? null;
    const key = JSON.stringify([tool, kind, subject]);
    this.#gaps.add(key, { tool, kind, subject, example: past }).value.example = past;
  }

  #hit(name: string, { past, effect }: { past: PastPrompt; effect: Effect }): void {
    const rule = this.#rules.get(name);
    if (rule === undefined) return;
    rule.hits += 1;
    if (effect === "answers") rule.answers += 1;
    // The prompts of a session come together, but for sessions side by side: then this counts a little too much.
    if (rule.lastSession !== past.session.id) rule.sessions += 1;
    rule.lastSession = past.session.id;
    rule.last = Math.max(rule.last ?? 0, past.at);
  }

  coverage(): Coverage {
    return {
      prompts: this.#prompts,
      sessions: this.#sessions.size,
      from: this.#from,
      to: this.#to,
      rules: [...this.#rules.values()].map(({ lastSession: _last, ...rule }) => rule),
      defaults: this.#defaults,
      noContent: this.#noContent,
      notAsked: this.#notAsked,
      effects: this.#effects,
      kinds: this.#kinds.sorted(promptKind.options),
      tools: this.#tools.sorted([]),
      subjects: this.#subjects.sorted([]),
      gaps: this.#gaps.sorted().map(({ value, count }) => ({ ...value, count })),
      escalated: this.#escalated.sorted().map(({ value, count }) => ({ ...value, count })),
      approximate: this.#gaps.forgot || this.#escalated.forgot || this.#tools.forgot,
    };
  }
}

/** Where one policy decides alone, decisions name no layer, and it is the user's. */
const nameOf = (layer: PolicyLayer | undefined, id: string): string => `${layer ?? "user"} ${id}`;

class Sorts<T extends string> {
  readonly #tally: Tally<SortCoverage<T>>;

  constructor(max: number) {
    this.#tally = new Tally(max);
  }

  get forgot(): boolean {
    return this.#tally.forgot;
  }

  add(name: T, uncovered: boolean): void {
    const { value } = this.#tally.add(name, { name, prompts: 0, uncovered: 0 });
    value.prompts += 1;
    if (uncovered) value.uncovered += 1;
  }

  /** Those that never came up, of all there are, come last. */
  sorted(all: readonly T[]): SortCoverage<T>[] {
    const seen = this.#tally.sorted().map(({ value }) => value);
    const never = all.filter((name) => this.#tally.get(name) === undefined);
    return [...seen, ...never.map((name) => ({ name, prompts: 0, uncovered: 0 }))];
  }
}

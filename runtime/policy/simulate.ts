/** What another policy would have made of the past: the changes in sum, by group and by prompt. Pure. */
import type { Moment } from "../../contracts/moment.ts";
import type { Decision } from "../../contracts/decision.ts";
import type { PastPrompt } from "./history.ts";
import type { Effect, Replayed } from "./replay.ts";

export type Change = {
  past: PastPrompt;
  was: { effect: Effect; rule_id: string | null };
  now: { effect: Effect; rule_id: string | null; reason: string };
  heldBack: boolean;
};

/** Changes of one kind: from the same effect and rule to the same effect and rule. */
export type ChangeGroup = Pick<Change, "was" | "now"> & {
  count: number;
  /** The latest of them. */
  example: PastPrompt;
};

export type Simulation = {
  prompts: number;
  sessions: number;
  from: Moment | null;
  to: Moment | null;
  /** How often what was became what: every pair that occurs. */
  table: readonly { was: Effect; now: Effect; count: number }[];
  same: number;
  changed: number;
  /** Of those that come out the same: decided by another rule. */
  otherRule: number;
  /** Replies that the counts and brakes hold back. */
  heldBack: number;
  noContent: number;
  notAsked: number;
  /** Those that this very policy decided: how many come out again as they are recorded. */
  ownHash: { prompts: number; same: number };
  groups: readonly ChangeGroup[];
  /** The first so many, in the order in which they ended. */
  changes: readonly Change[];
};

export type SimulateOptions = {
  hash: string;
  /** Changes kept one by one. */
  changesMax: number;
};

const groupsMax = 10_000;

export function simulate(
  replayed: Iterable<Replayed>,
  { hash, changesMax }: SimulateOptions,
): Simulation {
  const groups = new Map<string, ChangeGroup>();
  const table = new Map<string, { was: Effect; now: Effect; count: number }>();
  const sum = new Sum();
  const changes: Change[] = [];
  for (const { past, was, again } of replayed) {
    sum.saw(past);
    if ("undecidable" in again) {
      if (again.undecidable === "no content") sum.noContent += 1;
      else sum.notAsked += 1;
      continue;
    }
    const { decision, effect, heldBack } = again;
    const pair = table.get(`${was} ${effect}`) ?? { was, now: effect, count: 0 };
    pair.count += 1;
    table.set(`${was} ${effect}`, pair);
    if (heldBack) sum.heldBack += 1;
    sum.compare(past, { hash, same: was === effect, decision });
    if (was === effect) continue;
    const change = changeOf({ past, was, decision, effect, heldBack });
    if (changes.length < changesMax) changes.push(change);
    addTo(groups, change);
  }
  return {
    ...sum.total(),
    table: [...table.values()],
    groups: [...groups.values()].toSorted((a, b) => b.count - a.count),
    changes,
  };
}

class Sum {
  noContent = 0;
  notAsked = 0;
  heldBack = 0;
  #prompts = 0;
  #same = 0;
  #changed = 0;
  #otherRule = 0;
  #own = 0;
  #ownSame = 0;
  #from: Moment | null = null;
  #to: Moment | null = null;
  #sessions = new Set<string>();

  saw({ at, session }: PastPrompt): void {
    this.#prompts += 1;
    this.#sessions.add(session.id);
    this.#from = Math.min(this.#from ?? at, at);
    this.#to = Math.max(this.#to ?? at, at);
  }

  compare(
    { decision: before }: PastPrompt,
    { hash, same, decision }: { hash: string; same: boolean; decision: Decision },
  ): void {
    if (same) this.#same += 1;
    else this.#changed += 1;
    if (before === null) return;
    const sameRule = before.rule_id === decision.rule_id;
    if (same && !sameRule) this.#otherRule += 1;
    if (before.policy_hash !== hash) return;
    this.#own += 1;
    if (before.action === decision.action && sameRule) this.#ownSame += 1;
  }

  total(): Omit<Simulation, "table" | "groups" | "changes"> {
    return {
      prompts: this.#prompts,
      sessions: this.#sessions.size,
      from: this.#from,
      to: this.#to,
      same: this.#same,
      changed: this.#changed,
      otherRule: this.#otherRule,
      heldBack: this.heldBack,
      noContent: this.noContent,
      notAsked: this.notAsked,
      ownHash: { prompts: this.#own, same: this.#ownSame },
    };
  }
}

type Found = Pick<Change, "past" | "heldBack"> & {
  was: Effect;
  decision: Decision;
  effect: Effect;
};

function changeOf({ past, was, decision, effect, heldBack }: Found): Change {
  const { rule_id, reason } = decision;
  return {
    past,
    was: { effect: was, rule_id: past.decision?.rule_id ?? null },
    now: { effect, rule_id, reason },
    heldBack,
  };
}

function addTo(groups: Map<string, ChangeGroup>, { past, was, now }: Change): void {
  const key = JSON.stringify([was, now.effect, now.rule_id, now.reason]);
  const group = groups.get(key);
  if (group !== undefined) {
    group.count += 1;
    group.example = past;
  } else if (groups.size < groupsMax) {
    groups.set(key, { was, now, count: 1, example: past });
  }
}

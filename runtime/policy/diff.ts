/** Two policies compared by what they decide: every way in which they differ, with its smallest example. Pure. */
import type { DecisionAction } from "../../contracts/decision.ts";
import type { AutonomyMode, Policy } from "../../contracts/policy.ts";
import { compilePolicy, type CompiledPolicy } from "./compile.ts";
import { decide } from "./decide.ts";
import { type Ask, factsOf, sizeOf, someHome } from "./universe/ask.ts";
import { shrunk } from "./universe/shrink.ts";
import { universe } from "./universe/universe.ts";

export type Decided = {
  action: DecisionAction;
  rule_id: string | null;
  /** The reply, or the name of the secret that is; null where none is given. */
  value: string | null;
  secret: string | null;
};

export type Difference = { a: Decided; b: Decided; count: number; example: Ask };

export type PolicyDiff = {
  /** Situations that were compared. */
  compared: number;
  /** There were more than were to be compared. */
  isBounded: boolean;
  /** Null where both have the same. */
  mode: { a: AutonomyMode; b: AutonomyMode } | null;
  /** The most frequent first. */
  differences: readonly Difference[];
};

export type DiffOptions = {
  /** Situations to compare. */
  casesMax: number;
  /** Kinds of difference to keep. */
  differencesMax?: number;
};

const differencesDefault = 200;

/** Neither may extend another any more: what it extends has to be read into it. */
export function diffPolicies(a: Policy, b: Policy, options: DiffOptions): PolicyDiff {
  const sides = { a: ready(a), b: ready(b) };
  const found = new Map<string, Difference>();
  const seen = new Set<string>();
  let isBounded = false;
  for (const ask of universe([a, b])) {
    const key = JSON.stringify(ask);
    if (seen.has(key)) continue;
    if (seen.size >= options.casesMax) {
      isBounded = true;
      break;
    }
    seen.add(key);
    const both = decideBoth(ask, sides);
    if (!isSame(both)) add(found, both, ask);
  }
  const most = options.differencesMax ?? differencesDefault;
  const all = [...found.values()].toSorted((one, other) => other.count - one.count);
  return {
    compared: seen.size,
    isBounded,
    mode: modesOf(a, b),
    differences: all.slice(0, most).map((one) => ({ ...one, example: smallest(one, sides) })),
  };
}

type Sides = { a: CompiledPolicy; b: CompiledPolicy };
type Both = { a: Decided; b: Decided };

function ready(policy: Policy): CompiledPolicy {
  return compilePolicy(policy, { hash: "0".repeat(64), userHome: someHome });
}

function decideBoth(ask: Ask, { a, b }: Sides): Both {
  const facts = factsOf(ask);
  const by = (policy: CompiledPolicy): Decided => {
    const { action, rule_id, value, secret = null } = decide(facts, policy);
    return { action, rule_id, value, secret };
  };
  return { a: by(a), b: by(b) };
}

/** Rules are names: what is done counts. */
function isSame({ a, b }: Both): boolean {
  return a.action === b.action && a.value === b.value && a.secret === b.secret;
}

function add(found: Map<string, Difference>, both: Both, ask: Ask): void {
  const key = JSON.stringify(both);
  const known = found.get(key);
  if (known === undefined) {
    found.set(key, { ...both, count: 1, example: ask });
    return;
  }
  known.count += 1;
  if (sizeOf(ask) < sizeOf(known.example)) known.example = ask;
}

/** As little as still makes the same difference. */
function smallest({ a, b, example }: Difference, sides: Sides): Ask {
  const wanted = JSON.stringify({ a, b });
  return shrunk(example, (ask) => JSON.stringify(decideBoth(ask, sides)) === wanted);
}

function modesOf(a: Policy, b: Policy): PolicyDiff["mode"] {
  const modes = { a: a.autonomy_mode ?? "full", b: b.autonomy_mode ?? "full" } as const;
  return modes.a === modes.b ? null : modes;
}

/** Several policies that decide together: the machine's, the person's own, and the project's, which only holds back. Pure. */
import type { Decision, DecisionAction, PolicyLayer } from "../../contracts/decision.ts";
import { type AutonomyMode, autonomyMode, type PolicyBrakes } from "../../contracts/policy.ts";
import type { CompiledPolicy } from "./compile.ts";
import { applyDefaults, messageOf, type Tried, type Verdict, verdictOfRules } from "./decide.ts";
import { describeSituation, type Facts, type Situation } from "./match.ts";

export type Layer = { name: PolicyLayer; compiled: CompiledPolicy };

export type LayeredPolicy = {
  /** Highest first, each name at most once; never empty. The brakes in each are those of all. */
  layers: readonly Layer[];
  /** The hash of the one policy, or one over the names and hashes of all. */
  hash: string;
  /** The strictest of those that are given; null when none is. */
  mode: AutonomyMode | null;
  userHome: string;
  usesPaths: boolean;
  usesWorkspace: boolean;
};

/** As `Facts`, with the replies counted by layer: rules of two layers may have the same id. */
export type LayeredFacts = Omit<Facts, "autoReplies"> & {
  autoReplies: (layer: PolicyLayer) => Facts["autoReplies"];
};

export type TriedInLayer = Tried & { layer: PolicyLayer };

const highestFirst: readonly PolicyLayer[] = ["admin", "user", "project"];

/** `sha256` is over text, as hexadecimal. */
export function layerPolicies(
  given: readonly Layer[],
  sha256: (text: string) => string,
): LayeredPolicy {
  const sorted = highestFirst.flatMap((name) => given.filter((layer) => layer.name === name));
  const [first] = sorted;
  if (first === undefined) throw new Error("there is no policy to decide by");
  const brakes = strictestBrakes(sorted.map(({ compiled }) => compiled.policy.brakes));
  const modes = sorted.flatMap(({ compiled }) => compiled.policy.autonomy_mode ?? []);
  const isOne = sorted.length === 1 && first.name === "user";
  const hashes = sorted.map(({ name, compiled }) => `${name} ${compiled.hash}\n`);
  return {
    layers: sorted.map(({ name, compiled }) => {
      return { name, compiled: { ...compiled, policy: { ...compiled.policy, brakes } } };
    }),
    hash: isOne ? first.compiled.hash : sha256(hashes.join("")),
    mode: modes.length === 0 ? null : modes.reduce(stricterMode),
    userHome: first.compiled.userHome,
    usesPaths: sorted.some(({ compiled }) => compiled.usesPaths),
    usesWorkspace: sorted.some(({ compiled }) => compiled.usesWorkspace),
  };
}

/** One policy as a session without others has it. */
export function byItself(compiled: CompiledPolicy): LayeredPolicy {
  return layerPolicies([{ name: "user", compiled }], (text) => text);
}

export function stricterMode(a: AutonomyMode, b: AutonomyMode): AutonomyMode {
  return autonomyMode.options.indexOf(a) <= autonomyMode.options.indexOf(b) ? a : b;
}

function strictestBrakes(all: readonly PolicyBrakes[]): PolicyBrakes {
  const names = ["replies_per_minute", "same_prompt_per_minute", "replies_per_session"] as const;
  const brakes: PolicyBrakes = {};
  for (const name of names) {
    const given = all.flatMap((one) => one[name] ?? []);
    if (given.length > 0) brakes[name] = Math.min(...given);
  }
  return brakes;
}

/**
 * In each layer the first rule that matches speaks. The highest layer that speaks has the word; what a lower one says
 * counts where it is stricter, and a project's reply never. Where no rule of any matches, the strictest `defaults` do.
 */
export function decideInLayers(facts: LayeredFacts, policy: LayeredPolicy): Decision {
  return evaluate(facts, policy, null);
}

/** The decision of `decideInLayers`, with every rule that was looked at on the way, highest layer first. */
export function explainInLayers(
  facts: LayeredFacts,
  policy: LayeredPolicy,
): { decision: Decision; tried: TriedInLayer[] } {
  const tried: TriedInLayer[] = [];
  return { decision: evaluate(facts, policy, tried), tried };
}

/** As `messageOf`, of the rule in the layer that decided. */
export function messageInLayers(decision: Decision, { layers }: LayeredPolicy): string | null {
  const layer = layers.find(({ name }) => name === (decision.layer ?? layers[0]?.name));
  return layer === undefined ? null : messageOf(decision, layer.compiled);
}

type Word = Verdict & { layer: PolicyLayer };

function evaluate(
  { autoReplies, ...facts }: LayeredFacts,
  policy: LayeredPolicy,
  tried: TriedInLayer[] | null,
): Decision {
  const none: Facts["autoReplies"] = new Map();
  const situation = describeSituation({ ...facts, autoReplies: none }, policy);
  let word: Word | null = null;
  for (const layer of policy.layers) {
    const counted = { ...situation.facts, autoReplies: autoReplies(layer.name) };
    const said = wordOf(layer, { ...situation, facts: counted }, tried);
    if (said !== null && (word === null || isStricter(said, word))) word = said;
  }
  const { layer, ...verdict } = word ?? strictestDefaults(situation.facts, policy);
  const { risk, factors } = situation.risk;
  const decision = { ...verdict, risk, risk_factors: factors, policy_hash: policy.hash };
  return policy.layers.length === 1 ? decision : { ...decision, layer };
}

function wordOf(
  { name, compiled }: Layer,
  situation: Situation,
  tried: TriedInLayer[] | null,
): Word | null {
  const looked: Tried[] | null = tried === null ? null : [];
  const verdict = verdictOfRules(situation, compiled, looked);
  for (const one of looked ?? []) tried?.push({ ...one, layer: name });
  if (verdict === null || (name === "project" && verdict.action === "auto_reply")) return null;
  return { ...verdict, layer: name };
}

const strictness: readonly DecisionAction[] = [
  "auto_reply",
  "notify_only",
  "require_human",
  "deny",
];

function isStricter(a: Verdict, b: Verdict): boolean {
  return strictness.indexOf(a.action) > strictness.indexOf(b.action);
}

/** Of equals the highest. */
function strictestDefaults(facts: Facts, { layers }: LayeredPolicy): Word {
  const words = layers.map(({ name, compiled }): Word => {
    return { ...applyDefaults(facts, compiled), layer: name };
  });
  return words.reduce((word, next) => (isStricter(next, word) ? next : word));
}

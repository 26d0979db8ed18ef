/** `policy explain`: every rule and condition against one prompt, with the brakes and the mode beside the decision. */
import type { Decision, PolicyLayer } from "../../../contracts/decision.ts";
import { exitCodes } from "../../../contracts/errors.ts";
import type { BrakeView, PolicyExplainView } from "../../../contracts/policy-views.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { brakesOf } from "../../../runtime/policy/brakes.ts";
import {
  type BlockSeen,
  type ConditionSeen,
  explainRules,
  type RuleSeen,
} from "../../../runtime/policy/explain.ts";
import {
  decideInLayers,
  type Layer,
  type LayeredFacts,
  type LayeredPolicy,
  messageInLayers,
} from "../../../runtime/policy/layers.ts";
import { repliesMax } from "../../../runtime/policy/secret.ts";
import { type Cli, print } from "../cli.ts";
import { layoutFor } from "../layout.ts";
import { factsOf, gapsOf, readAsked } from "./asked.ts";
import { explainText } from "./explain-text.ts";
import { judgedPolicy } from "./judged.ts";
import type { TestRequest } from "./try.ts";

/** The exit code says what was decided, as that of `policy test` does. */
export async function explainPolicy(cli: Cli, { file, ...request }: TestRequest): Promise<number> {
  const asked = await readAsked(cli, request);
  const judged = judgedPolicy(cli, file, asked.cwd);
  if (judged === null) return exitCodes.usage;
  const { policy, layers } = judged;
  const facts = factsOf(cli, asked, judged);
  const decision = decideInLayers(facts, policy);
  const view: PolicyExplainView = {
    format: outputFormat,
    file: judged.file,
    layers: [...layers],
    policy_hash: policy.hash,
    source: asked.source,
    tool: facts.tool,
    cwd: facts.cwd,
    label: facts.tag,
    prompt: facts.prompt,
    mode: policy.mode,
    decision,
    message: messageInLayers(decision, policy),
    rules: policy.layers.flatMap((layer) => viewRules(layer, facts, layers.length < 2)),
    brakes: viewBrakes(facts, { policy, decision }),
    gaps: gapsOf(cli, asked, judged),
  };
  const layout = layoutFor(process.stdout, cli);
  print(cli, view, () => `${explainText(view, layout).join("\n")}\n`);
  return decision.action === "deny" ? exitCodes.refused : exitCodes.ok;
}

function viewRules({ name, compiled }: Layer, facts: LayeredFacts, isAlone: boolean): RuleView[] {
  const seen = explainRules({ ...facts, autoReplies: facts.autoReplies(name) }, compiled);
  return seen.map((rule) => viewRule(rule, isAlone ? null : name));
}

type RuleView = PolicyExplainView["rules"][0];

function viewRule(
  { rule, reached, result, conditions }: RuleSeen,
  layer: PolicyLayer | null,
): RuleView {
  return {
    layer,
    rule_id: rule.id,
    description: rule.description ?? null,
    action: rule.action,
    result,
    reached,
    conditions: conditions.map(viewCondition),
  };
}

type ConditionView = PolicyExplainView["rules"][0]["conditions"][0];

function viewCondition({ blocks, ...seen }: ConditionSeen): ConditionView {
  return { ...seen, blocks: blocks.map(viewBlock) };
}

function viewBlock({ result, conditions }: BlockSeen): ConditionView["blocks"][0] {
  return { result, conditions: conditions.map(viewCondition) };
}

/** Those of all policies together, and that of the rule that decides. */
function viewBrakes(
  { recent, autoReplies }: LayeredFacts,
  { policy, decision }: { policy: LayeredPolicy; decision: Decision },
): BrakeView[] {
  const [highest] = policy.layers;
  const layer = policy.layers.find(({ name }) => name === decision.layer) ?? highest;
  const brakes = brakesOf(recent, highest?.compiled.policy.brakes ?? {}).map(
    ({ brake, most, given }) => view(brake, most, given),
  );
  const rule = layer?.compiled.policy.rules.find(({ id }) => id === decision.rule_id);
  if (layer === undefined || rule?.action.type !== "auto_reply") return brakes;
  const most = repliesMax(rule);
  const given = autoReplies(layer.name).get(rule.id) ?? 0;
  return [view("max_auto_replies", Number.isFinite(most) ? most : null, given), ...brakes];
}

function view(brake: string, most: number | null, given: number): BrakeView {
  return { brake, most, given, holds_back: most !== null && given >= most };
}

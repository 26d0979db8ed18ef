/** `policy explain`: every rule and condition against one prompt, with the brakes and the mode beside the decision. */
import type { Decision } from "../../../contracts/decision.ts";
import { exitCodes } from "../../../contracts/errors.ts";
import type { BrakeView, PolicyExplainView } from "../../../contracts/policy-views.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { brakesOf } from "../../../runtime/policy/brakes.ts";
import type { CompiledPolicy } from "../../../runtime/policy/compile.ts";
import { decide, messageOf } from "../../../runtime/policy/decide.ts";
import {
  type BlockSeen,
  type ConditionSeen,
  explainRules,
  type RuleSeen,
} from "../../../runtime/policy/explain.ts";
import type { Facts } from "../../../runtime/policy/match.ts";
import { repliesMax } from "../../../runtime/policy/secret.ts";
import { type Cli, print } from "../cli.ts";
import { layoutFor } from "../layout.ts";
import { factsOf, gapsOf, readAsked } from "./asked.ts";
import { explainText } from "./explain-text.ts";
import type { TestRequest } from "./try.ts";
import { compileForPerson } from "./validate.ts";

/** The exit code says what was decided, as that of `policy test` does. */
export async function explainPolicy(cli: Cli, { file, ...request }: TestRequest): Promise<number> {
  const read = compileForPerson(cli, file);
  if (read === null) return exitCodes.usage;
  const { path, compiled } = read;
  const asked = await readAsked(cli, request);
  const facts = factsOf(cli, asked, compiled);
  const decision = decide(facts, compiled);
  const view: PolicyExplainView = {
    format: outputFormat,
    file: path,
    policy_hash: compiled.hash,
    source: asked.source,
    tool: facts.tool,
    cwd: facts.cwd,
    label: facts.tag,
    prompt: facts.prompt,
    mode: compiled.policy.autonomy_mode ?? null,
    decision,
    message: messageOf(decision, compiled),
    rules: explainRules(facts, compiled).map(viewRule),
    brakes: viewBrakes(facts, { compiled, decision }),
    gaps: gapsOf(cli, asked, compiled),
  };
  const layout = layoutFor(process.stdout, cli.environment);
  print(cli, view, () => `${explainText(view, layout).join("\n")}\n`);
  return decision.action === "deny" ? exitCodes.refused : exitCodes.ok;
}

function viewRule({ rule, reached, result, conditions }: RuleSeen): PolicyExplainView["rules"][0] {
  return {
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

/** The policy's own, and that of the rule that decides. */
function viewBrakes(
  { recent, autoReplies }: Facts,
  { compiled, decision }: { compiled: CompiledPolicy; decision: Decision },
): BrakeView[] {
  const { policy } = compiled;
  const brakes = brakesOf(recent, policy.brakes).map(({ brake, most, given }) =>
    view(brake, most, given),
  );
  const rule = policy.rules.find(({ id }) => id === decision.rule_id);
  if (rule?.action.type !== "auto_reply") return brakes;
  const most = repliesMax(rule);
  const given = autoReplies.get(rule.id) ?? 0;
  return [view("max_auto_replies", Number.isFinite(most) ? most : null, given), ...brakes];
}

function view(brake: string, most: number | null, given: number): BrakeView {
  return { brake, most, given, holds_back: most !== null && given >= most };
}

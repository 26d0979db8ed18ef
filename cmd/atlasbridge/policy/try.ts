/** `policy test`: one prompt decided by a policy, with every rule that was tried. */
import type { Decision, PolicyLayer } from "../../../contracts/decision.ts";
import { exitCodes } from "../../../contracts/errors.ts";
import type { JudgedLayer, PolicyTestView } from "../../../contracts/policy-views.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { explainInLayers, messageInLayers } from "../../../runtime/policy/layers.ts";
import { sayOutcome } from "../../../runtime/policy/outcome.ts";
import { quote } from "../../../runtime/policy/problem.ts";
import { type Cli, print } from "../cli.ts";
import { visible } from "../visible.ts";
import { type AskedRequest, factsOf, gapsOf, readAsked } from "./asked.ts";
import { judgedPolicy } from "./judged.ts";

export type TestRequest = AskedRequest & { file: string | undefined };

export async function testPolicy(cli: Cli, { file, ...request }: TestRequest): Promise<number> {
  const asked = await readAsked(cli, request);
  const judged = judgedPolicy(cli, file, asked.cwd);
  if (judged === null) return exitCodes.usage;
  const { policy, layers } = judged;
  const facts = factsOf(cli, asked, judged);
  const { decision, tried } = explainInLayers(facts, policy);
  const view: PolicyTestView = {
    format: outputFormat,
    file: judged.file,
    layers: [...layers],
    source: asked.source,
    mode: policy.mode,
    decision,
    message: messageInLayers(decision, policy),
    tried: tried.map((one) => ({
      layer: layers.length > 1 ? one.layer : null,
      rule_id: one.rule.id,
      result: one.outcome.result,
      why: sayOutcome(one, { ...facts, autoReplies: facts.autoReplies(one.layer) }),
    })),
    gaps: gapsOf(cli, asked, judged),
  };
  print(cli, view, () => `${writeTest(view).join("\n")}\n`);
  return decision.action === "deny" ? exitCodes.refused : exitCodes.ok;
}

function writeTest(view: PolicyTestView): string[] {
  const lines = [...writeDecision(view), ...layerLines(view), "tried"];
  const named = view.tried.map((one) => ({ ...one, name: nameIn(one.layer, one.rule_id) }));
  const width = Math.max(0, ...named.map(({ name }) => name.length));
  for (const { name, result, why } of named) {
    lines.push(`  ${marks[result]}  ${name.padEnd(width)}  ${why}`);
  }
  if (view.tried.length === 0) lines.push(`  ${noRules(view)}`);
  return [...lines, ...view.gaps.map((gap) => `note      ${gap}`)];
}

/** A rule's id, behind the layer where several decide. */
export const nameIn = (layer: PolicyLayer | null, id: string): string =>
  layer === null ? id : `${layer} ${id}`;

export const noRules = ({ layers }: { layers: readonly JudgedLayer[] }): string =>
  layers.length > 1 ? "no policy has rules" : "the policy has no rules";

/** Which policies were asked, and of which files. */
export function layerLines({ layers }: { layers: readonly JudgedLayer[] }): string[] {
  const isPlain = layers.length === 1 && layers[0]?.files.length !== 0;
  if (isPlain) return [];
  return layers.map(({ layer, files }, at) => {
    const from = files.length === 0 ? "built in: everything to a person" : files.join(", ");
    return `${(at === 0 ? "policies" : "").padEnd(8)}  ${layer.padEnd(7)}  ${visible(from)}`;
  });
}

type Decided = {
  mode: string | null;
  decision: Decision;
  message: string | null;
};

/** What is decided and why, a fact a line. */
export function writeDecision({ mode, decision, message }: Decided): string[] {
  const { action, rule_id: id, reason, risk, risk_factors: factors, layer } = decision;
  const of = layer === undefined ? "" : `, ${layer} policy`;
  const lines = [
    `decision  ${action}${replyText(decision)}`,
    `rule      ${id ?? "none: defaults"}${of}`,
    `reason    ${reason}`,
  ];
  if (message !== null) lines.push(`message   ${quote(message.trim(), messageCharsMax)}`);
  lines.push(`risk      ${risk}${factors.length === 0 ? "" : ` (${factors.join(", ")})`}`);
  if (mode !== null && mode !== "full") {
    lines.push(`mode      ${mode}: with this policy "run" types no reply by itself`);
  }
  return lines;
}

function replyText({ value, secret = null }: Decision): string {
  if (secret !== null) return ` the secret ${secret} of the keychain`;
  return value === null ? "" : ` ${quote(value)}`;
}

/** A rule's message is the operator's own text; this is only against a whole novel. */
const messageCharsMax = 1_000;

export const marks = { holds: "yes", fails: "no ", unknown: "?  " } as const;

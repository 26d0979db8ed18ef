/** `policy test`: one prompt decided by a policy, with every rule that was tried. */
import type { Decision } from "../../../contracts/decision.ts";
import { exitCodes } from "../../../contracts/errors.ts";
import type { PolicyTestView } from "../../../contracts/policy-views.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { explain, messageOf } from "../../../runtime/policy/decide.ts";
import { sayOutcome } from "../../../runtime/policy/outcome.ts";
import { quote } from "../../../runtime/policy/problem.ts";
import { type Cli, print } from "../cli.ts";
import { type AskedRequest, factsOf, gapsOf, readAsked } from "./asked.ts";
import { compileForPerson } from "./validate.ts";

export type TestRequest = AskedRequest & { file: string | undefined };

export async function testPolicy(cli: Cli, { file, ...request }: TestRequest): Promise<number> {
  const read = compileForPerson(cli, file);
  if (read === null) return exitCodes.usage;
  const { path, compiled } = read;
  const asked = await readAsked(cli, request);
  const facts = factsOf(cli, asked, compiled);
  const { decision, tried } = explain(facts, compiled);
  const view: PolicyTestView = {
    format: outputFormat,
    file: path,
    source: asked.source,
    mode: compiled.policy.autonomy_mode ?? null,
    decision,
    message: messageOf(decision, compiled),
    tried: tried.map((one) => ({
      rule_id: one.rule.id,
      result: one.outcome.result,
      why: sayOutcome(one, facts),
    })),
    gaps: gapsOf(cli, asked, compiled),
  };
  print(cli, view, () => `${writeTest(view).join("\n")}\n`);
  return decision.action === "deny" ? exitCodes.refused : exitCodes.ok;
}

function writeTest(view: PolicyTestView): string[] {
  const lines = [...writeDecision(view), "tried"];
  const width = Math.max(0, ...view.tried.map(({ rule_id }) => rule_id.length));
  for (const { rule_id, result, why } of view.tried) {
    lines.push(`  ${marks[result]}  ${rule_id.padEnd(width)}  ${why}`);
  }
  if (view.tried.length === 0) lines.push("  the policy has no rules");
  return [...lines, ...view.gaps.map((gap) => `note      ${gap}`)];
}

type Decided = {
  mode: string | null;
  decision: Decision;
  message: string | null;
};

/** What is decided and why, a fact a line. */
export function writeDecision({ mode, decision, message }: Decided): string[] {
  const { action, rule_id: id, reason, risk, risk_factors: factors } = decision;
  const lines = [
    `decision  ${action}${replyText(decision)}`,
    `rule      ${id ?? "none: defaults"}`,
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

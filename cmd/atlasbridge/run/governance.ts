/** What decides in one session: the policy, its hash, and the mode that the stricter of file and flag allows. */
import { existsSync } from "node:fs";
import type { Decision } from "../../../contracts/decision.ts";
import { autonomyMode, type AutonomyMode } from "../../../contracts/policy.ts";
import type { Prompt } from "../../../contracts/prompt.ts";
import type { EntryData } from "../../../contracts/trace.ts";
import { builtinHash, builtinPolicy } from "../../../runtime/policy/builtin.ts";
import { type CompiledPolicy, compilePolicy } from "../../../runtime/policy/compile.ts";
import { decide } from "../../../runtime/policy/decide.ts";
import { followPaths } from "../../../runtime/policy/follow.ts";
import type { Facts } from "../../../runtime/policy/match.ts";
import { openPolicy } from "../../../runtime/policy/open.ts";
import { readAutopilot, type ReadAutopilot } from "../../../runtime/operator/autopilot.ts";
import { workspaceOf } from "../../../runtime/operator/workspaces.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { ReplyCount } from "../../../runtime/session/replies.ts";
import type { Cli } from "../cli.ts";
import type { RunOptions } from "./options.ts";

export type Governance = {
  /** Now: the strictest of the policy, the run's own option and the machine's brake. */
  mode(): AutonomyMode;
  /** The machine's brake is pulled. */
  paused(): boolean;
  loaded: EntryData["policy.loaded"];
  decide(prompt: Prompt, where: Where): Decision;
  /** An automatic reply has been typed: counted for `max_auto_replies`. */
  replied(decision: Decision): void;
};

type Where = { tool: string; cwd: string; state: Facts["state"] };

/** Throws `policy_invalid` or `policy_unreadable`. Without a policy everything is a person's. */
export function loadGovernance(
  cli: Cli,
  options: Pick<RunOptions, "policy" | "mode" | "label" | "environment">,
): Governance {
  const compiled = choosePolicy(cli, options.policy);
  const { policy, hash } = compiled;
  const count = new ReplyCount(systemClock);
  const asked = new WeakMap<Decision, Prompt>();
  const brake = (): ReadAutopilot => readAutopilot(cli.paths.autopilotFile);
  const workspaces = () => ({ file: cli.paths.workspaceFile, now: systemClock.now() });
  const own = stricter(policy.autonomy_mode ?? "full", options.mode ?? "full");
  return {
    mode: () => stricter(own, brake().mode),
    paused: () => brake().state === "paused",
    loaded: { policy_hash: hash, name: policy.name, rules: policy.rules.length },
    decide(prompt, where) {
      const { cwd } = where;
      const facts: Facts = {
        ...where,
        prompt,
        tag: options.label ?? null,
        environment: options.environment ?? null,
        workspace: compiled.usesWorkspace ? workspaceOf(cwd, workspaces()) : null,
        autoReplies: count.byRule,
        recent: count.recent(prompt.fingerprint),
        real: followPaths(prompt, { cwd, policy: compiled }),
      };
      const decision = decide(facts, compiled);
      if (brake().state === "paused") return heldBack(decision);
      asked.set(decision, prompt);
      return decision;
    },
    replied(decision) {
      const prompt = asked.get(decision);
      if (decision.rule_id === null || prompt === undefined) {
        throw new Error("a reply was typed that no rule decided");
      }
      count.add(decision.rule_id, prompt.fingerprint);
    },
  };
}

/** Nothing is typed while paused, so the prompt is a person's whatever the policy says. */
function heldBack(decision: Decision): Decision {
  const reason = "automatic replies are paused on this machine (atlasbridge autopilot resume)";
  return { ...decision, action: "require_human", reason, value: null, secret: null };
}

function choosePolicy(cli: Cli, file: string | undefined): CompiledPolicy {
  const { environment, paths } = cli;
  if (file === undefined && !existsSync(paths.policyFile)) {
    const { userHome } = environment;
    return compilePolicy(builtinPolicy, { hash: builtinHash(), userHome });
  }
  const { compiled, warnings } = openPolicy(file ?? paths.policyFile, environment);
  for (const warning of warnings) cli.note(`atlasbridge: ${warning}`);
  return compiled;
}

function stricter(a: AutonomyMode, b: AutonomyMode): AutonomyMode {
  return autonomyMode.options.indexOf(a) <= autonomyMode.options.indexOf(b) ? a : b;
}

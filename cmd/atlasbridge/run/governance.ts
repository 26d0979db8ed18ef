/** What decides in one session: the policies that hold, their hash, and the mode that the strictest of all allows. */
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { Decision } from "../../../contracts/decision.ts";
import { AtlasError } from "../../../contracts/errors.ts";
import type { AutonomyMode } from "../../../contracts/policy.ts";
import type { Prompt } from "../../../contracts/prompt.ts";
import type { EntryData, EntryDraft } from "../../../contracts/trace.ts";
import { standStill, systemClock } from "../../../runtime/clock.ts";
import { readAutopilot, type ReadAutopilot } from "../../../runtime/operator/autopilot.ts";
import { realFolder, workspaceOf } from "../../../runtime/operator/workspaces.ts";
import { followPaths } from "../../../runtime/policy/follow.ts";
import { decideInLayers, type LayeredFacts, stricterMode } from "../../../runtime/policy/layers.ts";
import { LivePolicy, type PolicyEvent } from "../../../runtime/policy/live.ts";
import { openStack, placesLookedAt, type Stack } from "../../../runtime/policy/stack.ts";
import { ReplyCount } from "../../../runtime/session/replies.ts";
import type { Cli } from "../cli.ts";
import { stackPlaces } from "../policy/places.ts";
import type { RunOptions } from "./options.ts";

type Where = { tool: string; state: LayeredFacts["state"] };

export type PolicyListener = {
  record(draft: EntryDraft): void;
  /** A line for the person. */
  tell(line: string): void;
};

export type Governance = {
  /** Now: the strictest of the policies, the run's own option and the machine's brake. */
  mode(): AutonomyMode;
  loaded: EntryData["policy.loaded"];
  decide(prompt: Prompt, where: Where): Decision;
  /** Why what was decided may not be typed now after all; null when it may. */
  heldBack(decision: Decision | null): string | null;
  /** An automatic reply has been typed: counted for `max_auto_replies`. */
  replied(decision: Decision): void;
  /** Follows the policies' files from now on. */
  follow(listener: PolicyListener): void;
  close(): void;
};

type Options = Pick<
  RunOptions,
  "policy" | "mode" | "label" | "environment" | "pinPolicy" | "policyHash"
>;

/** Throws `policy_invalid`, `policy_unreadable` or `policy_mismatch`. Without a policy everything is a person's. */
export function loadGovernance(cli: Cli, options: Options, cwd: string): Governance {
  let listener: PolicyListener | null = null;
  const live = openLive(cli, options, { cwd, onEvent: (event) => tell(event, listener) });
  const count = new ReplyCount(systemClock);
  const asked = new WeakMap<Decision, Prompt>();
  const brake = (): ReadAutopilot => readAutopilot(cli.paths.autopilotFile);
  const mode = (): AutonomyMode => {
    const { policy } = live.stack;
    return [policy.mode ?? "full", options.mode ?? "full"].reduce(stricterMode, brake().mode);
  };
  const factsOf = (prompt: Prompt, where: Where): LayeredFacts => {
    const { policy } = live.stack;
    const workspaces = { file: cli.paths.workspaceFile, now: systemClock.now() };
    return {
      ...where,
      prompt,
      cwd,
      tag: options.label ?? null,
      environment: options.environment ?? null,
      workspace: policy.usesWorkspace ? workspaceOf(cwd, workspaces) : null,
      autoReplies: (layer) => count.of(layer),
      recent: count.recent(prompt.fingerprint),
      ...followPaths(prompt, { cwd, policy }),
      guarded: () => guardedBy(cli, live.stack),
    };
  };
  return {
    mode,
    loaded: { ...summaryOf(live.stack), ...(isPinned(options) ? { pinned: true } : {}) },
    decide(prompt, where) {
      const isSettled = live.refresh();
      const decision = decideInLayers(factsOf(prompt, where), live.stack.policy);
      if (brake().state === "paused") return leftToPerson(decision, paused);
      if (!isSettled) return leftToPerson(decision, unsettled);
      asked.set(decision, prompt);
      return decision;
    },
    heldBack(decision) {
      const { state, mode: most } = brake();
      if (state === "paused") return "automatic replies were paused";
      if (most !== "full") return `automatic replies were limited to ${most}`;
      if (decision === null) return null;
      const isAsDecided = live.refresh() && live.stack.policy.hash === decision.policy_hash;
      return isAsDecided ? null : "the policy had changed";
    },
    replied(decision) {
      const prompt = asked.get(decision);
      if (decision.rule_id === null || prompt === undefined) {
        throw new Error("a reply was typed that no rule decided");
      }
      count.add(decision.rule_id, prompt.fingerprint, decision.layer);
    },
    follow(to) {
      listener = to;
      live.watch();
    },
    close: () => live.close(),
  };
}

/** Each by the name it is read by and by where that leads. */
function guardedBy({ paths }: Cli, { names }: Stack): string[] {
  const all = [...names.map((name) => resolve(name)), paths.config, paths.state];
  return [...new Set([...all, ...all.map((path) => realFolder(path) ?? path)])];
}

const paused = "automatic replies are paused on this machine (atlasbridge autopilot resume)";
const unsettled = "the policy is being changed just now";

/** Nothing is typed then, so the prompt is a person's whatever the policy says. */
export function leftToPerson(decision: Decision, reason: string): Decision {
  return { ...decision, action: "require_human", reason, value: null, secret: null };
}

function isPinned({ pinPolicy, policyHash }: Options): boolean {
  return pinPolicy === true || policyHash !== undefined;
}

function openLive(
  cli: Cli,
  options: Options,
  { cwd, onEvent }: { cwd: string; onEvent: (event: PolicyEvent) => void },
): LivePolicy {
  const places = stackPlaces(cli, { file: options.policy, cwd });
  const isFixed = isPinned(options) || isPipe(options.policy);
  const live = new LivePolicy({
    open: () => openStack(places, cli.environment),
    names: isFixed ? null : () => placesLookedAt(places),
    clock: systemClock,
    standStill,
    onEvent,
  });
  const { hash } = live.stack.policy;
  for (const warning of live.stack.warnings) cli.note(`atlasbridge: ${warning}`);
  if (options.policyHash !== undefined && options.policyHash !== hash) {
    const message = `the policy has the hash ${hash}, not the one asked for; look at it with: atlasbridge policy show`;
    throw new AtlasError("policy_mismatch", message);
  }
  return live;
}

/** What came through a pipe cannot be read a second time. */
function isPipe(file: string | undefined): boolean {
  if (file === undefined) return false;
  try {
    return !statSync(file).isFile();
  } catch {
    // That it cannot be looked at is told when it is read.
    return false;
  }
}

function summaryOf({ policy, parts }: Stack): EntryData["policy.loaded"] {
  const layers = parts.map(({ layer, compiled: { hash, rules } }) => {
    return { layer, policy_hash: hash, rules: rules.length };
  });
  const own = parts.find(({ layer }) => layer === "user") ?? parts[0];
  return {
    policy_hash: policy.hash,
    name: own?.compiled.policy.name ?? "",
    rules: layers.reduce((sum, { rules }) => sum + rules, 0),
    ...(layers.length === 1 ? {} : { layers }),
  };
}

function tell(event: PolicyEvent, listener: PolicyListener | null): void {
  if (event.happened === "changed") {
    const { oldHash, stack } = event;
    const data = { old_hash: oldHash, ...summaryOf(stack) };
    listener?.record({ kind: "policy.changed", data });
    for (const warning of stack.warnings) listener?.tell(warning);
    return;
  }
  listener?.record({
    kind: "policy.kept",
    data: { policy_hash: event.hash, reason: event.why },
  });
  listener?.tell(event.line);
}

/** A policy's text in a newer version of the language: comments stay, and what it decides stays the same. Pure. */
import { type Document, isMap, isScalar, isSeq, parseDocument, type YAMLMap } from "yaml";
import { risk } from "../../contracts/decision.ts";
import { limits } from "../../contracts/limits.ts";
import type { Policy, PolicyRule } from "../../contracts/policy.ts";
import { subject } from "../../contracts/prompt.ts";
import { leaveChatOut, namesChat } from "./migrate-chat.ts";

export type Version = Policy["policy_version"];

export type Migrated = {
  text: string;
  /** What was done besides the version, a line each. */
  steps: string[];
};

export type MigrateOptions = {
  to: Version;
  /** Leave questions of critical risk to a person, as version 2 does, where they were answered before. */
  stricter: boolean;
};

/** `policy` is what `text` says, without what it extends. Throws on a text that is no valid policy. */
export function migrateText(text: string, policy: Policy, options: MigrateOptions): Migrated {
  if (options.to !== "2" || !policy.rules.some(({ match }) => namesChat(match))) {
    return migrateRest(text, policy, options);
  }
  const document = parseDocument(text);
  const without = leaveChatOut(document, policy);
  const made = migrateRest(printed(document, text), without.policy, options);
  return { text: made.text, steps: [...without.steps, ...made.steps] };
}

function migrateRest(text: string, policy: Policy, options: MigrateOptions): Migrated {
  const { to, stricter } = options;
  const gains = policy.policy_version !== "2" && to === "2" && !stricter;
  const answering = gains ? policy.rules.filter(({ action }) => action.type === "auto_reply") : [];
  // Then the file needs one character changed, and keeps every other.
  if (answering.length === 0) return { text: withVersion(text, to), steps: [] };
  const document = parseDocument(withVersion(text, to));
  const steps = keepAnswers(document, policy);
  return { text: printed(document, text), steps };
}

function withVersion(text: string, to: Version): string {
  const document = parseDocument(text);
  const node = document.get("policy_version", true);
  if (!isScalar(node) || node.range === undefined || node.range === null) {
    throw new Error("the policy has no version");
  }
  const [from, end] = node.range;
  const written = text.slice(from, end).replace(/[012]/, to);
  return text.slice(0, from) + written + text.slice(end);
}

/**
 * Before version 2 a rule answered plain questions of critical risk, and left approvals of that risk to a person. So
 * each rule that answers names every risk, but for approvals that are critical.
 */
function keepAnswers(document: Document, policy: Policy): string[] {
  const rules = document.get("rules", true);
  if (!isSeq(rules)) throw new Error("the policy has no rules");
  const ids = new Set(policy.rules.map(({ id }) => id));
  const steps: string[] = [];
  // From the end, so that places before it stay what they are.
  for (const [at, rule] of [...policy.rules.entries()].toReversed()) {
    const node = rules.items[at];
    if (rule.action.type !== "auto_reply" || !isMap(node)) continue;
    if (mayBeAnsweredOtherwise(policy, at)) {
      const stopper = stopperOf(document, node, freeId(rule.id, ids));
      rules.items.splice(at + 1, 0, stopper.node);
      steps.unshift(
        `rule ${stopper.id}: leaves critical approvals to a person where ${rule.id} did`,
      );
    }
    guard(document, node, rule);
    steps.unshift(`rule ${rule.id}: names every risk, but for approvals that are critical`);
  }
  return steps;
}

/** Critical approvals now go on to the rules behind: does one of them, or do the defaults, do more than ask a person? */
function mayBeAnsweredOtherwise({ rules, defaults }: Policy, at: number): boolean {
  const behind = rules.slice(at + 1).map(({ action }) => action.type);
  return (
    behind.includes("deny") ||
    behind.includes("notify_only") ||
    Object.values(defaults).includes("deny")
  );
}

const approvals = [...subject.shape.type.options];

function guard(document: Document, rule: YAMLMap, { id, match }: PolicyRule): void {
  const block = { subject: approvals, risk: ["critical"] };
  const node = matchOf(document, rule);
  node.set("risk", document.createNode([...risk.options], { flow: true }));
  const none = node.get("none_of", true);
  if (!isSeq(none)) {
    node.set("none_of", document.createNode([block], { flow: true }));
    return;
  }
  if ((match.none_of?.length ?? 0) >= limits.matchBlocksMax) {
    throw new Error(`rule ${id} has no room for one more block in none_of`);
  }
  none.add(document.createNode(block, { flow: true }));
}

/** Never answers: it does not name the critical risk, and nothing else reaches it. */
function stopperOf(document: Document, rule: YAMLMap, id: string): { id: string; node: YAMLMap } {
  const node = rule.clone();
  if (!isMap(node)) throw new Error("a rule is a mapping");
  node.set("id", id);
  for (const name of ["description", "max_auto_replies", "examples"]) node.delete(name);
  matchOf(document, node).set("subject", document.createNode(approvals, { flow: true }));
  return { id, node };
}

/** The rule's match; where it has none, an empty one is put before its action. */
function matchOf(document: Document, rule: YAMLMap): YAMLMap {
  const known = rule.get("match", true);
  if (isMap(known)) return known;
  rule.delete("match");
  const pair = document.createPair("match", {});
  const at = rule.items.findIndex(({ key }) => isScalar(key) && key.value === "action");
  rule.items.splice(Math.max(0, at), 0, pair);
  if (!isMap(pair.value)) throw new Error("a match is a mapping");
  return pair.value;
}

function freeId(id: string, ids: Set<string>): string {
  for (let n = 1; ; n += 1) {
    const end = n === 1 ? "-critical" : `-critical-${n}`;
    const free = id.slice(0, limits.ruleIdCharsMax - end.length) + end;
    if (ids.has(free)) continue;
    ids.add(free);
    return free;
  }
}

/** In the style of the text that it was. */
function printed(document: Document, text: string): string {
  const crlf = text.includes("\r\n");
  const made = document.toString({
    lineWidth: 0,
    flowCollectionPadding: /\{ /.test(text),
    indentSeq: !/^rules:[^\n]*\n- /m.test(text),
  });
  return crlf ? made.replaceAll("\n", "\r\n") : made;
}

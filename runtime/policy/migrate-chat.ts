/** Takes the kind of AtlasBridge 1's chat mode out of a policy: no prompt of a terminal is of it. Pure. */
import { type Document, isMap, isScalar, isSeq, type YAMLMap } from "yaml";
import type { Policy, PolicyMatch } from "../../contracts/policy.ts";

const chatKind = "tool_use";

/** Whether the match or a block of it names the kind. */
export function namesChat({
  prompt_type: types,
  any_of: any,
  none_of: none,
}: PolicyMatch): boolean {
  return types?.includes(chatKind) === true || [...(any ?? []), ...(none ?? [])].some(namesChat);
}

/** Whether a prompt of a terminal can match at all, as far as the kind goes. */
export function matchesTerminal({ prompt_type: types, any_of: any }: PolicyMatch): boolean {
  const isOfChat = types?.every((type) => type === chatKind) === true;
  return !isOfChat && (any === undefined || any.some(matchesTerminal));
}

/** Leaves rules out that match nothing, and the kind out of the others; says of each what was done. */
export function leaveChatOut(
  document: Document,
  policy: Policy,
): { policy: Policy; steps: string[] } {
  const rules = document.get("rules", true);
  const steps: string[] = [];
  const kept: Policy["rules"] = [];
  const nodes: unknown[] = [];
  for (const [at, rule] of policy.rules.entries()) {
    const node = isSeq(rules) ? rules.items[at] : undefined;
    const isNamed = namesChat(rule.match);
    if (isNamed && !matchesTerminal(rule.match)) {
      steps.push(`rule ${rule.id}: left out, it was for ${chatKind} alone and matched nothing`);
      continue;
    }
    if (isNamed) steps.push(`rule ${rule.id}: without ${chatKind}, which no prompt is`);
    const match = isMap(node) ? node.get("match", true) : undefined;
    if (isNamed && isMap(match)) pruneNode(match);
    kept.push(isNamed ? { ...rule, match: pruned(rule.match) } : rule);
    nodes.push(node);
  }
  if (isSeq(rules)) rules.items = nodes;
  return { policy: { ...policy, rules: kept }, steps };
}

function pruned(match: PolicyMatch): PolicyMatch {
  const { prompt_type: types, any_of: any, none_of: none, ...rest } = match;
  const open = none?.filter(matchesTerminal).map(pruned) ?? [];
  return {
    ...rest,
    ...(types === undefined ? {} : { prompt_type: types.filter((type) => type !== chatKind) }),
    ...(any === undefined ? {} : { any_of: any.filter(matchesTerminal).map(pruned) }),
    ...(open.length === 0 ? {} : { none_of: open }),
  };
}

/** As `pruned`, where the text stands. False: the block matches nothing. */
function pruneNode(node: YAMLMap): boolean {
  const types = node.get("prompt_type", true);
  if (isSeq(types)) {
    types.items = types.items.filter((item) => !(isScalar(item) && item.value === chatKind));
    if (types.items.length === 0) return false;
  }
  const any = node.get("any_of", true);
  if (isSeq(any)) {
    any.items = any.items.filter((block) => !isMap(block) || pruneNode(block));
    if (any.items.length === 0) return false;
  }
  const none = node.get("none_of", true);
  if (!isSeq(none)) return true;
  none.items = none.items.filter((block) => !isMap(block) || pruneNode(block));
  if (none.items.length === 0) node.delete("none_of");
  return true;
}

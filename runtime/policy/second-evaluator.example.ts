/** A second evaluator, tiny and plainly right, for the real one to be compared with. */
import type { DecisionAction, PolicyLayer, Risk } from "../../contracts/decision.ts";
import type { Policy, PolicyReply, PolicyRule } from "../../contracts/policy.ts";
import type { Facts } from "./match.ts";
import {
  type Answered,
  type AskedAbout,
  isAboutCommand,
  isAboutPath,
  orHidden,
  userHome,
} from "./second-shell.example.ts";

export type Answer = { action: DecisionAction; rule_id: string | null; value: string | null };

type Match = PolicyRule["match"];
type Seen = { situation: Facts; risk: Risk; asked?: AskedAbout };
/** `wide`: the text above the question counts too. `careful`: one command, one path is enough. */
type How = { wide: boolean; careful: boolean };
type Given = { policy: Policy; risk: Risk; asked?: AskedAbout };

const none = Number.POSITIVE_INFINITY;
const level = (word: string) => ["low", "medium", "high"].indexOf(word);
const seen = (given: string) => given.normalize("NFKC").replace(/\p{Cf}|\p{Mn}/gu, "");
const simple = (label: string) => seen(label).trim().replace(/\s+/g, " ").toLowerCase();

function textsOf({ question, subject, context: above = "" }: Facts["prompt"]) {
  const asks = [question, subject?.command, subject?.path];
  const text = asks.filter((part) => typeof part === "string" && part !== "").join("\n");
  return { text, above, whole: above === "" ? text : `${above}\n${text}` };
}

function foundIn(where: string, { contains, contains_is_regex }: Match): boolean {
  if (contains === undefined) return true;
  if (contains_is_regex) {
    return [where, seen(where)].some((one) => new RegExp(contains, "isu").test(one));
  }
  const literal = seen(contains).replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(literal.replace(/\s+/g, "\\s+"), "iu").test(seen(where));
}

function isHost(pattern: string, host: string): boolean {
  if (!pattern.startsWith("*.")) return host === pattern;
  const wanted = pattern.split(".").length;
  const names = host.split(".");
  return names.slice(-wanted + 1).join(".") === pattern.slice(2) && names.length >= wanted;
}

function sameState(name: string, state: string): boolean {
  const former = new Map([
    ["running", "working"],
    ["streaming", "working"],
    ["awaiting_input", "waiting"],
    ["stopped", "ended"],
  ]);
  return (former.get(name) ?? name) === state;
}

/** Of a condition that is not set; else null where what it asks about is not known. */
function ifSet<W, K>(
  wanted: W | undefined,
  known: K | null,
  is: (w: W, k: K) => boolean,
): Answered {
  if (wanted === undefined) return true;
  return known === null ? null : is(wanted, known);
}

function ofSession(match: Match, { situation }: Seen): Answered[] {
  const { tool, cwd, tag, state, environment, workspace } = situation;
  const folder = (match.repo ?? "/").replace(/^~/, userHome).replace(/\/*$/, "/");
  return [
    match.tool_id === "*" || match.tool_id === tool,
    `${cwd}/`.startsWith(folder),
    match.session_tag === undefined || match.session_tag === tag,
    ifSet(match.session_state, state, (all, now) => all.some((name) => sameState(name, now))),
    ifSet(match.environment, environment, (wanted, given) => wanted === given),
    ifSet(match.workspace_trusted, workspace, (wanted, { trusted }) => wanted === trusted),
    ifSet(match.workspace_profile, workspace, (wanted, { profile }) => wanted === profile),
  ];
}

function ofPrompt(match: Match, { situation, risk }: Seen): Answered[] {
  const { prompt } = situation;
  return [
    match.prompt_type?.some((type) => type === "*" || type === prompt.kind) ?? true,
    level(prompt.confidence) >= level(match.min_confidence),
    level(prompt.confidence) <= level(match.max_confidence),
    match.subject?.some((type) => type === prompt.subject?.type) ?? true,
    match.option === undefined ||
      prompt.options.some((one) => simple(one.label) === simple(match.option ?? "")),
    match.risk?.includes(risk) ?? true,
  ];
}

function ofText(match: Match, { situation: { prompt } }: Seen, wide: boolean): Answered[] {
  const { text, above, whole } = textsOf(prompt);
  const otherwise = prompt.cut ? null : false;
  const host = prompt.subject?.host ?? "";
  return [
    (match.host?.some((one) => isHost(one, host)) ?? true) || otherwise,
    [text, ...(wide ? [above, whole] : [])].some((where) => foundIn(where, match)) || otherwise,
  ];
}

function ofShell({ command, path }: Match, given: Seen, careful: boolean): Answered[] {
  const { asked, situation } = given;
  if (asked === undefined) return [];
  const pathsGiven = path !== undefined;
  const hidden = (answer: Answered) => orHidden(answer, situation.prompt, careful);
  return [
    command === undefined ||
      (asked.told !== null && hidden(isAboutCommand(command, asked, { careful, pathsGiven }))),
    path === undefined || hidden(isAboutPath(path, asked, { careful })),
  ];
}

function matches(match: Match, given: Seen, how: How): Answered {
  const parts = [
    ...ofSession(match, given),
    ...ofPrompt(match, given),
    ...ofText(match, given, how.wide),
    ...ofShell(match, given, how.careful),
  ];
  if (match.any_of !== undefined) {
    const inner = match.any_of.map((one) => matches(one, given, how));
    parts.push(inner.includes(true) || (inner.includes(null) ? null : false));
  }
  const otherwise = { wide: !how.wide, careful: !how.careful };
  const inner = (match.none_of ?? []).map((one) => matches(one, given, otherwise));
  parts.push(inner.includes(true) ? false : inner.includes(null) ? null : true);
  return parts.includes(false) ? false : parts.includes(null) ? null : true;
}

const mixed =
  /[a-z][\p{L}\d_]*[\p{Script=Greek}\p{Script=Cyrillic}]|[\p{Script=Greek}\p{Script=Cyrillic}][\p{L}\d_]*[a-z]/iu;

/** What must never be answered by a rule, whatever it says. */
function isForbidden({ id, match, max_auto_replies: most }: PolicyRule, { situation, risk }: Seen) {
  const { prompt, autoReplies } = situation;
  const goesByText = JSON.stringify(match).includes('"contains":');
  return [
    prompt.confidence === "low",
    prompt.kind === "password",
    ["unknown", "pager", "editor"].includes(prompt.kind) &&
      match.prompt_type?.includes(prompt.kind) !== true,
    prompt.cut && (prompt.subject !== null || goesByText),
    mixed.test(seen(textsOf(prompt).whole)),
    (autoReplies.get(id) ?? 0) >= (most ?? none),
    risk === "critical" && match.risk?.includes("critical") !== true,
  ].includes(true);
}

function isTooMuch({ recent }: Facts, brakes: Policy["brakes"]): boolean {
  return (
    recent.session >= (brakes.replies_per_session ?? none) ||
    recent.lastMinute >= (brakes.replies_per_minute ?? 6_000) ||
    recent.samePrompt >= (brakes.same_prompt_per_minute ?? 1_000)
  );
}

function meant(reply: PolicyReply | undefined, { prompt }: Facts): string | null {
  if (reply === "approve_once") return prompt.kind === "yes_no" ? "y" : null;
  if (typeof reply !== "object") return null;
  if ("text" in reply) return prompt.kind === "free_text" ? reply.text : null;
  const named = prompt.options.filter((one) => simple(one.label) === simple(reply.option));
  return named.length === 1 ? (named[0]?.label ?? null) : null;
}

/** Written from the language's description alone: no compiling, no sharing, no speed. Null: no rule matches. */
function byRules(situation: Facts, { policy, ...about }: Given): Answer | null {
  const given: Seen = { situation, ...about };
  for (const rule of policy.rules) {
    const { id: rule_id, match, action } = rule;
    const does = action.type === "auto_reply" && action.reply === "deny" ? "deny" : action.type;
    const holdsBack = does === "deny" || does === "require_human";
    const careful = holdsBack || does === "notify_only";
    const held = matches(match, given, { wide: holdsBack, careful });
    if (held === null) return { action: "require_human", rule_id, value: null };
    if (held)
      return does === "auto_reply"
        ? replyOf(rule, given, policy)
        : { action: does, rule_id, value: null };
  }
  return null;
}

function replyOf(rule: PolicyRule, given: Seen, { brakes }: Policy): Answer {
  const { id: rule_id, action } = rule;
  const { situation } = given;
  const value =
    action.type === "auto_reply" ? (action.value ?? meant(action.reply, situation)) : null;
  return value === null || isForbidden(rule, given) || isTooMuch(situation, brakes)
    ? { action: "require_human", rule_id, value: null }
    : { action: "auto_reply", rule_id, value };
}

function byDefaults({ prompt }: Pick<Facts, "prompt">, { defaults }: Policy): Answer {
  const which = prompt.confidence === "low" ? "low_confidence" : "no_match";
  return { action: defaults[which], rule_id: null, value: null };
}

/** What one policy decides. */
export const oracle = (situation: Facts, given: Given): Answer =>
  byRules(situation, given) ?? byDefaults(situation, given.policy);

/** Of the machine's, the user's and the project's, in this order: the highest that speaks, made stricter by each below. */
export function oracleOfThree(
  situation: Facts,
  { policies, risk }: { policies: readonly Policy[]; risk: Risk },
): (Answer & { layer: PolicyLayer })[] {
  const names = ["admin", "user", "project"] as const;
  const brakes = Object.fromEntries(
    (["replies_per_minute", "same_prompt_per_minute", "replies_per_session"] as const).flatMap(
      (name) => {
        const all = policies.flatMap((one) => one.brakes[name] ?? []);
        return all.length === 0 ? [] : [[name, Math.min(...all)]];
      },
    ),
  );
  const at = (place: number) => ({ layer: names[place] ?? "user" });
  const said = policies.flatMap((policy, place) => {
    const answer = byRules(situation, { policy: { ...policy, brakes }, risk });
    if (answer === null || (place === 2 && answer.action === "auto_reply")) return [];
    return [{ ...answer, ...at(place) }];
  });
  const defaults = policies.map((one, place) => ({ ...byDefaults(situation, one), ...at(place) }));
  const order = ["deny", "require_human", "notify_only", "auto_reply"];
  const words = said.length > 0 ? said : defaults;
  return order.flatMap((action) => words.find((one) => one.action === action) ?? []).slice(0, 1);
}

/** What a schema cannot say of a policy: fields that must agree with each other, patterns, ids used twice. */
import { replyConstraints } from "../../contracts/policy.ts";
import { atLeast, confidence } from "../../contracts/prompt.ts";
import type { DocumentFault, Located } from "./document.ts";
import { field, itemsOf, plain, textOf } from "./document.ts";
import { absoluteSegments } from "./folders.ts";
import { compilePattern, patternsCostMax } from "./pattern.ts";
import { quote } from "./problem.ts";
import { checkSecret } from "./secret.ts";

type Report = (fault: DocumentFault) => void;

/** Looks at each rule as it is written, so that one mistake in a rule does not hide another. */
export function checkPolicy(root: Located, placeOf: (at: number) => string): DocumentFault[] {
  const faults: DocumentFault[] = [];
  const report: Report = (fault) => faults.push(fault);
  const rules = itemsOf(field(root, "rules"));
  checkIds(rules, { report, placeOf });
  const version = versionOf(field(root, "policy_version"));
  checkVersion(root, { report, version });
  let cost = 0;
  for (const rule of rules) {
    checkVersion(rule, { report, version });
    checkVersion(field(rule, "action"), { report, version });
    checkAction(field(rule, "action"), report);
    faults.push(...checkSecret(rule));
    for (const match of blocksOf(field(rule, "match"))) {
      checkVersion(match, { report, version });
      if (version === "2") checkKinds(field(match, "prompt_type"), report);
      checkConfidence(match, report);
      checkRepo(field(match, "repo"), report);
      // Past the bound nothing more is compiled: that is what takes the time.
      if (cost > patternsCostMax) continue;
      cost += checkContains(match, report);
      if (cost > patternsCostMax) {
        const message = "the patterns up to here are too large taken together";
        report({ at: rule.at, message, hint: "use fewer patterns or smaller counts in { }" });
      }
    }
    checkBlocks(field(rule, "match"), report);
  }
  return faults;
}

/** `policy_version: 1` means the same as `policy_version: "1"`. */
export function versionOf(node: Located | undefined): string | undefined {
  if (node?.type !== "scalar") return undefined;
  return typeof node.value === "number" ? String(node.value) : textOf(node);
}

function checkIds(
  rules: readonly Located[],
  { report, placeOf }: { report: Report; placeOf: (at: number) => string },
): void {
  const seen = new Map<string, number>();
  for (const rule of rules) {
    const node = field(rule, "id");
    const id = textOf(node);
    if (node === undefined || id === undefined) continue;
    const first = seen.get(id);
    if (first === undefined) {
      seen.set(id, node.at);
      continue;
    }
    const message = `the id ${quote(id)} is already used by the rule at ${placeOf(first)}`;
    report({ at: node.at, message, hint: "give each rule its own id" });
  }
}

/** The match itself and every block within it. The reader of the file bounds how deep they nest. */
function blocksOf(match: Located | undefined): readonly Located[] {
  return match === undefined ? [] : [match, ...nestedIn(match).flatMap(blocksOf)];
}

function nestedIn(match: Located | undefined): readonly Located[] {
  return [...itemsOf(field(match, "any_of")), ...itemsOf(field(match, "none_of"))];
}

/** A block that says nothing matches every prompt: certainly not what was meant. */
function checkBlocks(match: Located | undefined, report: Report): void {
  for (const block of blocksOf(match).slice(1)) {
    if (block.type !== "map" || block.entries.size > 0) continue;
    const message = "an empty block matches every prompt";
    report({ at: block.at, message, hint: "give it a condition or remove it" });
  }
}

/** The version with which a field came. */
const since: ReadonlyMap<string, number> = new Map([
  ...["extends", "max_confidence", "session_tag", "any_of", "none_of", "secret"].map(
    (name): [string, number] => [name, 1],
  ),
  ...["session_state", "environment", "workspace_trusted", "workspace_profile"].map(
    (name): [string, number] => [name, 1],
  ),
  ...["brakes", "subject", "command", "path", "host", "option", "risk", "reply", "examples"].map(
    (name): [string, number] => [name, 2],
  ),
]);

/** Of a policy, rule, match or action: does it use what its version does not have? */
function checkVersion(
  place: Located | undefined,
  { report, version }: { report: Report; version: string | undefined },
): void {
  if (place?.type !== "map" || version === undefined) return;
  for (const [name, { keyAt }] of place.entries) {
    const first = since.get(name) ?? 0;
    if (Number(version) >= first) continue;
    const message = `"${name}" belongs to version ${first} of the policy language`;
    report({ at: keyAt, message, hint: `write policy_version: "${first}"` });
  }
}

/** Older versions may still name the kind of a part that this program does not have. */
function checkKinds(types: Located | undefined, report: Report): void {
  const found = itemsOf(types).find((type) => textOf(type) === "tool_use");
  if (found === undefined) return;
  const message = '"tool_use" is not a kind of prompt: it belonged to the chat mode';
  report({ at: found.at, message, hint: "an approval is yes_no or multiple_choice" });
}

function checkConfidence(match: Located, report: Report): void {
  const maximum = field(match, "max_confidence");
  if (maximum === undefined) return;
  const most = confidence.safeParse(textOf(maximum));
  const least = confidence.safeParse(textOf(field(match, "min_confidence")));
  if (!most.success || !least.success) return;
  if (!atLeast(most.data, least.data)) {
    const message = `min_confidence ${least.data} is above max_confidence ${most.data}`;
    report({ at: maximum.at, message, hint: "no prompt can be both" });
  }
}

function checkRepo(node: Located | undefined, report: Report): void {
  const repo = textOf(node);
  if (node === undefined || repo === undefined || repo === "") return;
  // Any absolute folder stands for the home here: only the form matters.
  if (absoluteSegments(repo, "/home") !== null) return;
  const message = `repo ${quote(repo)} is not an absolute folder`;
  report({ at: node.at, message, hint: "begin it with / or ~/" });
}

/** Returns the pattern's cost; 0 when there is none or it is refused. */
function checkContains(match: Located | undefined, report: Report): number {
  const node = field(match, "contains");
  const flag = field(match, "contains_is_regex");
  const isPattern = flag?.type === "scalar" && flag.value === true;
  if (isPattern && node === undefined) {
    const message = '"contains_is_regex" says how to read "contains", which is missing';
    report({ at: flag.at, message, hint: 'add "contains" or remove this' });
  }
  const contains = textOf(node);
  if (node === undefined || contains === undefined || contains === "") return 0;
  if (!isPattern) {
    checkLiteral(contains, node.at, report);
    return 0;
  }
  const pattern = compilePattern(contains);
  if (pattern.ok) return pattern.cost;
  report({ ...pattern, at: node.at });
  return 0;
}

function checkLiteral(contains: string, at: number, report: Report): void {
  if (contains.trim() !== "") return;
  const message = "contains is nothing but white space, which nearly every prompt has";
  report({ at, message, hint: "give it a word" });
}

function checkAction(action: Located | undefined, report: Report): void {
  if (action === undefined || textOf(field(action, "type")) !== "auto_reply") return;
  const node = field(action, "value");
  checkReply(action, node, report);
  const value = textOf(node);
  if (node === undefined || value === undefined) return;
  const { at } = node;
  // A reply is a meaning; the keystrokes for it are made elsewhere. Line breaks and tabs are text.
  if (/[^\P{Cc}\t\n\r]/u.test(value)) {
    const message = `value ${quote(value)} holds a control character`;
    report({
      at,
      message,
      hint: "write what the reply means; the keys for it are found by itself",
    });
  }
  checkConstraints(field(action, "constraints"), { value, at, report });
}

/** Exactly one thing says what to answer, and constraints are for a value. */
function checkReply(action: Located, value: Located | undefined, report: Report): void {
  const [first, second] = ["value", "reply", "secret"].flatMap((name) => {
    const node = field(action, name);
    return node === undefined ? [] : [{ name, at: node.at }];
  });
  if (first === undefined) {
    const message = 'action auto_reply has no "value"';
    report({ at: action.at, message, hint: 'add the reply, such as value: "y"' });
  }
  if (first !== undefined && second !== undefined) {
    const message = `${first.name} and ${second.name} both say what to answer`;
    report({ at: second.at, message, hint: "remove one of them" });
  }
  const constraints = field(action, "constraints");
  if (constraints === undefined || first === undefined || value !== undefined) return;
  const message = `constraints are for value, and this action has ${first.name}`;
  report({ at: constraints.at, message, hint: "remove them" });
}

function checkConstraints(
  node: Located | undefined,
  { value, at, report }: { value: string; at: number; report: Report },
): void {
  if (node === undefined) return;
  const parsed = replyConstraints.safeParse(plain(node));
  // What is wrong with the constraints themselves is said by the schema.
  if (!parsed.success) return;
  const { max_length: most, numeric_only, allowed_choices: choices, allow_free_text } = parsed.data;
  if (most !== undefined && value.length > most) {
    report({ at, message: `value has ${value.length} characters, and max_length allows ${most}` });
  }
  if (numeric_only && !/^[0-9]+$/.test(value)) {
    report({ at, message: `value ${quote(value)} is not a number, and numeric_only asks for one` });
  }
  if (choices !== undefined && !choices.includes(value)) {
    report({ at, message: `value ${quote(value)} is not among allowed_choices` });
  }
  if (!allow_free_text && choices === undefined) {
    const message = "allow_free_text is false, and allowed_choices does not say what is allowed";
    report({ at: node.at, message, hint: "add allowed_choices" });
  }
}

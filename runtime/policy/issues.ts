/** Turns what the schema objects to into sentences, each at the key or value it is about. */
import type * as z from "zod";
import {
  policy,
  policyAction,
  policyBrakes,
  policyMatch,
  policyRule,
  replyConstraints,
} from "../../contracts/policy.ts";
import type { DocumentFault, Located } from "./document.ts";
import { field } from "./document.ts";
import { listed, nearest, quote } from "./problem.ts";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What belonged to parts that this program does not have. */
const gone: ReadonlyMap<string, string> = new Map([
  ["tool_name", 'use "contains", which also looks at the command that is asked about'],
  ["channel_message", "there are no message channels"],
  ["deny_input_types", 'there are no message channels; use "prompt_type" in a rule that denies'],
]);

/** Every place where fields stand, by its name in messages. */
const fieldsOf: ReadonlyMap<string, readonly string[]> = new Map([
  ["a policy", Object.keys(policy.shape)],
  ["defaults", ["no_match", "low_confidence"]],
  ["brakes", Object.keys(policyBrakes.shape)],
  ["a rule", Object.keys(policyRule.shape)],
  ["match", Object.keys(policyMatch.shape)],
  ["constraints", Object.keys(replyConstraints.shape)],
  ...policyAction.options.map((one): [string, string[]] => [
    `action ${one.shape.type.value}`,
    Object.keys(one.shape),
  ]),
]);

export function explainIssue(issue: Issue, root: Located): DocumentFault[] {
  const node = follow(root, issue.path);
  const here = node ?? nearestParent(root, issue.path);
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => unknownField(key, here, issue.path));
  }
  if (node === undefined) return [missing(issue, here)];
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    return explainUnion(issue, { root, node });
  }
  return [{ at: node.at, ...explainValue(issue, node) }];
}

/** Of the forms that a value may have, the one that was probably meant: that of the same type. */
function explainUnion(
  { errors, path }: Extract<Issue, { code: "invalid_union" }>,
  { root, node }: { root: Located; node: Located },
): DocumentFault[] {
  const meant = errors.find((branch) => branch.every((one) => !isOfOtherType(one)));
  if (meant !== undefined) {
    return meant.flatMap((one) => explainIssue({ ...one, path: [...path, ...one.path] }, root));
  }
  const allowed = errors.flat().flatMap((one) => {
    return one.code === "invalid_value" && one.path.length === 0 ? one.values.map(String) : [];
  });
  const message = `${kindOf(node)} is not a ${nameOf(path)}`;
  return [
    allowed.length === 0
      ? { at: node.at, message }
      : { at: node.at, message, hint: `such as ${listed(allowed)}` },
  ];
}

function isOfOtherType({ code, path }: Issue): boolean {
  return path.length === 0 && (code === "invalid_type" || code === "invalid_value");
}

function follow(root: Located, path: Path): Located | undefined {
  let node: Located | undefined = root;
  for (const step of path) {
    node = typeof step === "number" ? listItem(node, step) : field(node, String(step));
  }
  return node;
}

function listItem(node: Located | undefined, index: number): Located | undefined {
  return node?.type === "list" ? node.items[index] : undefined;
}

/** Where something should have stood: the innermost thing of the path that is there. */
function nearestParent(root: Located, path: Path): Located {
  for (let length = path.length - 1; length > 0; length--) {
    const node = follow(root, path.slice(0, length));
    if (node !== undefined) return node;
  }
  return root;
}

function missing(issue: Issue, parent: Located): DocumentFault {
  const name = quote(String(issue.path.at(-1) ?? ""));
  const owner = ownerOf(issue.path.slice(0, -1), parent);
  const hint = hintForMissing.get(String(issue.path.at(-1)));
  const message = `${owner} has no ${name}`;
  return hint === undefined
    ? { at: parent.at, message }
    : { at: parent.at, message, hint: `add ${hint}` };
}

const hintForMissing: ReadonlyMap<string, string> = new Map([
  ["policy_version", 'policy_version: "1"'],
  ["id", "an id that is this rule's own, such as id: continue-yes"],
  ["action", "an action, such as action: { type: require_human }"],
  ["type", `type: ${listed(policyAction.options.map((one) => one.shape.type.value))}`],
  ["value", 'the reply, such as value: "y"'],
]);

function unknownField(key: string, owner: Located, path: Path): DocumentFault {
  const entry = owner.type === "map" ? owner.entries.get(key) : undefined;
  const at = entry?.keyAt ?? owner.at;
  const name = quote(key);
  const remedy = gone.get(key);
  if (remedy !== undefined) return { at, message: `${name} is not supported`, hint: remedy };
  const place = ownerOf(path, owner);
  const message = `${name} is not a field of ${place}`;
  for (const [other, fields] of fieldsOf) {
    if (other !== place && fields.includes(key)) {
      return { at, message, hint: `it belongs to ${other}` };
    }
  }
  const close = nearest(key, fieldsOf.get(place) ?? []);
  return close === null ? { at, message } : { at, message, hint: `did you mean "${close}"?` };
}

/** What a path leads to, in the words of messages. */
function ownerOf(path: Path, node: Located): string {
  const last = path.at(-1);
  if (last === undefined) return "a policy";
  if (typeof last === "number") return path.at(-2) === "rules" ? "a rule" : "match";
  if (last !== "action") return String(last);
  const type = field(node, "type");
  const place = `action ${type?.type === "scalar" ? String(type.value) : ""}`;
  return fieldsOf.has(place) ? place : "action";
}

type Sentence = { message: string; hint?: string };

function explainValue(issue: Issue, node: Located): Sentence {
  const name = nameOf(issue.path);
  switch (issue.code) {
    case "invalid_type":
      return wrongType(name, issue.expected, node);
    case "invalid_value":
      return notOneOf(name, issue.values.map(String), node);
    case "invalid_union":
      return notOneOf(
        name,
        policyAction.options.map((one) => one.shape.type.value),
        node,
      );
    case "too_small":
      return tooSmall(name, issue.minimum, issue.origin);
    case "too_big":
      return { message: `${name} is too large`, hint: `at most ${atMost(issue)}` };
    default:
      return { message: `${name} ${issue.message}` };
  }
}

function atMost({ maximum, origin }: { maximum: number | bigint; origin: string }): string {
  if (origin === "string") return `${maximum} characters`;
  return origin === "array" ? `${maximum} of them` : String(maximum);
}

function tooSmall(name: string, minimum: number | bigint, origin: string): Sentence {
  if (origin === "string" || origin === "array") {
    return { message: `${name} is empty`, hint: "give it a value or remove the field" };
  }
  return { message: `${name} is too small`, hint: `at least ${minimum}` };
}

/** `prompt_type[0]` is a prompt_type, `rules[3]` a rule. */
function nameOf(path: Path): string {
  const words = path.filter((step) => typeof step !== "number");
  if (words.length === 0) return "a policy";
  return typeof path.at(-1) === "number" && words.at(-1) === "rules"
    ? "a rule"
    : String(words.at(-1));
}

const expectedWords: ReadonlyMap<string, string> = new Map([
  ["string", "text"],
  ["object", "a mapping (fields with values)"],
  ["array", "a list"],
  ["boolean", "true or false"],
  ["int", "a whole number"],
  ["number", "a number"],
]);

function wrongType(name: string, expected: string, node: Located): Sentence {
  const message = `${name} must be ${expectedWords.get(expected) ?? expected}, not ${kindOf(node)}`;
  if (node.type !== "scalar" || node.value === null) return { message };
  const written = String(node.value);
  if (expected === "string") return { message, hint: `put it in quotes: ${quote(written)}` };
  if (expected === "array") return { message, hint: `write [${written.slice(0, 40)}]` };
  return { message };
}

function kindOf(node: Located): string {
  if (node.type === "map") return "a mapping";
  if (node.type === "list") return "a list";
  if (node.value === null) return "nothing";
  if (typeof node.value === "string") return `the text ${quote(node.value)}`;
  return typeof node.value === "number" ? "a number" : "true or false";
}

function notOneOf(name: string, allowed: readonly string[], node: Located): Sentence {
  const written = node.type === "scalar" ? String(node.value) : null;
  if (name === "policy_version") {
    const message = `policy_version ${quote(written ?? "")} is not supported by this version`;
    return { message, hint: 'this version reads "0", "1" and "2"' };
  }
  const message = `${written === null ? kindOf(node) : quote(written)} is not a ${name}`;
  const close = written === null ? null : nearest(written, allowed);
  const hint = close === null ? `use ${listed(allowed)}` : `did you mean "${close}"?`;
  return { message: name === "type" ? `${message} of action` : message, hint };
}

/** A policy file's text as a policy, or everything that is wrong with it, each at its line and column. */
import { createHash } from "node:crypto";
import { limits } from "../../contracts/limits.ts";
import { type Policy, policy } from "../../contracts/policy.ts";
import { checkPolicy, versionOf } from "./checks.ts";
import type { DocumentFault, Located, ReadDocument } from "./document.ts";
import { countLines, field, itemsOf, plain, readDocument, textOf } from "./document.ts";
import { explainIssue } from "./issues.ts";
import { matchesTerminal, namesChat } from "./migrate-chat.ts";
import { readPlainDocument } from "./quick-document.ts";
import { checkExamples } from "./rule-examples.ts";
import { type PolicyProblem, problemsMax } from "./problem.ts";

export type RulePlace = { file: string; line: number; column: number };

export type ParsedPolicy =
  | {
      ok: true;
      policy: Policy;
      /** SHA-256 over the file's bytes, as lower-case hexadecimal. */
      hash: string;
      /** Where the file names the policy that it extends; null when it names none. */
      extendsAt: { line: number; column: number } | null;
      /** Where each rule stands, by its id. */
      places: ReadonlyMap<string, RulePlace>;
      /** One line each: what is accepted, and does less than it seems to. */
      notes: readonly string[];
      /** The fallbacks that the file itself gives, rather than leaving them to what it extends. */
      givenDefaults: ReadonlySet<string>;
    }
  | { ok: false; problems: PolicyProblem[] };

/** As `parsePolicy`, for a file as it was read: checks its size and that it is UTF-8. */
export function parsePolicyBytes(bytes: Uint8Array, file: string): ParsedPolicy {
  if (bytes.length > limits.policyFileBytesMax) return refuse(file, tooLarge());
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return refuse(file, { at: 0, message: "the file is UTF-16", hint: "save it as UTF-8" });
  }
  const valid = validPrefix(bytes);
  // The byte order mark is kept, so that the hash over the text is the hash over the bytes.
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, valid));
  if (valid === bytes.length) return parsePolicy(text, file);
  const message = `the byte 0x${(bytes[valid] ?? 0).toString(16)} is not UTF-8 here`;
  const at = text.length;
  return { ok: false, problems: place(text, file, [{ at, message, hint: "save it as UTF-8" }]) };
}

/** `file` is the name that messages begin with; nothing is read from it. */
export function parsePolicy(text: string, file: string): ParsedPolicy {
  const bytes = new TextEncoder().encode(text);
  if (bytes.length > limits.policyFileBytesMax) return refuse(file, tooLarge());
  const hidden = findHidden(text);
  if (hidden !== null) return { ok: false, problems: place(text, file, [hidden]) };
  const document = readText(text);
  if (!document.ok) return { ok: false, problems: place(text, file, document.faults) };
  const { root } = document;
  if (root.type !== "map") {
    const message = "a policy is a mapping of fields, and this is something else";
    const hint = 'begin with policy_version: "1"';
    return { ok: false, problems: place(text, file, [{ at: root.at, message, hint }]) };
  }
  const parsed = policy.safeParse(valueOf(root));
  const lines = countLines(text);
  const faults = [...document.faults, ...checkPolicy(root, (at) => placeText(lines(at)))];
  if (!parsed.success) {
    faults.push(...parsed.error.issues.flatMap((issue) => explainIssue(issue, root)));
  }
  if (faults.length > 0) return { ok: false, problems: place(text, file, faults) };
  if (!parsed.success) throw parsed.error;
  const wrong = checkExamples(parsed.data, root);
  if (wrong.length > 0) return { ok: false, problems: place(text, file, wrong) };
  const named = field(root, "extends");
  const defaults = field(root, "defaults");
  return {
    ok: true,
    policy: parsed.data,
    hash: sha256(bytes),
    places: placesOf(root, (at) => ({ file, ...lines(at) })),
    notes: notesOf(parsed.data, file),
    extendsAt: named === undefined ? null : lines(named.at),
    givenDefaults: new Set(defaults?.type === "map" ? defaults.entries.keys() : []),
  };
}

function notesOf({ rules }: Policy, file: string): string[] {
  return rules
    .filter(({ match }) => namesChat(match))
    .map(({ id, match }) => {
      const does = matchesTerminal(match) ? "is for the other kinds alone" : "matches nothing";
      const why =
        '"tool_use" belonged to the chat mode, and no prompt of a terminal is of that kind';
      return `${file}: ${why}: rule ${id} ${does}`;
    });
}

function readText(text: string): ReadDocument {
  const root = readPlainDocument(text);
  return root === null ? readDocument(text) : { ok: true, root, faults: [] };
}

function placesOf(root: Located, placed: (at: number) => RulePlace): Map<string, RulePlace> {
  const places = new Map<string, RulePlace>();
  for (const rule of itemsOf(field(root, "rules"))) {
    const id = textOf(field(rule, "id"));
    if (id !== undefined) places.set(id, placed(rule.at));
  }
  return places;
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** The plain value, with a version written as a number turned into its text. */
function valueOf(root: Located): unknown {
  const value = plain(root);
  const version = versionOf(field(root, "policy_version"));
  return version === undefined || typeof value !== "object" || value === null
    ? value
    : { ...value, policy_version: version };
}

function placeText({ line, column }: { line: number; column: number }): string {
  return `${line}:${column}`;
}

/** Faults in the order of the file, with line and column; the rest is counted. */
function place(text: string, file: string, faults: readonly DocumentFault[]): PolicyProblem[] {
  const lines = countLines(text);
  const sorted = faults.toSorted((a, b) => a.at - b.at);
  const problems = sorted.slice(0, problemsMax).map(({ at, message, hint }): PolicyProblem => {
    const problem = { file, ...lines(Math.min(at, text.length)), message };
    return hint === undefined ? problem : { ...problem, hint };
  });
  const next = sorted[problemsMax];
  if (next !== undefined) {
    const message = `and ${sorted.length - problemsMax} more problems from here on`;
    problems.push({ file, ...lines(next.at), message });
  }
  return problems;
}

function refuse(file: string, { message, hint }: DocumentFault): ParsedPolicy {
  const problem = { file, line: 1, column: 1, message };
  return { ok: false, problems: [hint === undefined ? problem : { ...problem, hint }] };
}

function tooLarge(): DocumentFault {
  const mebibytes = limits.policyFileBytesMax / 1_048_576;
  const message = `the file is larger than ${mebibytes} MiB, the most a policy may have`;
  return { at: 0, message, hint: "write fewer or shorter rules" };
}

/** Characters that make a file say something other than it shows. */
function findHidden(text: string): DocumentFault | null {
  // Control characters but tab and line breaks; marks that reorder text; halves of a character.
  const found = /[^\P{Cc}\t\n\r\x85]|[\u202a-\u202e\u2066-\u2069]|\p{Cs}/u.exec(text);
  if (found === null) return null;
  const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  const name = code === "0000" ? "a NUL byte (U+0000)" : `the invisible character U+${code}`;
  const message = `${name} is not allowed in a policy`;
  return { at: found.index, message, hint: "remove it" };
}

/** How many bytes from the start are whole UTF-8 characters. */
function validPrefix(bytes: Uint8Array): number {
  if (decodes(bytes, false)) return bytes.length;
  // An incomplete character at the end of a part is fine for `stream`, so the parts are ordered.
  let good = 0;
  let bad = bytes.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (middle <= bytes.length && decodes(bytes.subarray(0, middle), true)) good = middle;
    else bad = middle;
  }
  while (good > 0 && !decodes(bytes.subarray(0, good), false)) good -= 1;
  return good;
}

function decodes(bytes: Uint8Array, stream: boolean): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream });
    return true;
  } catch (error) {
    if (error instanceof TypeError) return false;
    throw error;
  }
}

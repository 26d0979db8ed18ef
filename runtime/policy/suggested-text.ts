/** Suggested rules as a policy to read and copy from, each under its evidence. Pure. */
import { stringify } from "yaml";
import type { PolicyRule } from "../../contracts/policy.ts";
import { parsePolicy } from "./parse.ts";
import type { Suggestion } from "./suggest.ts";

/** Those whose rule is valid as it stands, its examples included. */
export function validOnes(suggestions: readonly Suggestion[]): Suggestion[] {
  return suggestions.filter(({ rule }) => parsePolicy(textOf([{ rule, lines: [] }]), "").ok);
}

/** `said`: the evidence, a line or more for each rule; the head is put above all. */
export function suggestedText(
  suggestions: readonly Suggestion[],
  { head, said }: { head: readonly string[]; said: (one: Suggestion) => readonly string[] },
): string {
  const rules = suggestions.map((one) => ({ rule: one.rule, lines: said(one) }));
  return comment(head, "") + textOf(rules);
}

type Written = { rule: PolicyRule; lines: readonly string[] };

function textOf(rules: readonly Written[]): string {
  const start = 'policy_version: "2"\nname: suggested\n';
  if (rules.length === 0) return `${start}rules: []\n`;
  const texts = rules.map(({ rule, lines }) => comment(lines, "  ") + itemOf(rule));
  return `${start}rules:\n${texts.join("\n")}`;
}

/** What goes without saying is left out. */
function itemOf(rule: PolicyRule): string {
  const { contains_is_regex: _pattern, max_confidence: _most, ...match } = rule.match;
  const text = stringify([{ ...rule, match }], { lineWidth: 0 });
  return text.replace(/^(?=.)/gm, "  ");
}

/** One line each: what stands in a comment may not end it. */
function comment(lines: readonly string[], indent: string): string {
  return lines.map((line) => `${indent}# ${line.replace(/\p{Cc}/gu, " ")}\n`).join("");
}

/** The explanation of a decision as text: the prompt, what was decided, and each rule with its conditions. */
import type { PolicyExplainView } from "../../../contracts/policy-views.ts";
import { quote } from "../../../runtime/policy/problem.ts";
import type { Layout } from "../layout.ts";
import { visible } from "../visible.ts";
import { layerLines, marks, nameIn, noRules, writeDecision } from "./try.ts";

type Rule = PolicyExplainView["rules"][0];
type Condition = Rule["conditions"][0];

export function explainText(view: PolicyExplainView, layout: Layout): string[] {
  const { rule_id: id, layer } = view.decision;
  const decides = view.rules.find(
    (rule) => rule.rule_id === id && (layer === undefined || rule.layer === layer),
  );
  return [
    ...promptLines(view),
    ...writeDecision(view),
    ...layerLines(view),
    ...brakeLines(view),
    ...view.gaps.map((gap) => `note      ${gap}`),
    "",
    view.rules.length === 0 ? noRules(view) : layout.paint("bold", "rules, in order"),
    ...view.rules.flatMap((rule, at) => ruleLines(rule, { at, decides, layout })),
  ];
}

function promptLines({ prompt, tool, cwd, label }: PolicyExplainView): string[] {
  const { question, kind, confidence, options, subject, cut, context = "" } = prompt;
  const rows: [string, string][] = [
    ["prompt", `${kind}, confidence ${confidence}${cut ? ", not wholly visible" : ""}`],
    ["asked", quote(question.trim(), 400)],
  ];
  if (context !== "") rows.push(["above", quote(context, 400)]);
  if (subject !== null) {
    const { type, command, path, host } = subject;
    const about = [command, path, host].filter((one) => one !== null).map((one) => quote(one, 400));
    rows.push(["about", [type, ...about].join(" ")]);
  }
  if (options.length > 0) {
    rows.push(["options", options.map((one) => quote(one.label)).join(", ")]);
  }
  const labelled = label === null ? "" : `, label ${quote(label)}`;
  rows.push(["session", `${quote(tool)} in ${quote(cwd, 400)}${labelled}`]);
  return rows.map(([name, text]) => `${name.padEnd(8)}  ${visible(text)}`);
}

function brakeLines({ brakes }: PolicyExplainView): string[] {
  return brakes.map(({ brake, most, given, holds_back: holds }, at) => {
    const bound = most === null ? `${given} given, no bound` : `${given} of ${most} given`;
    const name = at === 0 ? "brakes" : "";
    return `${name.padEnd(8)}  ${brake}: ${bound}${holds ? ", holds back" : ""}`;
  });
}

type Place = { at: number; decides: Rule | undefined; layout: Layout };

function ruleLines(rule: Rule, { at, decides, layout }: Place): string[] {
  const { layer: of, rule_id: id, action, result, reached, conditions, description } = rule;
  const said = description === null ? "" : `  ${visible(description)}`;
  const speaks = of !== null && result !== "fails" ? `  <- ${spoken(rule)}` : "";
  const state = rule === decides ? "  <- decides" : reached ? speaks : "  (not reached)";
  const name = nameIn(of, id);
  const head = `${String(at + 1).padStart(3)}. ${marks[result]} ${name}: ${action.type}${state}`;
  const shown = rule === decides ? layout.paint("bold", head) : head;
  const none = conditions.length === 0 ? ["          no conditions: it matches every prompt"] : [];
  return [shown + said, ...none, ...conditions.flatMap((one) => conditionLines(one, 10))];
}

/** Of a rule that is the first to match in its policy, where another policy decides. */
const spoken = ({ layer, action }: Rule): string =>
  layer === "project" && action.type === "auto_reply" && action.reply !== "deny"
    ? "a project's reply is never given"
    : "speaks for its policy";

function conditionLines(condition: Condition, indent: number): string[] {
  const { condition: name, wants, saw, result, why, blocks } = condition;
  const space = " ".repeat(indent);
  const line = `${space}${marks[result]} ${name} ${wants}`;
  const seen = saw === "see below" ? "" : `; saw ${saw}`;
  const because = result === "unknown" ? `; ${why ?? ""}` : "";
  const inner = blocks.flatMap((block, at) => {
    const none = block.conditions.length === 0 ? ": no conditions" : "";
    return [
      `${space}    ${marks[block.result]} block ${at + 1}${none}`,
      ...block.conditions.flatMap((one) => conditionLines(one, indent + 8)),
    ];
  });
  return [`${line}${seen}${because}`, ...inner];
}

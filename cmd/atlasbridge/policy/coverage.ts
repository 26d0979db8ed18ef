/** `policy coverage`: which rules this machine's history hits, which never, and what no rule covers. */
import { exitCodes } from "../../../contracts/errors.ts";
import type { PolicyCoverageView } from "../../../contracts/policy-tools.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { type Coverage, coverageOf } from "../../../runtime/policy/coverage.ts";
import type { LayeredPolicy } from "../../../runtime/policy/layers.ts";
import { shadowedRules } from "../../../runtime/policy/shadow.ts";
import { type Cli, print } from "../cli.ts";
import { type Layout, layoutFor, table } from "../layout.ts";
import { noSessions, withTrace } from "../trace/source.ts";
import { visible } from "../visible.ts";
import { type Judged, judgedPolicy } from "./judged.ts";
import { day, describePast, pastSpan, ruleText, some } from "./past-text.ts";
import { pastGaps } from "./past.ts";
import { replayed, type ReplayedOptions, viewPast } from "./replayed.ts";
import { layerLines, nameIn } from "./try.ts";

/** Without a history the rules are listed all the same: which can never decide needs none. */
export async function coverPolicy(
  cli: Cli,
  file: string | undefined,
  options: ReplayedOptions,
): Promise<number> {
  const judged = judgedPolicy(cli, file);
  if (judged === null) return exitCodes.usage;
  return await withTrace(cli, (trace) => {
    const found = trace === null ? [] : replayed(cli, trace, { ...options, judged });
    const view = viewOf(judged, { coverage: coverageOf(found, judged.policy), options });
    if (view.prompts === 0) cli.note(trace === null ? noSessions : "nothing was asked yet");
    const layout = layoutFor(process.stdout, cli);
    return print(cli, view, () => `${textOf(view, layout).join("\n")}\n`);
  });
}

type Found = { coverage: Coverage; options: ReplayedOptions };

/** Of the lists of what came up most. */
const listedMax = 100;

function viewOf(
  { file, policy, layers }: Judged,
  { coverage, options }: Found,
): PolicyCoverageView {
  const { noContent, notAsked, rules, gaps, escalated, ...rest } = coverage;
  const isAlone = layers.length < 2;
  return {
    format: outputFormat,
    file,
    layers: [...layers],
    policy_hash: policy.hash,
    mode: policy.mode,
    ...rest,
    kinds: [...rest.kinds],
    tools: rest.tools.slice(0, listedMax),
    subjects: [...rest.subjects],
    rules: viewRules(policy, rules).map((rule) => (isAlone ? { ...rule, layer: null } : rule)),
    no_content: noContent,
    not_asked: notAsked,
    gaps: gaps.slice(0, listedMax).map(({ example, ...gap }) => {
      return { ...gap, example: viewPast(example) };
    }),
    escalated: escalated.slice(0, listedMax).map(({ example, ...one }) => {
      return { ...one, example: viewPast(example) };
    }),
    limits: pastGaps(policy, { subject: true, environment: options.environment ?? null }),
  };
}

type RuleView = PolicyCoverageView["rules"][0];

/** Only within its own policy can a rule keep another from deciding, whatever is asked. */
function viewRules({ layers }: LayeredPolicy, rules: Coverage["rules"]): RuleView[] {
  return layers.flatMap(({ name, compiled }) => {
    const shadows = new Map(shadowedRules(compiled).map(({ rule_id, by }) => [rule_id, by]));
    const actions = new Map(compiled.policy.rules.map(({ id, action }) => [id, action.type]));
    return rules
      .filter(({ layer }) => layer === name)
      .map((rule) => ({
        ...rule,
        action: actions.get(rule.rule_id) ?? "require_human",
        shadowed_by: shadows.get(rule.rule_id) ?? null,
      }));
  });
}

function textOf(view: PolicyCoverageView, layout: Layout): string[] {
  const asked = layerLines(view);
  const rules = [...asked, ...ruleLines(view, layout)];
  if (view.prompts === 0) return rules;
  const lines = [pastSpan(view), ...unknownLines(view), "", ...rules];
  lines.push("", ...sortLines(view));
  if (view.gaps.length > 0) {
    lines.push("", "decided by no rule, the most frequent first");
    lines.push(...view.gaps.slice(0, shownMax).flatMap(gapLines));
  }
  if (view.escalated.length > 0) {
    lines.push("", "came to you most often");
    for (const { count, layer, rule_id: id, example } of view.escalated.slice(0, shownMax)) {
      const name = id === null ? ruleText(id) : nameIn(layer, id);
      lines.push(`  ${count} × by ${name}: ${describePast(example)}`);
    }
  }
  if (view.approximate) lines.push("", "the rarest were not counted: there were too many sorts");
  if (view.limits.length > 0) lines.push("", ...view.limits.map((limit) => `note: ${limit}`));
  return lines;
}

const shownMax = 10;

function unknownLines({ no_content: gone, not_asked: unasked }: PolicyCoverageView): string[] {
  return [
    ...(gone > 0 ? [`${gone} cannot be told: the trace has no content of them`] : []),
    ...(unasked > 0 ? [`${unasked} went to a person before policy was asked`] : []),
  ];
}

function ruleLines({ rules, defaults }: PolicyCoverageView, layout: Layout): string[] {
  const rows = rules.map(
    ({ layer, rule_id: id, action, hits, sessions, last, shadowed_by: by }) => [
      nameIn(layer, id),
      action,
      hits === 0 ? "never" : String(hits),
      hits === 0 ? "" : String(sessions),
      last === null ? "" : day(last),
      by === null ? "" : `can never decide: ${by} matches whatever it does`,
    ],
  );
  const none = ["(no rule)", "defaults", String(defaults), "", "", ""];
  const heading = ["RULE", "ACTION", "HITS", "SESSIONS", "LAST", ""];
  return table(heading, [...rows, none], layout)
    .trimEnd()
    .split("\n");
}

function sortLines({ kinds, tools, subjects }: PolicyCoverageView): string[] {
  const said = ({ name, prompts, uncovered }: PolicyCoverageView["kinds"][0]): string =>
    `${visible(name)} ${uncovered} of ${prompts}`;
  const open = (list: PolicyCoverageView["kinds"]): string =>
    list
      .filter(({ uncovered }) => uncovered > 0)
      .slice(0, shownMax)
      .map(said)
      .join(", ") || "none";
  const never = kinds.filter(({ prompts }) => prompts === 0).map(({ name }) => name);
  return [
    `without a rule, by kind: ${open(kinds)}`,
    `without a rule, by tool: ${open(tools)}`,
    `without a rule, by subject: ${open(subjects)}`,
    ...(never.length > 0 ? [`never asked: ${never.join(", ")}`] : []),
  ];
}

function gapLines({
  tool,
  kind,
  subject,
  count,
  example,
}: PolicyCoverageView["gaps"][0]): string[] {
  const about = subject === null ? "" : ` about ${subject}`;
  return [
    `  ${some(count, "prompt")} of ${visible(tool)}, ${kind}${about}`,
    `      such as ${describePast(example)}`,
  ];
}

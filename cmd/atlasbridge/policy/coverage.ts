/** `policy coverage`: which rules this machine's history hits, which never, and what no rule covers. */
import { exitCodes } from "../../../contracts/errors.ts";
import type { PolicyCoverageView } from "../../../contracts/policy-tools.ts";
import { outputFormat } from "../../../contracts/version.ts";
import type { CompiledPolicy } from "../../../runtime/policy/compile.ts";
import { type Coverage, coverageOf } from "../../../runtime/policy/coverage.ts";
import { shadowedRules } from "../../../runtime/policy/shadow.ts";
import { type Cli, print } from "../cli.ts";
import { type Layout, layoutFor, table } from "../layout.ts";
import { noSessions, withTrace } from "../trace/source.ts";
import { visible } from "../visible.ts";
import { day, describePast, pastSpan, ruleText, some } from "./past-text.ts";
import { pastGaps } from "./past.ts";
import { replayed, type ReplayedOptions, viewPast } from "./replayed.ts";
import { compileForPerson } from "./validate.ts";

/** Without a history the rules are listed all the same: which can never decide needs none. */
export async function coverPolicy(
  cli: Cli,
  file: string | undefined,
  options: ReplayedOptions,
): Promise<number> {
  const read = compileForPerson(cli, file);
  if (read === null) return exitCodes.usage;
  const { path, compiled } = read;
  return await withTrace(cli, (trace) => {
    const found = trace === null ? [] : replayed(cli, trace, { ...options, policy: compiled });
    const view = viewOf(path, { compiled, coverage: coverageOf(found, compiled), options });
    if (view.prompts === 0) cli.note(trace === null ? noSessions : "nothing was asked yet");
    const layout = layoutFor(process.stdout, cli.environment);
    return print(cli, view, () => `${textOf(view, layout).join("\n")}\n`);
  });
}

type Found = { compiled: CompiledPolicy; coverage: Coverage; options: ReplayedOptions };

/** Of the lists of what came up most. */
const listedMax = 100;

function viewOf(file: string, { compiled, coverage, options }: Found): PolicyCoverageView {
  const { policy, hash } = compiled;
  const shadows = new Map(shadowedRules(compiled).map(({ rule_id, by }) => [rule_id, by]));
  const actions = new Map(policy.rules.map(({ id, action }) => [id, action.type]));
  const { noContent, notAsked, rules, gaps, escalated, ...rest } = coverage;
  return {
    format: outputFormat,
    file,
    policy_hash: hash,
    mode: policy.autonomy_mode ?? null,
    ...rest,
    kinds: [...rest.kinds],
    tools: rest.tools.slice(0, listedMax),
    subjects: [...rest.subjects],
    rules: rules.map((rule) => ({
      ...rule,
      action: actions.get(rule.rule_id) ?? "require_human",
      shadowed_by: shadows.get(rule.rule_id) ?? null,
    })),
    no_content: noContent,
    not_asked: notAsked,
    gaps: gaps.slice(0, listedMax).map(({ example, ...gap }) => {
      return { ...gap, example: viewPast(example) };
    }),
    escalated: escalated.slice(0, listedMax).map(({ example, ...one }) => {
      return { ...one, example: viewPast(example) };
    }),
    limits: pastGaps(compiled, { subject: true, environment: options.environment ?? null }),
  };
}

function textOf(view: PolicyCoverageView, layout: Layout): string[] {
  const lines = [pastSpan(view), ...unknownLines(view), "", ...ruleLines(view, layout)];
  if (view.prompts === 0) return lines.slice(2);
  lines.push("", ...sortLines(view));
  if (view.gaps.length > 0) {
    lines.push("", "decided by no rule, the most frequent first");
    lines.push(...view.gaps.slice(0, shownMax).flatMap(gapLines));
  }
  if (view.escalated.length > 0) {
    lines.push("", "came to you most often");
    for (const { count, rule_id: id, example } of view.escalated.slice(0, shownMax)) {
      lines.push(`  ${count} × by ${ruleText(id)}: ${describePast(example)}`);
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
  const rows = rules.map(({ rule_id: id, action, hits, sessions, last, shadowed_by: by }) => [
    id,
    action,
    hits === 0 ? "never" : String(hits),
    hits === 0 ? "" : String(sessions),
    last === null ? "" : day(last),
    by === null ? "" : `can never decide: ${by} matches whatever it does`,
  ]);
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

/** `policy simulate`: what another policy would have made of this machine's history. */
import { exitCodes } from "../../../contracts/errors.ts";
import type { PolicySimulateView } from "../../../contracts/policy-tools.ts";
import { outputFormat } from "../../../contracts/version.ts";
import type { Effect } from "../../../runtime/policy/replay.ts";
import { Recalled } from "../../../runtime/recording/recalled.ts";
import { type Change, type Simulation, simulate } from "../../../runtime/policy/simulate.ts";
import { type Cli, print } from "../cli.ts";
import { type Layout, layoutFor, table } from "../layout.ts";
import { noSessions, withTrace } from "../trace/source.ts";
import { visible } from "../visible.ts";
import { type Judged, judgedPolicy } from "./judged.ts";
import { describePast, effectText, pastSpan, ruleText } from "./past-text.ts";
import { pastGaps } from "./past.ts";
import { replayed, type ReplayedOptions, viewPast } from "./replayed.ts";

export type SimulateCommand = ReplayedOptions & { limit: number; changes?: boolean };

/** Exit code ok whatever would have changed: that is the answer, not a failure. */
export async function simulatePolicy(
  cli: Cli,
  file: string | undefined,
  options: SimulateCommand,
): Promise<number> {
  const judged = judgedPolicy(cli, file);
  if (judged === null) return exitCodes.usage;
  return await withTrace(cli, (trace) => {
    const recalled = trace === null ? null : new Recalled(trace, cli.paths.recordingsFolder);
    const given = { ...options, judged, ...(recalled === null ? {} : { recalled }) };
    const found = trace === null ? [] : replayed(cli, trace, given);
    const result = simulate(found, { hash: judged.policy.hash, changesMax: options.limit });
    const view = viewOf(judged, { result, options, recalled: recalled?.count ?? 0 });
    const layout = layoutFor(process.stdout, cli);
    if (view.prompts === 0) cli.note(trace === null ? noSessions : "nothing was asked yet");
    return print(cli, view, () =>
      view.prompts === 0
        ? ""
        : `${textOf(view, { layout, all: options.changes === true }).join("\n")}\n`,
    );
  });
}

type Found = {
  result: Simulation;
  options: SimulateCommand;
  /** Prompts whose content was erased, and is taken from recordings. */
  recalled: number;
};

function viewOf(
  { file, policy, layers }: Judged,
  { result, options, recalled }: Found,
): PolicySimulateView {
  const { groups, changes } = result;
  return {
    format: outputFormat,
    file,
    layers: [...layers],
    policy_hash: policy.hash,
    mode: policy.mode,
    prompts: result.prompts,
    sessions: result.sessions,
    from: result.from,
    to: result.to,
    same: result.same,
    changed: result.changed,
    other_rule: result.otherRule,
    held_back: result.heldBack,
    no_content: result.noContent,
    not_asked: result.notAsked,
    own: result.ownHash,
    table: [...result.table],
    groups: groups.map(({ was, now, count, example }) => {
      return { was, now, count, example: viewPast(example) };
    }),
    changes: changes.map(viewChange),
    changes_left_out: result.changed - changes.length,
    limits: [
      ...pastGaps(policy, { subject: true, environment: options.environment ?? null }),
      ...(recalled === 0 ? [] : [`${recalled} prompts were read again from recordings`]),
      ...always,
    ],
  };
}

const always = [
  "each prompt is taken as it came: another answer might have led to other questions",
  "what was typed is not in the trace: replies are compared by whether one is given, not by their text",
];

function viewChange({ past, was, now, heldBack }: Change): PolicySimulateView["changes"][0] {
  return { prompt: viewPast(past), was, now, held_back: heldBack };
}

type Shown = { layout: Layout; all: boolean };

function textOf(view: PolicySimulateView, { layout, all }: Shown): string[] {
  const { mode, own } = view;
  const lines = [
    pastSpan(view),
    `under ${view.layers.length > 0 ? "the policies that hold here" : visible(view.file)}, mode ${mode ?? "full"}: ${view.changed} would have come out otherwise, ${view.same} the same${view.other_rule > 0 ? ` (${view.other_rule} of them by another rule)` : ""}`,
  ];
  if (view.held_back > 0) {
    const are = view.held_back === 1 ? "1 reply is" : `${view.held_back} replies are`;
    lines.push(`${are} held back by max_auto_replies or a brake`);
  }
  if (view.no_content > 0) {
    lines.push(`${view.no_content} cannot be told: the trace has no content of them`);
  }
  if (view.not_asked > 0) {
    lines.push(`${view.not_asked} went to a person before policy was asked, and would again`);
  }
  if (own.prompts > 0) {
    lines.push(
      `check: this very policy decided ${own.prompts} of them, and ${own.same} come out as recorded`,
    );
  }
  if (view.table.length > 0) lines.push("", ...tableLines(view, layout));
  if (view.groups.length > 0) lines.push("", ...(all ? changeLines(view) : groupLines(view)));
  return [...lines, "", ...view.limits.map((limit) => `note: ${limit}`)];
}

const effects: readonly Effect[] = ["answers", "denies", "suggests", "tells", "asks"];

function tableLines({ table: pairs }: PolicySimulateView, layout: Layout): string[] {
  const count = (was: Effect, now: Effect): number =>
    pairs.find((pair) => pair.was === was && pair.now === now)?.count ?? 0;
  const rows = effects.filter((was) => pairs.some((pair) => pair.was === was));
  const columns = effects.filter((now) => pairs.some((pair) => pair.now === now));
  const heading = ["WAS", ...columns.map((now) => `NOW ${effectText[now].toUpperCase()}`)];
  const cells = rows.map((was) => [
    effectText[was],
    ...columns.map((now) => String(count(was, now) || "-")),
  ]);
  return table(heading, cells, layout).trimEnd().split("\n");
}

function groupLines({ groups, changed }: PolicySimulateView): string[] {
  const shown = groups.slice(0, groupsShown);
  const left = changed - shown.reduce((sum, { count }) => sum + count, 0);
  return [
    "changes, the most frequent first (--changes lists each)",
    ...shown.flatMap(({ was, now, count, example }) => [
      `  ${count} × ${effectText[was.effect]} (${ruleText(was.rule_id)}) -> ${effectText[now.effect]} (${ruleText(now.rule_id)})`,
      ...(now.effect === "asks" ? [`      ${now.reason}`] : []),
      `      such as ${describePast(example)}`,
    ]),
    ...(left > 0 ? [`  and ${left} more`] : []),
  ];
}

const groupsShown = 20;

function changeLines({ changes, changes_left_out: left }: PolicySimulateView): string[] {
  return [
    "changes, in the order in which they ended",
    ...changes.map(
      ({ prompt, was, now }) =>
        `  ${describePast(prompt)}: ${effectText[was.effect]} (${ruleText(was.rule_id)}) -> ${effectText[now.effect]} (${ruleText(now.rule_id)})`,
    ),
    ...(left > 0 ? [`  and ${left} more; --limit ${changes.length + left} lists all`] : []),
  ];
}

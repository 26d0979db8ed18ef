/** `sessions show`: one governed run, question by question. */
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import type { PromptTimeline, SessionShowView, SessionSummary } from "../../../contracts/views.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { attested } from "../../../runtime/recording/attested.ts";
import { isGone } from "../../../runtime/session/holder.ts";
import { summarise, timelines } from "../../../runtime/trace/summary.ts";
import type { Cli } from "../cli.ts";
import { cut, type Layout, layoutFor, localTime } from "../layout.ts";
import { findSession, withTrace } from "../trace/source.ts";
import { visible, visibleJson } from "../visible.ts";
import { doingText, exitOf, lasted } from "./list.ts";
import { recordingText } from "./recording-text.ts";

export async function showSession(cli: Cli, prefix: string): Promise<number> {
  return await withTrace(cli, (trace) => {
    const id = findSession(trace, prefix);
    const session = trace === null ? null : summarise(trace, id, isGone);
    if (trace === null || session === null) {
      throw new AtlasError("not_found", `the trace does not hold the start of session ${id}`);
    }
    const view: SessionShowView = {
      format: outputFormat,
      session,
      agent_id: trace.agentId,
      recording: attested(trace, id, cli.paths.recordingsFolder),
      prompts: timelines(trace.entries({ sessionId: id })),
    };
    const text = (): string => describe(view, layoutFor(process.stdout, cli));
    cli.out(cli.json ? `${visibleJson(view)}\n` : text());
    return exitCodes.ok;
  });
}

/** The whole account, without control characters. */
function describe({ session, recording, prompts }: SessionShowView, layout: Layout): string {
  const lines = [
    ...headerOf(session),
    `recorded ${recordingText(recording)}`,
    "",
    ...(prompts.length === 0 ? ["nothing was asked"] : []),
    ...prompts.flatMap((prompt, at) => [...promptLines(prompt, at + 1), ""]),
  ];
  while (lines.at(-1) === "") lines.pop();
  const { columns } = layout;
  return `${lines.map((line) => (columns === null ? line : cut(line, columns))).join("\n")}\n`;
}

function headerOf(session: SessionSummary): string[] {
  const { label, command, cwd, reason, policy_hash } = session;
  const how = session.ended_at === null ? "" : ` (${reason ?? "ended"}, exit ${exitOf(session)})`;
  const rows: [string, string][] = [
    ["session", session.session_id],
    ["tool", session.tool],
    ...(label === null ? [] : [["label", label] satisfies [string, string]]),
    ["command", command?.join(" ") ?? "(not recorded)"],
    ["folder", cwd ?? "(not recorded)"],
    ["policy", `mode ${session.mode}, ${policy_hash.slice(0, 12)}`],
    ["started", localTime(session.started_at)],
    ["state", `${stateText(session)}${how}`],
    [
      "prompts",
      `${session.prompts} asked, ${session.answered} answered, ${session.escalated} escalated`,
    ],
  ];
  return rows.map(([name, text]) => `${name.padEnd(8)} ${visible(text)}`);
}

function stateText(session: SessionSummary): string {
  const { state, ended_at } = session;
  if (state === "running") {
    const doing = doingText(session.activity);
    return `running for ${lasted(session)}${doing === null ? "" : `: ${doing}`}`;
  }
  if (ended_at !== null) return `${state} after ${lasted(session)}`;
  return "died; the next session writes down its end";
}

function promptLines(prompt: PromptTimeline, number: number): string[] {
  const { question, prompt_kind, confidence, decision, reply, closed } = prompt;
  const asked = question === null ? "(content not there)" : `"${visible(question)}"`;
  const time = localTime(prompt.detected_at).slice("2026-11-24 ".length);
  const first = `${number}. ${time}  ${prompt_kind} ${confidence}  ${asked}`;
  const rows: [string, string][] = [
    ["decided", decision === null ? "not yet" : decisionText(decision)],
    ...(prompt.escalated_at === null
      ? []
      : [
          ["called", `a person, ${sinceAsked(prompt, prompt.escalated_at)}`] satisfies [
            string,
            string,
          ],
        ]),
    ["reply", reply === null ? "none" : replyText(reply)],
    ["closed", closed === null ? "still open" : closedText(prompt, closed)],
  ];
  return [first, ...rows.map(([name, text]) => `   ${name.padEnd(8)} ${visible(text)}`)];
}

function decisionText({
  action,
  rule_id,
  reason,
}: NonNullable<PromptTimeline["decision"]>): string {
  return `${action} ${rule_id === null ? "by default" : `by rule ${rule_id}`}: ${reason}`;
}

function replyText({
  by,
  bytes,
  secret,
  latency_ms,
}: NonNullable<PromptTimeline["reply"]>): string {
  const what = secret === true ? "a secret" : `${bytes} bytes`;
  return `by ${by}, ${what}, ${latency_ms.toFixed(1)} ms after the last output`;
}

function closedText(
  prompt: PromptTimeline,
  { outcome, reason, typed, at }: NonNullable<PromptTimeline["closed"]>,
): string {
  const why = reason === null ? "" : `: ${reason}`;
  return `${outcome}${typed === false ? ", not typed" : ""}, ${sinceAsked(prompt, at)}${why}`;
}

function sinceAsked({ detected_at }: PromptTimeline, at: number): string {
  return `${Math.max(0, at - detected_at)} ms after it was asked`;
}

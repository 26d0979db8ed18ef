/** One session of the report: its facts, its course, and each prompt's way from question to end. Pure. */
import { momentToIso } from "../../../contracts/moment.ts";
import type { PromptOutcome } from "../../../contracts/trace.ts";
import type { PromptTimeline } from "../../../contracts/views.ts";
import { duration } from "../layout.ts";
import { exitOf, lasted } from "../sessions/list.ts";
import { recordingText } from "../sessions/recording-text.ts";
import type { PromptFacts, SessionFacts } from "./facts.ts";
import { factList, html, type Markup } from "./markup.ts";
import { screenMarkup } from "./screen.ts";

export function sessionMarkup(facts: SessionFacts): Markup {
  const { summary, prompts, recording, end } = facts;
  const { session_id: id, tool, label, command, cwd, mode, policy_hash, state, reason } = summary;
  const how = summary.ended_at === null ? "" : ` (${reason ?? "ended"}, exit ${exitOf(summary)})`;
  const rows = factList([
    ["session", html`<code>${id}</code>`],
    ["command", command === null ? "(not recorded)" : html`<code>${command.join(" ")}</code>`],
    ["folder", cwd === null ? "(not recorded)" : html`<code>${cwd}</code>`],
    ["started", timeMarkup(summary.started_at)],
    ["state", `${state} ${state === "running" ? "for" : "after"} ${lasted(summary)}${how}`],
    ["policy", html`mode ${mode}, <code>${policy_hash.slice(0, 16)}</code>`],
    [
      "prompts",
      `${summary.prompts} asked, ${summary.answered} answered, ${summary.escalated} escalated`,
    ],
    ["recording", recordingText(recording)],
  ]);
  const items = prompts.map((prompt, index) => {
    return promptMarkup(prompt, { number: index + 1, startedAt: summary.started_at });
  });
  const asked = html`<ol class="prompts">${items}</ol>`;
  return html`<section class="session" id="s-${id}" aria-labelledby="h-${id}">
<h2 id="h-${id}">${tool}${label === null ? null : html` <span class="soft">· ${label}</span>`}</h2>
${rows}
${courseMarkup(facts)}
${prompts.length === 0 ? html`<p class="soft">Nothing was asked.</p>` : asked}
${end === null ? null : screenDetails("The screen at the end", end)}
</section>
`;
}

/** When it ran, and when it asked. */
function courseMarkup({ summary, prompts }: SessionFacts): Markup | null {
  const until = summary.ended_at ?? prompts.at(-1)?.timeline.detected_at ?? summary.started_at;
  const allMs = until - summary.started_at;
  if (prompts.length === 0 || allMs <= 0) return null;
  const ticks = prompts.map(({ timeline }, index) => {
    const share = Math.min(1, Math.max(0, (timeline.detected_at - summary.started_at) / allMs));
    const x = (share * 99.2).toFixed(2);
    const title = html`<title>prompt ${index + 1}: ${timeline.closed?.outcome ?? "open"}</title>`;
    const place = html`x="${x}%" y="4" width="4" height="20" rx="2"`;
    return html`<rect class="tick ${toneOf(timeline)}" ${place}>${title}</rect>`;
  });
  const run = html`<rect class="run" x="0" y="12" width="100%" height="4" rx="2"/>`;
  const name = `prompts over ${duration(allMs)}`;
  return html`<svg class="course" role="img" aria-label="${name}">${run}${ticks}</svg>`;
}

function promptMarkup(
  facts: PromptFacts,
  { number, startedAt }: { number: number; startedAt: number },
): Markup {
  const { timeline, seqs, options, screen, answer } = facts;
  const { question, prompt_kind: kind, confidence, detected_at: at } = timeline;
  const when = html`${timeMarkup(at)}, ${duration(Math.max(0, at - startedAt))} after the start`;
  const items = options.map(({ label, key }) => {
    return html`<li>${label}${key === null ? null : html` <kbd>${key}</kbd>`}</li>`;
  });
  const id = html`<span class="soft small">(prompt ${timeline.prompt_id})</span>`;
  const rows = factList([
    ["about", aboutMarkup(facts)],
    ["decision", decisionMarkup(facts)],
    [
      "reply",
      html`${replyText(timeline)}${answer === null ? null : html`: <code>${answer}</code>`}`,
    ],
    ["end", endText(timeline)],
    ["entries", html`${seqs.first} to ${seqs.last} ${id}`],
  ]);
  return html`<li class="${toneOf(timeline)}" id="p-${timeline.prompt_id}">
<div class="head"><h3>Prompt ${number}</h3><span class="soft small">${when}</span></div>
<p><span class="chip">${kind}</span> <span class="chip">${confidence} confidence</span>
${outcomeChip(timeline)}</p>
<blockquote>${question ?? "(its content is not there)"}</blockquote>
${items.length === 0 ? null : html`<ul class="options">${items}</ul>`}
${rows}
${screen === null ? null : screenDetails("The screen as it was asked", screen)}
</li>`;
}

/** What it would approve. */
function aboutMarkup({ subject }: PromptFacts): Markup | null {
  if (subject === null) return null;
  const { type, command, path, host } = subject;
  const texts = [command, path, host].filter((text) => text !== null);
  return texts.length === 0 ? null : html`${type}: <code>${texts.join(" · ")}</code>`;
}

function screenDetails(title: string, screen: NonNullable<PromptFacts["screen"]>): Markup {
  const named = html`class="screen" tabindex="0" role="region" aria-label="${title}"`;
  const shown = html`<pre ${named}>${screenMarkup(screen)}</pre>`;
  return html`<details><summary>${title}</summary>${shown}</details>`;
}

function decisionMarkup({
  timeline: { decision, detected_at: at },
  risk,
  layer,
}: PromptFacts): Markup | string {
  if (decision === null) return "none was made";
  const { action, rule_id: rule, reason } = decision;
  const whose = layer === null ? "" : ` of the ${layer}'s policy`;
  const by = rule === null ? html`by default${whose}` : html`by rule <code>${rule}</code>${whose}`;
  const factors = risk === null || risk.factors.length === 0 ? "" : ` (${risk.factors.join(", ")})`;
  const weighed = `Risk ${risk?.level ?? "unknown"}${factors}`;
  const after = `${Math.max(0, decision.at - at)} ms after it was asked`;
  return html`<strong>${action}</strong> ${by}: ${reason}. ${weighed}, ${after}`;
}

function replyText({ reply, escalated_at: escalated, detected_at: at }: PromptTimeline): string {
  const asked =
    escalated === null ? "" : `a person was called after ${Math.max(0, escalated - at)} ms`;
  if (reply === null) return asked === "" ? "none" : asked;
  const what = reply.secret === true ? "a secret" : `${reply.bytes} bytes`;
  const typed = `${what} by ${reply.by}, ${reply.latency_ms.toFixed(1)} ms after the last output`;
  return asked === "" ? typed : `${asked}; ${typed}`;
}

function endText({ closed, detected_at: at }: PromptTimeline): string {
  if (closed === null) return "still open";
  const { outcome, reason, typed } = closed;
  const why = reason === null ? "" : `: ${reason}`;
  const not = typed === false ? ", not typed" : "";
  return `${outcome}${not} after ${duration(Math.max(0, closed.at - at))}${why}`;
}

type Tone = "t-good" | "t-bad" | "t-warn";

const tones: Readonly<Record<PromptOutcome, Tone>> = {
  ...{ answered: "t-good", person: "t-good", denied: "t-bad", no_effect: "t-bad" },
  ...{ expired: "t-warn", withdrawn: "t-warn", interrupted: "t-warn", session_ended: "t-warn" },
};

function toneOf({ closed }: PromptTimeline): Tone {
  return closed === null ? "t-warn" : tones[closed.outcome];
}

function outcomeChip(timeline: PromptTimeline): Markup {
  const outcome = timeline.closed?.outcome ?? "open";
  return html`<span class="chip ${toneOf(timeline).slice(2)}">${outcome}</span>`;
}

export function timeMarkup(at: number): Markup {
  const iso = momentToIso(at);
  return html`<time datetime="${iso}">${iso.slice(0, 19).replace("T", " ")} UTC</time>`;
}

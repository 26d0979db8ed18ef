/** The whole report: one page that needs nothing else, may load nothing, and run nothing but a player. Pure but for its hashes. */
import type { TraceReport } from "../../../contracts/views.ts";
import { productVersion } from "../../../contracts/version.ts";
import { notRedacted } from "../redaction.ts";
import type { SessionFacts } from "./facts.ts";
import { factList, html, type Markup } from "./markup.ts";
import { replayMarkup, replayPolicy, replayStyle } from "./replay.ts";
import { sessionMarkup, timeMarkup } from "./session.ts";
import { reportStyle } from "./style.ts";

export type PageFacts = {
  report: TraceReport;
  /** What has to be known of the trace though nothing is wrong with it. */
  remarks: readonly string[];
  madeAt: number;
  /** What it is about: `session …`, or the whole trace. */
  scope: string;
  sessions: Iterable<SessionFacts>;
  /** For the list at the top; empty where one session is shown. */
  names: readonly { id: string; text: string }[];
  redacted: boolean;
  content: boolean;
  /** The recording of the one session that is shown, as it is exported; null leaves its replay out. */
  cast: string | null;
};

/** In pieces, as the sessions are read. */
export function* pageOf(facts: PageFacts): Generator<string> {
  yield headOf(facts);
  for (const session of facts.sessions) yield sessionMarkup(session).markup;
  yield html`</main>
<footer><p>Made by AtlasBridge ${productVersion} on the machine that recorded it.
Check the trace itself with <code>atlasbridge trace verify</code>, an export of it with
<code>verify_export.py</code>.</p></footer></body></html>
`.markup;
}

function headOf(facts: PageFacts): string {
  const { madeAt, scope, redacted, content, cast } = facts;
  // Neither holds a text of anybody's. Escaped, a style would be another one than its hash names.
  const style = { markup: cast === null ? reportStyle : `${replayStyle}${reportStyle}` };
  const allowed = [
    "default-src 'none'",
    `style-src '${hashOf(style.markup)}'`,
    ...(cast === null ? [] : [replayPolicy(hashOf)]),
    "base-uri 'none'; form-action 'none'",
  ];
  const policy = { markup: allowed.join("; ") };
  const careful = html`<strong>Careful:</strong> this report is ${notRedacted}.`;
  const bare = "Without content: no questions, commands, paths, replies or screens.";
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>AtlasBridge report: ${scope}</title><style>${style}</style></head>
<body><a class="skip" href="#sessions">Skip to the sessions</a>
<header><h1>What was asked, decided and typed</h1>
<p class="soft">${scope} · made ${timeMarkup(madeAt)}</p>
${redacted || !content ? null : html`<p class="note">${careful}</p>`}
${content ? null : html`<p class="note">${bare}</p>`}
${integrityMarkup(facts)}
${contentsMarkup(facts)}
</header><main id="sessions">${cast === null ? null : replayMarkup(cast)}
`.markup;
}

/** As a Content-Security-Policy names it (CSP Level 3). */
function hashOf(text: string): string {
  return `sha256-${new Bun.CryptoHasher("sha256").update(text).digest("base64")}`;
}

function contentsMarkup({ names }: PageFacts): Markup | null {
  if (names.length < 2) return null;
  const items = names.map(({ id, text }) => html`<li><a href="#s-${id}">${text}</a></li>`);
  return html`<nav aria-label="Sessions"><h2>Sessions</h2><ol>${items}</ol></nav>`;
}

function integrityMarkup({ report, remarks }: PageFacts): Markup {
  const { ok, entries, head, checkpoints, signed_to: signed, key, agent_id: agent } = report;
  const erased = report.content_erased;
  const facts = factList([
    ["agent", html`<code>${agent ?? "unknown"}</code>`],
    ["verified", ok ? `all ${entries} entries` : `up to entry ${report.sound_to} of ${entries}`],
    ["head", html`entry ${head.seq}, <code>${head.hash}</code>`],
    [
      "checkpoint",
      checkpoints === 0
        ? "nothing is signed"
        : `${checkpoints} signed, the last one covers entry 1 to ${signed}`,
    ],
    ["key", key === null ? "none" : html`<code>${key}</code>`],
    [
      "content",
      erased === 0 ? "none was erased" : `of ${erased} entries erased; their hashes stand`,
    ],
  ]);
  const told = [...report.faults.map(({ message }) => message), ...remarks];
  const lines = told.map((line) => html`<li>${line}</li>`);
  const chip = html`<span class="chip ${ok ? "good" : "bad"}">${ok ? "whole" : "broken"}</span>`;
  return html`<section class="card" aria-labelledby="integrity">
<h2 id="integrity">Integrity ${chip}</h2>
${facts}
${told.length === 0 ? null : html`<ul>${lines}</ul>`}</section>`;
}

/** The console's first panel: what waits for the person, the sessions, and the newest of the trace. Pure. */
import { choicesFor } from "../../../contracts/choices.ts";
import type { WaitingPrompt } from "../../../contracts/operator.ts";
import type { SessionSummary } from "../../../contracts/views.ts";
import { shownIn, stateWord } from "./items.ts";
import { mayType } from "./pressed.ts";
import {
  lastedText,
  oneLine,
  padded,
  type Row,
  span,
  type Span,
  windowed,
  wrapped,
} from "./row.ts";
import type { ConsoleState } from "./state.ts";
import { entryRows } from "./trace-rows.ts";

export type Room = { columns: number; height: number };

const traceRowsMin = 3;

export function nowRows(state: ConsoleState, { columns, height }: Room): Row[] {
  const { prompts, sessions } = shownIn(state);
  const tail = height >= 14 ? traceRowsMin + 1 : 0;
  const room = height - tail;
  const chosenPrompt = prompts.findIndex(({ prompt_id: id }) => id === state.selected?.key);
  const promptBlocks = prompts.map((prompt, at) =>
    at === chosenPrompt ? wholePrompt(state, prompt, columns) : [promptRow(state, prompt, columns)],
  );
  const wanted = Math.max(1, promptBlocks.flat().length);
  // Sessions keep a part of the screen, whatever waits.
  const least = Math.min(Math.max(1, sessions.length), Math.floor(room / 3));
  const promptHeight = Math.max(1, Math.min(wanted, room - 2 - least));
  const waits = windowed(promptBlocks, chosenPrompt, promptHeight);
  const waitHeading = heading(`Waiting for you (${prompts.length})`, waits);
  const none = state.live === null ? "  looking …" : noPrompts(state);
  const waitRows = prompts.length === 0 ? [[span(none, "dim")]] : waits.rows;

  const chosenSession = sessions.findIndex(({ session_id: id }) => id === state.selected?.key);
  const sessionHeight = Math.max(0, room - 2 - waitRows.length);
  const blocks = sessions.map((session, at) => [
    sessionRow(state, session, { columns, chosen: at === chosenSession }),
  ]);
  const listed = windowed(blocks, chosenSession, sessionHeight);
  const running = sessions.filter((one) => one.state === "running").length;
  const title = `Sessions (${running} running${sessions.length > running ? `, ${sessions.length - running} ended` : ""})`;
  const sessionRows = sessions.length === 0 ? [[span(noSessions(state), "dim")]] : listed.rows;
  const body = [waitHeading, ...waitRows, heading(title, listed), ...sessionRows].slice(0, room);
  while (body.length < room) body.push([]);
  if (tail === 0) return body;
  return [
    ...body,
    [span("Trace", "bold"), span("  the newest entries; Tab shows more", "dim")],
    ...entryRows(state, { columns, height: tail - 1 }),
  ];
}

function heading(title: string, { above, below }: { above: number; below: number }): Row {
  const more = [
    ...(above > 0 ? [`${above} more above`] : []),
    ...(below > 0 ? [`${below} more below`] : []),
  ].join(", ");
  return [span(title, "bold"), ...(more === "" ? [] : [span(`  ${more}`, "dim")])];
}

function noPrompts({ filter }: ConsoleState): string {
  return filter === "" ? "  nothing waits for you" : "  nothing that fits the filter waits for you";
}

function noSessions({ live, filter }: ConsoleState): string {
  if (live === null) return "  looking …";
  if (filter !== "") return "  no session fits the filter; Esc shows all";
  return "  no session runs; start one in another terminal: atlasbridge run --detach -- claude";
}

const nameOf = ({ tool, label }: { tool: string; label: string | null }): string =>
  oneLine(label === null ? tool : `${tool} (${label})`);

const mark = (chosen: boolean): string => (chosen ? "> " : "  ");

function saidBy(prompt: WaitingPrompt): string {
  const { question, subject } = prompt;
  const about = subject?.command ?? subject?.path ?? subject?.host ?? null;
  return oneLine(about === null ? question : `${question} ${about}`);
}

function promptRow({ now }: ConsoleState, prompt: WaitingPrompt, columns: number): Row {
  const nameColumns = Math.min(22, Math.max(10, Math.floor(columns / 4)));
  return [
    span(`  ${padded(nameOf(prompt), nameColumns)}  `),
    span(`${lastedText(now - prompt.since).padStart(8)}  `, "warn"),
    span(saidBy(prompt)),
  ];
}

/** The chosen one: whole as far as there is room, with a key for each answer. */
function wholePrompt(state: ConsoleState, prompt: WaitingPrompt, columns: number): Row[] {
  const { prompt_id: id, session_id, kind, since, reason, cut } = prompt;
  const inner = { columns: columns - 4 };
  const subject = prompt.subject?.command ?? prompt.subject?.path ?? prompt.subject?.host ?? null;
  const head: Row = [
    span(`${mark(true)}${nameOf(prompt)}`, "chosen"),
    span(`  waits for you ${lastedText(state.now - since)}`, "warn"),
    span(`  ${session_id.slice(-8)} · ${kind} · ${oneLine(reason)}`, "dim"),
  ];
  const question = wrapped(oneLine(prompt.question), { ...inner, rowsMax: 4 });
  const about = subject === null ? [] : wrapped(oneLine(subject), { ...inner, rowsMax: 3 });
  return [
    head,
    ...question.map((line): Row => [span(`    ${line}`, "bold")]),
    ...about.map((line): Row => [span(`    ${line}`)]),
    ...(cut ? [[span("    not all of it is on the tool's screen", "dim")]] : []),
    ...answerRows(state, prompt, { columns, step: state.answering.get(id) ?? null }),
  ];
}

function answerRows(
  { mode }: ConsoleState,
  prompt: WaitingPrompt,
  { columns, step }: { columns: number; step: string | null },
): Row[] {
  if (step !== null) return [[span(`    ${step} …`, "good")]];
  if (mode.is === "typing" && mode.prompt.prompt_id === prompt.prompt_id) {
    return [[span("    answer: "), span(`${endOf(mode.text, columns - 14)}_`, "chosen")]];
  }
  if (prompt.kind === "password") {
    return [[span("    it asks for a secret: attach with [a] and type it there", "warn")]];
  }
  const choices = choicesFor(prompt).map(({ key, text, tone }): Span[] => [
    span(key === null ? "    " : `[${key}] `, "bold"),
    span(`${oneLine(text)}${tone === "primary" && key !== "Enter" ? " (default)" : ""}`),
  ]);
  const typed = mayType(prompt) ? [[span("[t] ", "bold"), span("type an answer")]] : [];
  return flowed([...choices, ...typed], columns);
}

/** Beside each other as long as there is room. */
function flowed(parts: readonly (readonly Span[])[], columns: number): Row[] {
  const rows: Span[][] = [];
  let room = 0;
  for (const part of parts) {
    const width = part.reduce((sum, { text }) => sum + Bun.stringWidth(text), 0) + 3;
    const row = rows.at(-1);
    if (row !== undefined && width <= room) {
      row.push(span("   "), ...part);
      room -= width;
    } else {
      rows.push([span("    "), ...part]);
      room = columns - 4 - width + 3;
    }
  }
  return rows;
}

/** What is being typed is seen at its end. */
function endOf(text: string, columns: number): string {
  const characters = Array.from(text);
  while (Bun.stringWidth(characters.join("")) > Math.max(1, columns)) characters.shift();
  return characters.join("");
}

function sessionRow(
  state: ConsoleState,
  session: SessionSummary,
  { columns, chosen }: { columns: number; chosen: boolean },
): Row {
  const nameColumns = Math.min(28, Math.max(10, Math.floor(columns / 4)));
  const name = `${mark(chosen)}${session.session_id.slice(-8)}  ${padded(nameOf(session), nameColumns)}`;
  const command = oneLine((session.command ?? []).join(" "));
  const doing = doingSpan(state, session);
  return [
    span(name, chosen ? "chosen" : "plain"),
    span("  "),
    { ...doing, text: padded(doing.text, 26) },
    span(`  ${command}`, "dim"),
  ];
}

function doingSpan({ now, live, states }: ConsoleState, session: SessionSummary): Span {
  const { session_id: id, activity } = session;
  if (session.state !== "running") return overSpan(now, session);
  const waiting = live?.waiting.find(({ session_id }) => session_id === id);
  const held = states.get(id)?.paused ?? "running";
  const before = held === "running" ? "" : `${held}: `;
  if (waiting !== undefined) {
    return span(`${before}waiting for you ${lastedText(now - waiting.since)}`, "warn");
  }
  const silent = live?.unreachable.some(({ session_id }) => session_id === id) === true;
  if (silent) return span("does not answer", "bad");
  const word = stateWord(session);
  const since = activity === null ? "" : ` ${lastedText(now - activity.since)}`;
  return span(`${before}${word}${since}`, held === "running" ? "plain" : "warn");
}

function overSpan(now: number, { state, exit_code, signal, ended_at }: SessionSummary): Span {
  const how = exit_code === null ? signal : `exit ${exit_code}`;
  const ago = ended_at === null ? "" : ` ${lastedText(now - ended_at)} ago`;
  return span(`${state}${how === null ? "" : ` (${how})`}${ago}`, state === "died" ? "bad" : "dim");
}

/** An explanation for people: what was seen, what was known, what each rule said, and what came of it. */
import type { Explanation } from "../../../contracts/explain.ts";
import type { Prompt } from "../../../contracts/prompt.ts";
import { cut, type Layout } from "../layout.ts";
import { visible } from "../visible.ts";

/** Rows of the screen that are shown: those at the question and some around it. */
const rowsMax = 14;

export function explanationText(
  explanation: Explanation,
  atMs: number | null,
  layout: Layout,
): string {
  const at = atMs === null ? "now" : `at ${(atMs / 1000).toFixed(3)} s`;
  const lines = [
    layout.paint("bold", `${at}: ${verdict(explanation)}`),
    ...screenLines(explanation),
    ...field("known", knownText(explanation)),
    ...field("announced", announcedText(explanation)),
    ...field("waits", waitsText(explanation)),
    ...field("asking line", lineText(explanation)),
    ...ruleLines(explanation),
    ...promptLines(explanation.detection.prompt),
  ].map((line) => line.trimEnd());
  const { columns } = layout;
  return `${(columns === null ? lines : lines.map((line) => cutPainted(line, columns))).join("\n")}\n`;
}

/** Only the heading is painted, and it is short: lines with escape sequences stay whole. */
function cutPainted(line: string, columns: number): string {
  return line.includes("\u001b") ? line : cut(line, columns);
}

function verdict({ detection }: Explanation): string {
  const { state, why, prompt, disagrees } = detection;
  if (prompt === null) return `${state}, ${why ?? ""}`;
  const doubt = disagrees ? ", and what the tool announces contradicts it" : "";
  return `${state}, ${prompt.kind}, confidence ${prompt.confidence}${doubt}`;
}

function field(name: string, text: string): string[] {
  return text === "" ? [] : [`  ${name.padEnd(12)}${text}`];
}

function screenLines({ screen, detection }: Explanation): string[] {
  const { x, y } = screen.cursor;
  const top = Math.min(detection.place?.top ?? y, y);
  const bottom = Math.max(detection.place?.bottom ?? y, y);
  const first = Math.max(0, Math.min(top - 2, bottom - 4));
  const last = Math.min(screen.text.length - 1, Math.max(bottom + 2, first), first + rowsMax - 1);
  const kind = screen.alternate ? "full screen" : "screen";
  const title = `  ${kind} ${screen.cols}×${screen.rows}, rows ${first} to ${last}, cursor in row ${y}, column ${x}`;
  const rows = screen.text.slice(first, last + 1).map((text, at) => {
    const mark = first + at === y ? "▸" : " ";
    return `  ${mark}${String(first + at).padStart(3)} │ ${visible(text)}`;
  });
  return [title, ...rows];
}

function knownText({ evidence }: Explanation): string {
  const { kernel, termios, quiet_ms: quiet } = evidence;
  return [kernelText(kernel), termiosText(termios), `silent for ${quiet} ms`].join(" · ");
}

function kernelText(kernel: Explanation["evidence"]["kernel"]): string {
  if (kernel === null) return "kernel: nothing known";
  const waits = kernel.waits.map(({ comm, via, timed, foreground, beside }) => {
    const how = via === "read" ? "reads" : timed ? "polls with a time-out" : "polls";
    const others =
      (beside?.errands ?? []).length === 0 ? "" : ` beside ${beside?.errands.join(", ")}`;
    return `${visible(comm)} ${how}${foreground ? "" : " from outside"}${others}`;
  });
  if (kernel.blind) waits.push("some processes could not be looked at");
  return `kernel: ${waits.length === 0 ? "nobody waits" : waits.join(", ")}`;
}

function termiosText(termios: Explanation["evidence"]["termios"]): string {
  if (termios === null) return "terminal: nothing known";
  const mode = termios.canonical ? "line by line" : "key by key";
  return `terminal: ${mode}, ${termios.echo ? "with" : "no"} echo`;
}

function announcedText({ announced }: Explanation): string {
  const title = announced.title === "" ? [] : [`title ${JSON.stringify(visible(announced.title))}`];
  const state = announced.osc7501 === null ? [] : [`OSC 7501 ${visible(announced.osc7501)}`];
  return [...title, ...state].join(" · ");
}

function waitsText({ waiting }: Explanation): string {
  const { waits, facts, needs_quiet_ms: quiet, relies_on_text: text } = waiting;
  const needs = quiet === 0 ? "" : `; needs ${quiet} ms of silence`;
  return `${waits}, by ${facts.join(" ")}${needs}; the text must prove ${text} of it`;
}

function lineText({ scene }: Explanation): string {
  if (scene === null) return "";
  const { before_cursor: before, after_cursor: after, hanging } = scene;
  const where = hanging ? " (above the cursor's blank line)" : "";
  return `${quoted(before)} ▸ ${quoted(after)}${where}`;
}

/** Blanks at the end matter, but not how many of many. */
function quoted(text: string): string {
  const blanks = / *$/.exec(text)?.[0].length ?? 0;
  if (blanks < 4) return JSON.stringify(visible(text));
  return `${JSON.stringify(visible(text.trimEnd()))} and ${blanks} blanks`;
}

/** Those that said no on one line, as they were asked; each that said yes on its own. */
function ruleLines({ rules }: Explanation): string[] {
  if (rules.length === 0) return field("rules", "none was asked");
  const lines: string[] = [];
  let no: string[] = [];
  const flush = (): void => {
    for (let at = 0; at < no.length; at += 6) {
      lines.push(...field(at === 0 ? "not" : "", no.slice(at, at + 6).join(", ")));
    }
    no = [];
  };
  for (const { rule, read } of rules) {
    if (read === null) {
      no.push(rule);
      continue;
    }
    flush();
    const question = JSON.stringify(visible(read.question));
    lines.push(
      ...field("yes", `${rule} (${read.name}): ${read.kind}, ${read.strength}, ${question}`),
    );
  }
  flush();
  return lines;
}

function promptLines(prompt: Prompt | null): string[] {
  if (prompt === null) return [];
  const { subject, refuse_key: refuse } = prompt;
  return [
    ...field("question", JSON.stringify(visible(prompt.question)) + (prompt.cut ? " (cut)" : "")),
    ...prompt.options.flatMap((option, at) => {
      const key = option.key === null ? "by arrows" : `key ${JSON.stringify(option.key)}`;
      const meaning = option.meaning === null ? "" : `, ${option.meaning}`;
      const chosen = option.selected ? ", selected" : "";
      const text = `${visible(option.label)}  (${key}${meaning}${chosen})`;
      return field(at === 0 ? "options" : "", text);
    }),
    ...field("default", prompt.default === null ? "" : JSON.stringify(visible(prompt.default))),
    ...field("answered by", prompt.single_key ? "one key, no Enter" : "text and Enter"),
    ...field("refused by", refuse === null || refuse === undefined ? "" : JSON.stringify(refuse)),
    ...field("subject", subject === null ? "" : visible(JSON.stringify(subject))),
    ...field("evidence", prompt.evidence.join(" ")),
  ];
}

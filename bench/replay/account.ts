/** Holds what replay.py read against what the program recorded: seen, kind, options, false injections, answers taken. */
import type { Prompt } from "../../contracts/prompt.ts";
import type { Detection } from "../../runtime/prompt/detected.ts";
import type { FalseAlarm, PromptResult } from "../../runtime/lab/fast.ts";
import { judge } from "../../runtime/lab/judge.ts";
import type { LogLine, Played } from "./play.ts";

export type Account = {
  prompts: PromptResult[];
  alarms: FalseAlarm[];
  /** Answers that a waiting program did not take, a sentence each. */
  notTaken: string[];
  answered: { policy: number; person: number };
  /** From the prompt on the terminal to policy's answer read by the program. */
  latenciesMs: number[];
};

type Seen = { atMs: number; prompt: Prompt; id: string };

const nothing: Detection = { state: "working", why: "no prompt was recorded while it waited" };
/** A program at work looks for stray keys only now and then. */
const strayMs = 1_000;
/** Clocks of two processes in whole milliseconds, and one of them is read a little after it was started. */
const slackMs = { before: 10, after: 1 } as const;

export function fromPlayed(played: readonly Played[]): Account {
  const account: Account = {
    prompts: [],
    alarms: [],
    notTaken: [],
    answered: { policy: 0, person: 0 },
    latenciesMs: [],
  };
  for (const one of played) add(account, one);
  return account;
}

function add(account: Account, one: Played): void {
  const startMs = one.log.find(({ start }) => start === true)?.t0_epoch_ms ?? 0;
  if (!one.log.some(({ done }) => done === true)) {
    const shown = JSON.stringify(one.shown);
    account.notTaken.push(`${one.case.name}: not played to its end, which was ${shown}`);
  }
  const seen = seenIn(one, startMs);
  for (const prompt of one.case.expected.prompts) {
    const line = one.log.find(({ id, missed }) => id === prompt.id || missed === prompt.id);
    const found = line === undefined ? null : during(seen, line);
    const detection = found === null ? nothing : waiting(found.prompt);
    const verdict = judge(prompt, detection);
    const evidence = found?.prompt.evidence[0] ?? "none";
    account.prompts.push({ case: one.case, prompt, detection, verdict, evidence, cursorRow: "" });
    if (line !== undefined && found !== null) addAnswer(account, one, { line, found });
  }
  account.alarms.push(...one.log.flatMap((line) => alarmOf(one, line, startMs)));
}

function addAnswer(
  { answered, latenciesMs, notTaken }: Account,
  { case: { name }, entries }: Played,
  { line, found }: { line: LogLine; found: Seen },
): void {
  if (line.complete === false || line.missed !== undefined) {
    notTaken.push(`${name} ${line.id ?? line.missed}: ${line.bytes_hex} was no answer to it`);
  }
  const isPolicys = entries.some(
    (entry) =>
      entry.kind === "reply.injected" &&
      entry.data.by === "policy" &&
      entry.data.prompt_id === found.id,
  );
  answered[isPolicys ? "policy" : "person"] += 1;
  if (isPolicys) latenciesMs.push((line.t_input_ms ?? 0) - (line.t_prompt_ms ?? 0));
}

/** What replay.py read while nobody waited: policy's own keys, or those of a person who was called for nothing. */
function alarmOf(one: Played, line: LogLine, startMs: number): FalseAlarm[] {
  if (line.false_injection !== true || line.unscored_wait === true) return [];
  const atMs = line.t_ms ?? 0;
  const isPolicys = one.entries.some(
    (entry) =>
      entry.kind === "reply.injected" &&
      entry.data.by === "policy" &&
      Math.abs(entry.at - startMs - atMs) <= strayMs,
  );
  const why = `${line.bytes_hex} typed before ${line.before ?? "the end"}`;
  const effect = isPolicys ? "typed" : "called";
  return [{ case: one.case, atMs, why, detection: nothing, effect }];
}

/** The prompt that was recorded last while the program waited for this answer. */
function during(seen: readonly Seen[], line: LogLine): Seen | null {
  const from = (line.t_prompt_ms ?? 0) - slackMs.before;
  const to = (line.t_input_ms ?? Number.POSITIVE_INFINITY) + slackMs.after;
  return seen.findLast(({ atMs }) => atMs >= from && atMs <= to) ?? null;
}

function seenIn({ entries }: Played, startMs: number): Seen[] {
  return entries.flatMap((entry) => {
    if (entry.kind !== "prompt.detected") return [];
    const { data } = entry;
    const content = (entry.content ?? {}) as Partial<Prompt>;
    const options = (content.options ?? []).map((option) => ({
      ...option,
      meaning: null,
      selected: false,
      checked: null,
    }));
    const prompt: Prompt = {
      kind: data.prompt_kind,
      question: content.question ?? "",
      options,
      default: content.default ?? null,
      single_key: data.single_key,
      prefilled: null,
      subject: content.subject ?? null,
      cut: data.cut,
      confidence: data.confidence,
      evidence: data.evidence,
      fingerprint: "",
    };
    return [{ atMs: entry.at - startMs, prompt, id: data.prompt_id }];
  });
}

function waiting(prompt: Prompt): Detection {
  return { state: "waiting", prompt, place: { row: 0, top: 0, bottom: 0, dialog: false } };
}

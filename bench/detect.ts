/** Runs detection over a corpus of labelled recordings: recall, kinds, options, and prompts made of nothing. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { detect } from "../runtime/prompt/detect.ts";
import type { Detection } from "../runtime/prompt/detected.ts";
import type { WaitEvidence } from "../runtime/prompt/evidence.ts";
import { meaningOf } from "../runtime/prompt/languages.ts";
import type { KernelEvidence, KernelWait } from "../runtime/pty/kernel-wait.ts";
import { openScreen } from "../runtime/screen/screen.ts";
import type { Snapshot } from "../runtime/screen/snapshot.ts";

const termios = z.object({ icanon: z.boolean(), echo: z.boolean(), isig: z.boolean() });
const label = z.object({
  id: z.string(),
  cast: z.string(),
  kind: z.string(),
  subkind: z.string().nullish(),
  text: z.string().nullish(),
  options: z.array(z.string()).nullish(),
  default: z.string().nullish(),
  reply_bytes: z.string(),
  t_ms_wait_marker: z.number(),
  t_ms_last_output: z.number(),
  termios,
  kernel_block: z.object({
    blocked_on_tty: z.boolean(),
    outside_hits: z.number(),
    waiter: z
      .object({ syscall: z.string(), timeout_ms: z.number().nullish(), comm: z.string() })
      .nullish(),
  }),
});
type Label = z.infer<typeof label>;

const negative = z.object({
  id: z.string(),
  cast: z.string(),
  t_ms_from: z.number(),
  t_ms_to: z.number(),
  tty_style: z.enum(["none", "poll", "read"]),
});
type Negative = z.infer<typeof negative>;

const corpus = z.object({ prompts: z.array(label), negatives: z.array(negative) });
const header = z.object({ width: z.number(), height: z.number() });
const event = z.tuple([z.number(), z.string(), z.string()]);
type Event = z.infer<typeof event>;

export type Mode = "kernel" | "unseen" | "blind";
export const modes: readonly Mode[] = ["kernel", "unseen", "blind"];

type Cast = { cols: number; rows: number; events: readonly Event[] };

function readCast(path: string): Cast {
  const [first, ...rest] = readFileSync(path, "utf8").trim().split("\n");
  const head = header.parse(JSON.parse(first ?? "{}"));
  const events = rest.map((line) => event.parse(JSON.parse(line)));
  return { cols: head.width, rows: head.height, events };
}

export function readCorpus(folder: string): z.infer<typeof corpus> {
  return corpus.parse(JSON.parse(readFileSync(join(folder, "labels.json"), "utf8")));
}

function wait(parts: Partial<KernelWait>): KernelWait {
  return {
    pid: 2,
    tid: 2,
    comm: "tool",
    via: "read",
    timed: false,
    foreground: true,
    sleeps: 1,
    ...parts,
  };
}

function kernelOf(prompt: Label): KernelEvidence {
  const { waiter, outside_hits, blocked_on_tty } = prompt.kernel_block;
  if (waiter === null || waiter === undefined) {
    const waits = outside_hits > 0 ? [wait({ foreground: false, via: "poll" })] : [];
    return { waits, blind: false };
  }
  if (!blocked_on_tty) return { waits: [wait({ foreground: false, via: "poll" })], blind: false };
  const via = waiter.syscall.startsWith("read") ? "read" : "poll";
  const timed = via === "poll" && (waiter.timeout_ms ?? -1) >= 0;
  return { waits: [wait({ via, timed, comm: waiter.comm })], blind: false };
}

function inMode(mode: Mode, kernel: KernelEvidence): KernelEvidence | null {
  if (mode === "kernel") return kernel;
  return mode === "unseen" ? null : { waits: [], blind: true };
}

/** Plays a cast and calls `look` at each time of `at` (ms, ascending) with the picture and what was known then. */
function play(
  cast: Cast,
  at: readonly number[],
  look: (ms: number, snapshot: Snapshot, evidence: Omit<WaitEvidence, "kernel">) => void,
): void {
  const screen = openScreen({
    size: { cols: cast.cols, rows: cast.rows },
    reply: () => undefined,
    answersQueries: false,
  });
  const encoder = new TextEncoder();
  let lastOutput = 0;
  let line = { canonical: true, echo: true, signals: true };
  let next = 0;
  const lookUntil = (ms: number): void => {
    for (let time = at[next]; time !== undefined && time < ms; time = at[next]) {
      look(time, screen.snapshot(), { termios: line, quietMs: time - lastOutput });
      next += 1;
    }
  };
  for (const [seconds, type, data] of cast.events) {
    const ms = seconds * 1000;
    lookUntil(ms);
    if (type === "o") {
      screen.feed(encoder.encode(data));
      lastOutput = ms;
    }
    if (type === "m") line = lineAfter(line, data);
  }
  lookUntil(Number.POSITIVE_INFINITY);
  screen.close();
}

function lineAfter(line: WaitEvidence["termios"] & object, data: string): typeof line {
  const marker: unknown = JSON.parse(data);
  const parsed = termios.extend({ type: z.literal("termios") }).safeParse(marker);
  if (!parsed.success) return line;
  return { canonical: parsed.data.icanon, echo: parsed.data.echo, signals: parsed.data.isig };
}

export type PromptResult = { prompt: Label; snapshot: Snapshot; detection: Detection };

/** Each labelled prompt once, seen at its marker. */
export function runPrompts(folder: string, prompts: readonly Label[], mode: Mode): PromptResult[] {
  const results: PromptResult[] = [];
  for (const name of new Set(prompts.map((prompt) => prompt.cast))) {
    const here = prompts.filter((prompt) => prompt.cast === name);
    here.sort((a, b) => a.t_ms_wait_marker - b.t_ms_wait_marker);
    const times = here.map((prompt) => prompt.t_ms_wait_marker);
    let index = 0;
    play(readCast(join(folder, "casts", name)), times, (_ms, snapshot, known) => {
      const prompt = here[index];
      index += 1;
      if (prompt === undefined) return;
      const { icanon, echo, isig } = prompt.termios;
      const detection = detect(snapshot, {
        ...known,
        termios: { canonical: icanon, echo, signals: isig },
        kernel: inMode(mode, kernelOf(prompt)),
      });
      results.push({ prompt, snapshot, detection });
    });
  }
  return results;
}

const worstOfStyle: Record<Negative["tty_style"], KernelEvidence> = {
  none: { waits: [], blind: false },
  poll: { waits: [wait({ via: "poll", timed: true })], blind: false },
  read: { waits: [wait({ via: "read" })], blind: false },
};

export type NegativeResult = { negative: Negative; ms: number; detection: Detection };

/** Every negative at many instants, with the worst evidence that its program could have given. */
export function runNegatives(
  folder: string,
  negatives: readonly Negative[],
  mode: Mode,
): NegativeResult[] {
  const results: NegativeResult[] = [];
  for (const one of negatives) {
    const cast = readCast(join(folder, "casts", one.cast));
    const times: number[] = [];
    const outputs = cast.events.filter(([, type]) => type === "o").map(([s]) => s * 1000);
    for (let ms = one.t_ms_from; ms < one.t_ms_to; ms += 50) times.push(ms);
    times.push(...outputs.map((ms) => ms + 0.01), ...outputs.map((ms) => ms - 0.01));
    times.sort((a, b) => a - b);
    play(cast, times, (ms, snapshot, known) => {
      const kernel = inMode(mode, worstOfStyle[one.tty_style]);
      const detection = detect(snapshot, { ...known, kernel });
      if (detection.state === "waiting") results.push({ negative: one, ms, detection });
    });
  }
  return results;
}

/** A secret asked with echo is kept from policy as a password, whatever the corpus calls its field. */
export function rightKind(prompt: Label, kind: string): boolean {
  if (kind === prompt.kind) return true;
  const secret = prompt.subkind === "secret" || /pass|secret|key/i.test(prompt.text ?? "");
  return kind === "password" && prompt.kind === "free_text" && secret;
}

/** What an "answer everything" policy would type into. */
export function isActedOn(detection: Detection): boolean {
  if (detection.state !== "waiting") return false;
  return detection.prompt.kind !== "unknown" && detection.prompt.confidence !== "low";
}

function fold(text: string): string {
  return text.toLowerCase().replace(/[^\p{L}\d?^]/gu, "");
}

export function rightOptions(prompt: Label, detection: Detection): boolean | null {
  if (!prompt.options || detection.state !== "waiting") return null;
  const { options } = detection.prompt;
  return prompt.options.every((wanted) =>
    options.some((one) => {
      const texts = [one.label, one.key ?? "", `${one.key} ${one.label}`].map(fold);
      return texts.includes(fold(wanted)) || texts[0]?.startsWith(fold(wanted));
    }),
  );
}

export function rightDefault(prompt: Label, detection: Detection): boolean | null {
  if (prompt.default === null || prompt.default === undefined) return null;
  if (detection.state !== "waiting") return null;
  const mine = detection.prompt.default ?? "";
  const same = fold(mine) === fold(prompt.default);
  const meaning = meaningOf(mine);
  return same || (prompt.kind === "yes_no" && meaning === meaningOf(prompt.default));
}

function rightKeys(prompt: Label, detection: Detection): boolean | null {
  if (detection.state !== "waiting") return null;
  if (!["yes_no", "multiple_choice"].includes(prompt.kind)) return null;
  if (prompt.kind !== detection.prompt.kind) return null;
  return detection.prompt.single_key === !/[\r\n]/.test(prompt.reply_bytes);
}

function share(values: readonly (boolean | null)[]): string {
  const counted = values.filter((value) => value !== null);
  const right = counted.filter(Boolean).length;
  return `${right}/${counted.length} (${((100 * right) / Math.max(1, counted.length)).toFixed(1)} %)`;
}

function kindOf(detection: Detection): string {
  return detection.state === "waiting" ? detection.prompt.kind : `(${detection.state})`;
}

function confusion(results: readonly PromptResult[]): void {
  const kinds = [...new Set(results.map((one) => one.prompt.kind))].sort();
  for (const kind of kinds) {
    const counts = new Map<string, number>();
    for (const one of results.filter((result) => result.prompt.kind === kind)) {
      const seen = kindOf(one.detection);
      counts.set(seen, (counts.get(seen) ?? 0) + 1);
    }
    const cells = [...counts].map(([seen, count]) => `${seen} ${count}`).join(", ");
    console.log(`  ${kind.padEnd(16)} → ${cells}`);
  }
}

/** Names of what was not as the label says. */
function faultsOf({ prompt, detection }: PromptResult): string[] {
  const faults = {
    KIND: !rightKind(prompt, kindOf(detection)),
    options: rightOptions(prompt, detection) === false,
    default: rightDefault(prompt, detection) === false,
    keys: rightKeys(prompt, detection) === false,
  };
  return Object.entries(faults).flatMap(([name, isFault]) => (isFault ? [name] : []));
}

function printSeen(detection: Detection): void {
  if (detection.state !== "waiting") {
    console.log(`  got ${detection.state}: ${detection.why}`);
    return;
  }
  const { question, evidence, options, confidence, default: fallback } = detection.prompt;
  const labels = options.map((one) => `${one.label}=${one.key}`).join(", ");
  console.log(`  got ${kindOf(detection)} ${confidence} [${labels}] d=${fallback}`);
  console.log(`  q=${JSON.stringify(question)} ${evidence.join(" ")}`);
}

function printMisses(results: readonly PromptResult[]): void {
  for (const result of results) {
    const { prompt, detection, snapshot } = result;
    const faults = faultsOf(result);
    if (faults.length === 0) continue;
    console.log(`\n- ${prompt.id} [${faults.join(" ")}] wanted ${prompt.kind}`);
    const wanted = prompt.options?.join(",") ?? "-";
    console.log(`  wanted options ${wanted} default ${prompt.default ?? "-"}`);
    printSeen(detection);
    const { x, y } = snapshot.cursor;
    console.log(`  cursor ${y},${x}: ${JSON.stringify(snapshot.screen[y]?.text)}`);
  }
}

/** One instant of each negative that an "answer everything" policy would have typed into. */
function printFooled(fooled: readonly NegativeResult[]): void {
  const shown = new Set<string>();
  for (const { negative, ms, detection } of fooled) {
    if (shown.has(negative.id) || detection.state !== "waiting") continue;
    shown.add(negative.id);
    console.log(`\n! ${negative.id} at ${ms}: ${JSON.stringify(detection.prompt)}`);
  }
}

function report(folder: string, mode: Mode, misses: boolean): void {
  const { prompts, negatives } = readCorpus(folder);
  const results = runPrompts(folder, prompts, mode);
  const seen = results.filter((one) => one.detection.state === "waiting");
  const acted = results.filter((one) => isActedOn(one.detection));
  console.log(`\n== ${mode}: ${results.length} prompts, ${negatives.length} negatives`);
  console.log(`  waiting seen   ${share(results.map((one) => seen.includes(one)))}`);
  console.log(`  answerable     ${share(results.map((one) => acted.includes(one)))}`);
  const kinds = seen.map((one) => rightKind(one.prompt, kindOf(one.detection)));
  console.log(`  kind right     ${share(kinds)} of those seen`);
  console.log(
    `  options right  ${share(results.map((one) => rightOptions(one.prompt, one.detection)))}`,
  );
  console.log(
    `  default right  ${share(results.map((one) => rightDefault(one.prompt, one.detection)))}`,
  );
  console.log(
    `  keys right     ${share(results.map((one) => rightKeys(one.prompt, one.detection)))}`,
  );
  confusion(results);
  const wrong = runNegatives(folder, negatives, mode);
  const fooled = wrong.filter((one) => isActedOn(one.detection));
  const names = (some: readonly NegativeResult[]): string[] => [
    ...new Set(some.map((one) => one.negative.id)),
  ];
  console.log(`  negatives: would act in ${names(fooled).length} [${names(fooled).join(",")}],`);
  console.log(`    a person would be called in ${names(wrong).length} [${names(wrong).join(",")}]`);
  if (!misses) return;
  printMisses(results);
  printFooled(fooled);
}

if (import.meta.main) {
  const folder = process.argv.slice(2).find((word) => !word.startsWith("--"));
  if (folder === undefined) {
    console.error("bench/detect: no corpus given; run `bun bench/detect.ts FOLDER [--misses]`");
    process.exit(2);
  }
  for (const mode of modes)
    report(folder, mode, mode === "kernel" && process.argv.includes("--misses"));
}

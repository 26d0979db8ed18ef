/** Takes one recording: runs the real program in a real terminal and writes down what it did and what it waited for. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../runtime/clock.ts";
import type { Expectations, ExpectedPrompt } from "../../runtime/lab/case.ts";
import type { CastEvent } from "../../runtime/pty/asciicast.ts";
import type { KernelEvidence, LookAtKernel } from "../../runtime/pty/kernel-wait.ts";
import { kernelLook } from "../../runtime/pty/kernel.ts";
import { keepVigil } from "../../runtime/pty/kernel-vigil.ts";
import { startNative } from "../../runtime/pty/native.ts";
import type { Pty, Termios } from "../../runtime/pty/pty.ts";
import { openScreen } from "../../runtime/screen/screen.ts";
import type { Ask, Scenario } from "./scenario.ts";

/** The same for everybody, since programs print it. */
const root = "/tmp/demo";
const quietMs = 600;
const beforeAnswerMs = 300;
const patienceMs = 40_000;
const lookMs = 20;

export type Take = {
  size: { cols: number; rows: number };
  events: CastEvent[];
  expected: Expectations;
};

/** Throws with the last screen when the program does not do what the scenario says. */
export async function take(scenario: Scenario): Promise<Take> {
  const size = { cols: scenario.cols ?? 100, rows: scenario.rows ?? 30 };
  const stage = new Stage(scenario);
  await stage.start(size);
  try {
    for (const [at, ask] of (scenario.asks ?? []).entries()) await stage.answer(ask, `${at + 1}`);
    await stage.watchToEnd();
  } finally {
    stage.close();
  }
  return { size, events: stage.events, expected: stage.expected() };
}

class Stage {
  readonly events: CastEvent[] = [];
  readonly #scenario: Scenario;
  readonly #fromMs = performance.now();
  readonly #decoder = new TextDecoder();
  readonly #prompts: ExpectedPrompt[] = [];
  #screen = openScreen({ size: { cols: 80, rows: 24 }, reply: () => {}, answersQueries: true });
  #pty: Pty | null = null;
  #exited = false;
  #lastOutputMs = 0;
  #lastInputMs = -1;
  #vigil: LookAtKernel = () => null;
  #termios = "";
  #kernel = "";

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  async start(size: { cols: number; rows: number }): Promise<void> {
    const env = environment(this.#scenario);
    rmSync(root, { recursive: true, force: true });
    mkdirSync(join(root, "work"), { recursive: true });
    const cwd = join(root, "work");
    if (this.#scenario.setup !== undefined) {
      const done = Bun.spawnSync(["bash", "-c", this.#scenario.setup], { cwd, env });
      if (done.exitCode !== 0) throw new Error(`setup: ${done.stderr.toString()}`);
    }
    this.#screen = openScreen({ size, reply: (bytes) => this.#reply(bytes), answersQueries: true });
    const named = `hostname host; ${this.#scenario.run}`;
    this.#pty = await startNative(
      { argv: ["unshare", "--uts", "sh", "-c", named], cwd, env, size },
      {
        data: (bytes) => this.#output(bytes),
        stopped: () => this.#pty?.continueJob(),
        exit: ({ code, signal }) => {
          this.#exited = true;
          this.events.push({ atMs: this.#nowMs, kind: "exit", exit: exitOf(code, signal) });
        },
      },
    );
    const look = kernelLook(this.#pty);
    this.#vigil = keepVigil({ look, monotonicMs: systemClock.monotonicMs });
    this.#look();
  }

  /** Waits until it is asked and all is still, notes how it waits, and answers. */
  async answer(ask: Ask, id: string): Promise<void> {
    await this.#until(`"${ask.on}"`, () => this.#asks(ask.on));
    this.#look();
    const atMs = this.#nowMs;
    this.events.push({ atMs, kind: "prompt", id });
    await pause(beforeAnswerMs);
    const untilMs = this.#nowMs;
    this.#prompts.push(expectedOf(ask, { id, atMs, untilMs }));
    this.#lastInputMs = untilMs;
    this.#kernel = "";
    if (ask.secret !== true) this.events.push({ atMs: untilMs, kind: "input", text: ask.send });
    else this.events.push({ atMs: untilMs, kind: "input", text: "\r" });
    this.#pty?.write(new TextEncoder().encode(ask.send));
  }

  async watchToEnd(): Promise<void> {
    const forMs = this.#scenario.forMs ?? 3_000;
    const endMs = this.#nowMs + forMs;
    while (!this.#exited && this.#nowMs < endMs) {
      await pause(lookMs);
      if (this.#nowMs - this.#lastOutputMs >= 100) this.#look();
    }
  }

  close(): void {
    this.#pty?.signal("SIGKILL");
    this.#pty?.close();
    this.#screen.close();
  }

  expected(): Expectations {
    const { program, version, run, never } = this.#scenario;
    const shown = version === undefined ? "" : firstLine(version, environment(this.#scenario));
    const endMs = this.events.at(-1)?.atMs ?? 0;
    return {
      program,
      version: shown,
      tool: program,
      command: ["sh", "-c", run],
      prompts: this.#prompts,
      negatives:
        never === undefined ? [] : [{ from_ms: 0, to_ms: Math.ceil(endMs) + 1, why: never }],
    };
  }

  get #nowMs(): number {
    return Math.round((performance.now() - this.#fromMs) * 10) / 10;
  }

  #output(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    this.#lastOutputMs = this.#nowMs;
    this.events.push({ atMs: this.#lastOutputMs, kind: "output", text });
    this.#screen.feed(bytes);
  }

  #reply(bytes: Uint8Array): void {
    this.events.push({ atMs: this.#nowMs, kind: "input", text: new TextDecoder().decode(bytes) });
    this.#pty?.write(bytes);
  }

  #asks(text: string): boolean {
    const fresh = this.#lastOutputMs > this.#lastInputMs;
    const still = this.#nowMs - this.#lastOutputMs >= quietMs;
    const shown = this.#screen
      .snapshot()
      .lines.map((line) => line.text)
      .join("\n");
    return fresh && still && shown.includes(text);
  }

  /** Notes the line discipline and the waiters where they changed. */
  #look(): void {
    const termios = this.#pty?.termios() ?? null;
    if (termios !== null) this.#noteTermios(termios);
    const kernel = this.#waiters();
    if (kernel === null) return;
    const text = JSON.stringify(
      kernel.waits.map(({ via, timed, comm, beside }) => [via, timed, comm, beside]),
    );
    if (text === this.#kernel) return;
    this.#kernel = text;
    this.events.push({ atMs: this.#nowMs, kind: "kernel", kernel });
  }

  #noteTermios(termios: Termios): void {
    const text = JSON.stringify(termios);
    if (text === this.#termios) return;
    this.#termios = text;
    this.events.push({ atMs: this.#nowMs, kind: "termios", termios });
  }

  #waiters(): KernelEvidence | null {
    if (this.#exited) return null;
    return this.#vigil(this.#nowMs - this.#lastOutputMs);
  }

  async #until(what: string, met: () => boolean): Promise<void> {
    const endMs = this.#nowMs + patienceMs;
    while (!met()) {
      if (this.#exited || this.#nowMs > endMs) throw new Error(this.#vain(what));
      await pause(lookMs);
      if (this.#nowMs - this.#lastOutputMs >= 100) this.#look();
    }
  }

  #vain(what: string): string {
    const rows = this.#screen.snapshot().screen.map((row) => row.text);
    const state = this.#exited ? "it has ended" : "it is running";
    return `waited in vain for ${what} (${state}); the screen:\n${rows.join("\n").trimEnd()}`;
  }
}

function environment({ env }: Scenario): Record<string, string> {
  const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games";
  const home = join(root, "home");
  mkdirSync(home, { recursive: true });
  const plain = { PATH: path, HOME: home, TERM: "xterm-256color", LANG: "C.UTF-8", USER: "root" };
  return { ...plain, DEBIAN_FRONTEND: "readline", ...env };
}

function expectedOf(
  ask: Ask,
  { id, atMs, untilMs }: { id: string; atMs: number; untilMs: number },
): ExpectedPrompt {
  return {
    id,
    at_ms: atMs,
    until_ms: untilMs,
    kind: ask.kind,
    ...(ask.or === undefined ? {} : { or_kinds: ask.or }),
    question: ask.question ?? ask.on,
    options: ask.options === undefined ? null : ask.options.split(" ").map(optionOf),
    default: ask.default ?? null,
    single_key: ask.single ?? null,
    subject: ask.subject ?? null,
    answer: ask.secret === true ? null : ask.send,
    ...(ask.hands_off === true ? { must_not_answer: true as const } : {}),
  };
}

/** `y`, `y=Yes`, `=Red_wine`: underscores stand for blanks. */
function optionOf(text: string): { label: string; key: string | null } {
  const [key = "", label] = text.split("=");
  return { label: (label ?? key).replaceAll("_", " "), key: key === "" ? null : key };
}

function exitOf(code: number | null, signal: string | null) {
  return signal === null ? { code: code ?? 0, signal } : { code: null, signal };
}

function firstLine(command: string, env: Record<string, string>): string {
  const done = Bun.spawnSync(["sh", "-c", command], { env, stderr: "pipe" });
  return `${done.stdout.toString()}${done.stderr.toString()}`.split("\n")[0]?.trim() ?? "";
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => systemClock.after(ms, resolve));
}

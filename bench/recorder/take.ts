/** Takes one recording: runs the real program in a real terminal and writes down what it did and what it waited for. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Expectations, ExpectedPrompt } from "../../runtime/lab/case.ts";
import type { CastEvent } from "../../runtime/pty/asciicast.ts";
import { provide } from "./provide.ts";
import type { Ask, Scenario } from "./scenario.ts";
import { pause, TapedTool } from "./taped-tool.ts";

/** The same for everybody, since programs print it. */
const root = "/tmp/demo";
/** Longer than what the doubt about a program with other things going on lasts. */
const quietMs = 1_100;
const beforeAnswerMs = 300;
const beforeEnterMs = 40;
const patienceMs = 40_000;

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
    stage.tool.close();
  }
  return { size, events: stage.tool.events, expected: stage.expected() };
}

class Stage {
  readonly tool = new TapedTool();
  readonly #scenario: Scenario;
  readonly #prompts: ExpectedPrompt[] = [];
  #lastInputMs = -1;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  async start(size: { cols: number; rows: number }): Promise<void> {
    const env = environment(this.#scenario);
    rmSync(root, { recursive: true, force: true });
    mkdirSync(join(root, "work"), { recursive: true });
    mkdirSync(join(root, "home"));
    const cwd = join(root, "work");
    provide(this.#scenario, cwd);
    if (this.#scenario.setup !== undefined) {
      const done = Bun.spawnSync(["bash", "-c", this.#scenario.setup], { cwd, env });
      if (done.exitCode !== 0) throw new Error(`setup: ${done.stderr.toString()}`);
    }
    const named = `hostname host; ${this.#scenario.run}`;
    await this.tool.start({ argv: ["unshare", "--uts", "sh", "-c", named], cwd, env, size });
  }

  /** Waits until it is asked and all is still, notes how it waits, and answers. */
  async answer(ask: Ask, id: string): Promise<void> {
    const { tool } = this;
    await this.#until(`"${ask.on}"`, () => this.#asks(ask));
    tool.look();
    const atMs = tool.nowMs;
    tool.events.push({ atMs, kind: "prompt", id });
    await pause(beforeAnswerMs);
    const untilMs = tool.nowMs;
    this.#prompts.push(expectedOf(ask, { id, atMs, untilMs }));
    this.#lastInputMs = untilMs;
    await this.#type(ask);
  }

  /** Enter by itself, as from a keyboard: some libraries take a whole write for one key. */
  async #type({ send, secret }: Ask): Promise<void> {
    const [, text = "", enter = ""] = /^(.*?)(\r?)$/su.exec(send) ?? [];
    if (text !== "") this.tool.send(text, secret === true ? "" : text);
    if (text !== "" && enter !== "") await pause(beforeEnterMs);
    if (enter !== "") this.tool.send(enter);
  }

  async watchToEnd(): Promise<void> {
    const forMs = this.#scenario.forMs ?? 3_000;
    const endMs = this.tool.nowMs + forMs;
    while (!this.tool.exited && this.tool.nowMs < endMs) await this.tool.pass();
  }

  expected(): Expectations {
    const { program, version, run, never } = this.#scenario;
    const shown = version === undefined ? "" : firstLine(version, environment(this.#scenario));
    const endMs = this.tool.events.at(-1)?.atMs ?? 0;
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

  #asks({ on: text, restless }: Ask): boolean {
    const { tool } = this;
    const stillMs = restless === true ? tool.nowMs - Math.max(0, this.#lastInputMs) : tool.quietMs;
    if (tool.lastOutputMs <= this.#lastInputMs || stillMs < quietMs) return false;
    const shown = tool.snapshot().lines.map((line) => line.text);
    return shown.join("\n").includes(text);
  }

  async #until(what: string, met: () => boolean): Promise<void> {
    const { tool } = this;
    const endMs = tool.nowMs + patienceMs;
    while (!met()) {
      if (tool.exited || tool.nowMs > endMs) throw new Error(tool.vain(what));
      await tool.pass();
    }
  }
}

function environment({ env }: Scenario): Record<string, string> {
  const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/games";
  const home = join(root, "home");
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

function firstLine(command: string, env: Record<string, string>): string {
  const done = Bun.spawnSync(["sh", "-c", command], { env, stderr: "pipe" });
  return `${done.stdout.toString()}${done.stderr.toString()}`.split("\n")[0]?.trim() ?? "";
}

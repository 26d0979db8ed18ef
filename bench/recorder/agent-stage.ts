/** Runs within the rig's namespace: starts one AI tool, walks through its scenario, and writes the case. */
import { readFileSync } from "node:fs";
import * as z from "zod";
import type { Expectations, ExpectedPrompt, Negative } from "../../runtime/lab/case.ts";
import { writeCase } from "../../runtime/lab/case-files.ts";
import { agentScenario, type Asked, type Step, type Until } from "./agent-scenario.ts";
import { numberedRows, pointedLabel } from "./numbered-rows.ts";
import { pause, TapedTool } from "./taped-tool.ts";

const order = z.strictObject({
  scenario: agentScenario,
  version: z.string(),
  cwd: z.string(),
  argv: z.array(z.string()).min(1),
  /** The command as the case tells it. */
  shown: z.array(z.string()).min(1),
  env: z.record(z.string(), z.string()),
  /** Where the case goes, without extension. */
  path: z.string(),
});
export type StageOrder = z.infer<typeof order>;

const patienceMs = 30_000;
const keyGapMs = 40;
const againMs = 2_500;

type Open = { why: string; fromMs: number };

class AgentStage {
  readonly tool = new TapedTool();
  readonly prompts: ExpectedPrompt[] = [];
  readonly negatives: Negative[] = [];
  #open: Open | null = null;

  async step(step: Step): Promise<void> {
    const { tool } = this;
    if ("until" in step) return await this.#until(step);
    if ("negative" in step) return await this.#negative(step);
    if ("end_negative" in step) return this.#end(tool.nowMs);
    if ("sleep" in step) return await this.#pass(step.sleep);
    if ("keys" in step) return tool.send(step.keys);
    if ("type" in step) return await this.#type(step.type.split(""), step.gap ?? keyGapMs);
    if ("show" in step) return console.log(tool.rows().join("\n").trimEnd());
    const [cols = 80, rows = 24] = step.resize.split("x").map(Number);
    return tool.resize({ cols, rows });
  }

  close(): void {
    this.#end(this.tool.nowMs);
    this.tool.close();
  }

  async #until(step: Until): Promise<void> {
    const { tool } = this;
    const fromMs = await this.#seen(step, step.timeout ?? patienceMs);
    if (step.prompt !== undefined) {
      this.#end(fromMs - (step.gap_before ?? 100));
      await this.#still(step);
      const atMs = tool.nowMs;
      tool.events.push({ atMs, kind: "prompt", id: step.prompt.id });
      await this.#pass(step.hold_after ?? 60);
      this.prompts.push(this.#expected(step, step.prompt, { fromMs, atMs }));
    }
    const keys = typeof step.answer === "string" ? [step.answer] : (step.answer ?? []);
    await this.#type(keys, step.gap ?? keyGapMs);
  }

  /** When the output came that showed it. */
  async #seen(
    { until, not = [], again }: Pick<Until, "until" | "not" | "again">,
    patience: number,
  ) {
    const { tool } = this;
    const endMs = tool.nowMs + patience;
    let againAtMs = tool.nowMs + againMs;
    while (!this.#shows(until, not)) {
      if (tool.exited || tool.nowMs > endMs) throw new Error(tool.vain(until.join(", ")));
      await tool.pass();
      if (again === undefined || tool.nowMs < againAtMs) continue;
      tool.send(again);
      againAtMs += againMs;
    }
    return tool.lastOutputMs;
  }

  async #still({ quiet = 400, hold = 1_500 }: Until): Promise<void> {
    const { tool } = this;
    const endMs = tool.nowMs + hold;
    while (tool.quietMs < quiet && tool.nowMs < endMs) await tool.pass();
    // On a busy machine it may paint, and wait only some time after.
    const patientMs = tool.nowMs + patienceMs;
    while (!tool.look() && tool.nowMs < patientMs) await tool.pass();
  }

  #shows(until: readonly string[], not: readonly string[]): boolean {
    const { title, announced } = this.tool.snapshot();
    const text = [...this.tool.rows(), `@title=${title}`, `@7501=${announced ?? ""}`].join("\n");
    const found = (pattern: string): boolean => new RegExp(pattern, "m").test(text);
    return until.every(found) && !not.some(found);
  }

  async #negative(step: Extract<Step, { negative: string }>): Promise<void> {
    const { tool } = this;
    this.#end(tool.nowMs);
    const gone = { until: [], not: step.not ?? [] };
    await this.#seen(gone, step.timeout ?? patienceMs);
    this.#open = { why: step.negative, fromMs: step.start === true ? 0 : tool.nowMs };
    if (step.for_ms !== undefined) await this.#pass(step.for_ms);
  }

  #end(atMs: number): void {
    const open = this.#open;
    this.#open = null;
    if (open === null || atMs <= open.fromMs) return;
    const [from, to] = [Math.ceil(open.fromMs), Math.floor(atMs)];
    if (to > from) this.negatives.push({ from_ms: from, to_ms: to, why: open.why });
  }

  async #type(keys: readonly string[], gapMs: number): Promise<void> {
    for (const [at, key] of keys.entries()) {
      if (at > 0) await this.#pass(gapMs);
      this.tool.send(key);
    }
  }

  async #pass(forMs: number): Promise<void> {
    const endMs = this.tool.nowMs + forMs;
    while (this.tool.nowMs < endMs && !this.tool.exited) await this.tool.pass();
    if (this.tool.exited) await pause(0);
  }

  #expected(step: Until, asked: Asked, at: { fromMs: number; atMs: number }): ExpectedPrompt {
    const { id, kind, or_kinds: orKinds, question, options, subject, note } = asked;
    const rows = this.tool.rows();
    const numbered = options === "numbered";
    const keys = typeof step.answer === "string" ? step.answer : (step.answer?.join("") ?? null);
    return {
      id,
      at_ms: Math.round(at.atMs),
      from_ms: Math.min(Math.round(at.fromMs), Math.round(at.atMs)),
      until_ms: Math.round(this.tool.nowMs),
      kind,
      ...(orKinds === undefined ? {} : { or_kinds: orKinds }),
      question,
      options: numbered ? numberedRows(rows) : (options ?? null),
      default: asked.default ?? (numbered ? pointedLabel(rows) : null),
      single_key: null,
      subject: subject ?? null,
      answer: keys,
      ...(asked.must_not_answer === true ? { must_not_answer: true } : {}),
      ...(note === undefined ? {} : { note }),
    };
  }
}

async function record({ scenario, ...given }: StageOrder): Promise<Expectations> {
  const [cols = 80, rows = 24] = scenario.size.split("x").map(Number);
  const [program = "", ...args] = given.argv;
  const stage = new AgentStage();
  const { cwd, env } = given;
  await stage.tool.start({ argv: [program, ...args], cwd, env, size: { cols, rows } });
  try {
    for (const step of scenario.steps) await stage.step(step);
  } finally {
    stage.close();
  }
  const expected: Expectations = {
    program: scenario.program,
    version: given.version,
    tool: scenario.program,
    command: given.shown,
    prompts: stage.prompts,
    negatives: stage.negatives,
  };
  const head = { size: { cols, rows }, command: given.shown.join(" "), term: env["TERM"] ?? "" };
  writeCase(given.path, { head, events: stage.tool.events }, expected);
  return expected;
}

if (import.meta.main) {
  const parsed = order.parse(JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")));
  try {
    const { prompts, negatives } = await record(parsed);
    console.log(`${prompts.length} prompts, ${negatives.length} stretches without one`);
    process.exit(0);
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  }
}

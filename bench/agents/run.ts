/** Runs one trial through a rig: the compiled program governs the real tool, and everything that it did is kept. */
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { parseRecording, type CastEvent } from "../../runtime/pty/asciicast.ts";
import { policies } from "./policies.ts";
import type { Expected, Trial } from "./plan.ts";

/** How long a tool may take on a machine with much to do. */
const patienceS = 90;

export type Bench = { rig: string; binary: string; folder: string };

const entry = z.looseObject({
  seq: z.number(),
  at: z.number(),
  kind: z.string(),
  data: z.record(z.string(), z.unknown()),
  content: z.record(z.string(), z.unknown()).nullable(),
});
export type Told = z.infer<typeof entry>;

const report = z.looseObject({
  outcome: z.enum(["executed", "blocked"]),
  status: z.string(),
  dir: z.string(),
});

const rigScenario = z.looseObject({
  approvals: z.array(
    z.object({ subject: z.record(z.string(), z.string()) }).transform(({ subject }) => subject),
  ),
});

/** What is known of a trial when it is over. */
export type Facts = {
  outcome: "executed" | "blocked";
  expected: readonly Expected[];
  entries: readonly Told[];
  /** Keys that reached the tool, in order: not the terminal's own answers. Null: the rig killed us before we wrote it. */
  keys: readonly string[] | null;
  /** When what was approved first changed something on the disk; null where nothing did. */
  effectMs: number | null;
};

export async function runTrial(trial: Trial, bench: Bench, name: string): Promise<Facts> {
  const out = join(bench.folder, name);
  mkdirSync(out, { recursive: true });
  const events = join(out, "events.jsonl");
  const policy = join(out, "policy.yaml");
  writeFileSync(policy, policies[trial.mode]);
  const own = ["--home", join(out, "home"), "--policy", policy, "--events", events];
  const words = [bench.binary, "run", ...own, "--record", join(out, "session"), "--"];
  await runRig(trial, { rig: bench.rig, out, wrap: words.join(" "), events });
  const done = report.parse(JSON.parse(readFileSync(join(out, "report.json"), "utf8")));
  const cast = join(out, "session.cast");
  const entries = readEntries(events);
  if (!entries.some(({ kind }) => kind === "session.started")) {
    throw new Error(`${trial.agent} was not started: see ${out}/rig.log`);
  }
  const effectMs = effectOf(done.dir);
  // The rig keeps what each run left, up to 400 MB of it: what is judged lies in `out`.
  rmSync(done.dir, { recursive: true, force: true });
  // A tool that nobody answered is killed by the rig in the end, and we with it where the tool is slow to go.
  const isCut = trial.mode === "escalate" && !existsSync(cast);
  return {
    outcome: done.outcome,
    expected: trial.prompts ?? expectedOf(trial, bench.rig),
    entries,
    keys: isCut ? null : keysOf(parseRecording(readFileSync(cast, "utf8"), cast).events),
    effectMs,
  };
}

async function runRig(
  trial: Trial,
  { rig, out, wrap, events }: { rig: string; out: string; wrap: string; events: string },
): Promise<void> {
  const { model, agent, file } = trial;
  let scenario = model;
  if (typeof scenario !== "string") {
    const path = join(out, "scenario.json");
    writeFileSync(path, JSON.stringify({ ...scenario, approvals: [] }));
    scenario = path;
  }
  const more: Record<string, string> = {};
  if (file !== undefined) {
    writeFileSync(join(out, file.name), file.text);
    more["WRAP_SETUP"] = `cp '${join(out, file.name)}' .`;
  }
  const ends = endOf(trial.mode, events);
  if (ends !== null) {
    const [flag, steps] = [join(out, "over"), join(out, "steps.json")];
    writeFileSync(steps, JSON.stringify(stepsUntil(flag, trial)));
    more["LIVE_STEPS"] = steps;
    void ends.then(() => writeFileSync(flag, ""));
  }
  const child = Bun.spawn([join(rig, "live.sh"), agent, scenario], {
    env: {
      ...process.env,
      ...more,
      WRAP: wrap,
      OUT: out,
      COLS: String(trial.cols),
      ROWS: String(trial.rows),
      REPLY: trial.reply,
      LIVE_TIMEOUT: ends === null ? String(patienceS) : "2",
    },
    stdin: "ignore",
    stdout: Bun.file(join(out, "rig.log")),
    stderr: Bun.file(join(out, "rig.err")),
  });
  // 1: not as expected, 3: nobody answered; both are for us to judge. 2: it never ran.
  if ((await child.exited) === 2) {
    throw new Error(`the rig refused: ${readFileSync(join(out, "rig.log"), "utf8").trim()}`);
  }
}

/** When a task that never finishes is over: some time after a denial, or after nobody answered. Null: it finishes. */
function endOf(mode: Trial["mode"], events: string): Promise<void> | null {
  if (mode === "deny") return after(events, "prompt.closed", 1_500);
  return mode === "escalate" ? after(events, "decision.made", 5_000) : null;
}

/** Waits for an entry of this kind and so much longer; for no longer than the rig does. */
async function after(events: string, kind: string, graceMs: number): Promise<void> {
  const endMs = performance.now() + patienceS * 1_000;
  while (performance.now() < endMs) {
    const told = existsSync(events) && readFileSync(events, "utf8").includes(`"kind":"${kind}"`);
    if (told) break;
    await Bun.sleep(200);
  }
  await Bun.sleep(graceMs);
}

/** What the rig's terminal does: waits for the flag, and leaves a tool that is back at its input box. */
function stepsUntil(flag: string, { mode, agent }: Trial): object[] {
  const wait = { op: "until_file", path: flag, timeout: patienceS + 10 };
  if (mode !== "deny") return [wait];
  const leave = agent === "claude" ? "/exit" : "/quit";
  return [
    wait,
    { op: "type", text: leave, cps: 20 },
    { op: "sleep", ms: 700 },
    { op: "send", keys: "\r", noanswer: true },
    { op: "sleep", ms: 3_000 },
    { op: "send", keys: "\u0003", noanswer: true },
    { op: "send", keys: "\u0003", noanswer: true },
    { op: "exit", timeout: 10 },
  ];
}

/** A denial ends the turn: of several prompts only the first is asked; a question unanswered as well. */
function expectedOf({ model, mode }: Trial, rig: string): Expected[] {
  const file = join(rig, "scenarios", `${typeof model === "string" ? model : ""}.json`);
  const { approvals } = rigScenario.parse(JSON.parse(readFileSync(file, "utf8")));
  return mode === "approve" ? approvals : approvals.slice(0, 1);
}

function readEntries(file: string): Told[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => entry.parse(JSON.parse(line)));
}

/** The terminal answers queries with sequences; of a key, ESC alone begins with that byte, and an arrow. */
function keysOf(events: readonly CastEvent[]): string[] {
  const inputs = events.flatMap((event) => (event.kind === "input" ? [event.text] : []));
  return inputs.filter((text) => text !== "" && !isTerminalReply(text));
}

const ESC = "\u001b";
const STRING = /^[\]P_]/;
const REPORT = /^\[[?>=]?[\d;]*\$?[cRnuytIO]$/;

/** Strings (OSC, DCS, APC) and reports, as many as came together; a lone ESC is a key. */
export function isTerminalReply(text: string): boolean {
  const [before, ...parts] = text.split(ESC);
  const isReply = (part: string): boolean => STRING.test(part) || REPORT.test(part);
  return before === "" && parts.length > 0 && parts.every((part) => isReply(part) || part === "\\");
}

/** When the first of what scenarios change was changed. */
function effectOf(dir: string): number | null {
  const project = join(dir, "proj");
  const changed = [
    existsSync(join(project, "build")) ? null : project,
    join(project, "notes.txt"),
    join(project, "seen.txt"),
  ].filter((path) => path !== null && existsSync(path));
  const times = changed.map((path) => statSync(path ?? "").mtimeMs);
  return times.length === 0 ? null : Math.min(...times);
}

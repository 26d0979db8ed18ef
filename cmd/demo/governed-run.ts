/** Runs the binary in a terminal of its own, as a person would, and plays that person when a prompt is left to them. */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { entryContent, type StoredEntry } from "../../contracts/trace.ts";
import type { Scene } from "./scenes.ts";

export type GovernedRun = { exitCode: number; entries: StoredEntry[]; screen: string };

type Where = { binary: string; home: string; cwd: string; policy: string; scene: Scene };

const lookEveryMs = 20;
/** A scene that takes longer than this has gone wrong. */
const sceneMsMax = 60_000;

export async function governedRun(where: Where): Promise<GovernedRun> {
  const { binary, home, cwd, policy, scene } = where;
  const events = join(cwd, "..", `${scene.name}.events.jsonl`);
  const decoder = new TextDecoder();
  let screen = "";
  const argv = ["run", "--home", home, "--policy", policy, "--events", events];
  const child = Bun.spawn([binary, ...argv, "--label", scene.name, "--", ...scene.argv], {
    cwd,
    terminal: {
      cols: 100,
      rows: 30,
      data: (_terminal, bytes) => {
        screen += decoder.decode(bytes, { stream: true });
      },
    },
  });
  let answered = false;
  const person = setInterval(() => {
    const called = readEntries(events).some((entry) => entry.kind === "prompt.escalated");
    if (!called || answered || scene.person === null) return;
    answered = true;
    child.terminal?.write(scene.person);
  }, lookEveryMs);
  const deadline = setTimeout(() => child.kill("SIGKILL"), sceneMsMax);
  const exitCode = await child.exited;
  clearInterval(person);
  clearTimeout(deadline);
  return { exitCode, entries: readEntries(events), screen };
}

/** Whole lines only: the last may still be on its way. */
export function readEntries(file: string): StoredEntry[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8");
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line): StoredEntry => JSON.parse(line));
}

/** The question of each prompt, by its id. */
export function questions(entries: readonly StoredEntry[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const entry of entries) {
    if (entry.kind !== "prompt.detected") continue;
    const content = entryContent["prompt.detected"].safeParse(entry.content);
    if (content.success) found.set(entry.data.prompt_id, content.data.question);
  }
  return found;
}

/** Governs one recording that is played into a real terminal; a person's keys answer what policy leaves to them. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PromptKind } from "../../contracts/prompt.ts";
import type { StoredEntry } from "../../contracts/trace.ts";
import type { Case } from "../../runtime/lab/case-files.ts";
import { everythingPolicy } from "./policy.ts";

export type PlayOptions = {
  binary: string;
  /** Of the corpus, with replay.py. */
  folder: string;
  /** Empty, for this one run. */
  scratch: string;
  speed: number;
  pty: "native" | "bun-pty";
  sight: "on" | "off";
};

/** A line of replay.py's log; which fields it has says what it tells. */
export type LogLine = {
  id?: string;
  missed?: string;
  start?: boolean;
  done?: boolean;
  false_injection?: boolean;
  terminal_reply?: boolean;
  unscored_wait?: boolean;
  before?: string | null;
  t0_epoch_ms?: number;
  t_prompt_ms?: number;
  t_input_ms?: number;
  t_ms?: number;
  bytes_hex?: string;
  complete?: boolean;
};

export type Played = {
  case: Case;
  log: LogLine[];
  entries: StoredEntry[];
  /** The end of what the terminal showed, to tell why a run failed. */
  shown: string;
};

/** Longer than any recording: a run that takes this long hangs. */
const runMsMax = 180_000;
const promptSeconds = 12;
const lookEveryMs = 25;
const shownCharsMax = 300;
/** A person's key comes no sooner: what policy does on its own is over by then. */
const personAfterMs = 250;

const personKeys: Readonly<Record<PromptKind, string>> = {
  yes_no: "n\r",
  confirm_enter: "\r",
  multiple_choice: "\r",
  free_text: "x\r",
  password: "abc\r",
  pager: "q",
  editor: "\u0018",
  unknown: "\r",
};

export async function playCase(one: Case, options: PlayOptions): Promise<Played> {
  const { scratch, folder, binary, speed } = options;
  const files = { events: join(scratch, "events"), log: join(scratch, "log") };
  const policy = join(scratch, "policy.yaml");
  writeFileSync(policy, everythingPolicy(one));
  const { cols, rows } = one.recording.size;
  const governing = ["run", "--home", join(scratch, "home"), "--policy", policy];
  const ways = ["--events", files.events, "--pty", options.pty, "--kernel-evidence", options.sight];
  const player = ["python3", join(folder, "replay.py"), "--speed", String(speed)];
  const cast = join(folder, "casts", `${one.name}.cast`);
  const played = [...player, "--prompt-timeout", String(promptSeconds), cast];
  const decoder = new TextDecoder();
  let shown = "";
  const child = Bun.spawn([binary, ...governing, ...ways, "--", ...played], {
    cwd: scratch,
    env: { ...process.env, REPLAY_LOG: files.log, TERM: "xterm-256color" },
    timeout: runMsMax,
    killSignal: "SIGKILL",
    terminal: {
      cols,
      rows,
      data: (_terminal, bytes) => {
        shown = `${shown}${decoder.decode(bytes, { stream: true })}`.slice(-shownCharsMax);
      },
    },
  });
  const person = new Person(files.events, (keys) => child.terminal?.write(keys));
  const timer = setInterval(() => person.look(), lookEveryMs);
  await child.exited;
  clearInterval(timer);
  child.terminal?.close();
  return { case: one, log: linesOf(files.log), entries: linesOf(files.events), shown };
}

/** Presses keys for each prompt that was handed over and has not ended meanwhile. */
class Person {
  readonly #events: string;
  readonly #press: (keys: string) => void;
  readonly #pressed = new Set<string>();

  constructor(events: string, press: (keys: string) => void) {
    this.#events = events;
    this.#press = press;
  }

  look(): void {
    const kinds = new Map<string, PromptKind>();
    const due = new Map<string, number>();
    for (const entry of linesOf<StoredEntry>(this.#events)) {
      if (entry.kind === "prompt.detected") {
        kinds.set(entry.data.prompt_id, entry.data.prompt_kind);
      } else if (entry.kind === "prompt.escalated") {
        due.set(entry.data.prompt_id, entry.at + personAfterMs);
      } else if (entry.kind === "prompt.closed") due.delete(entry.data.prompt_id);
    }
    for (const [id, atMs] of due) {
      if (this.#pressed.has(id) || Date.now() < atMs) continue;
      this.#pressed.add(id);
      this.#press(personKeys[kinds.get(id) ?? "unknown"]);
    }
  }
}

/** Whole lines only: the last one may still be on its way. */
function linesOf<T>(file: string): T[] {
  if (!existsSync(file)) return [];
  const text = readFileSync(file, "utf8");
  return text
    .slice(0, text.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

/** A fresh home, folder and event file for one test, and everything that was started in it: gone at its end. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { EntryKind, StoredEntry } from "../../contracts/trace.ts";
import { readEnvironment } from "../../runtime/config.ts";
import { readEntries } from "../demo/governed-run.ts";
import { until } from "./until.ts";

/** What `cmd/build.ts` made. */
const builtBinary = join(dirname(dirname(import.meta.dir)), "dist", "atlasbridge");

export type WorldOptions = {
  /** Another executable than the built one. */
  binary?: string;
};

type EntryOf<K extends EntryKind> = Extract<StoredEntry, { kind: K }>;

export class World implements AsyncDisposable {
  readonly folder: string;
  readonly home: string;
  readonly events: string;
  readonly binary: string;
  readonly #endings: (() => unknown)[] = [];

  constructor({ binary = builtBinary }: WorldOptions = {}) {
    if (!existsSync(binary)) throw new Error(`${binary} is not there: run npm run build first`);
    this.binary = binary;
    this.folder = mkdtempSync(join(tmpdir(), "atlasbridge-e2e-"));
    this.home = join(this.folder, "home");
    this.events = join(this.folder, "events.jsonl");
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Writes a file in the world's folder. Returns its path. */
  write(name: string, text: string, mode = 0o600): string {
    const file = this.path(name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { mode });
    return file;
  }

  /** The file's text; empty where there is none yet. */
  read(name: string): string {
    const file = this.path(name);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  lines(name: string): string[] {
    return this.read(name)
      .split("\n")
      .filter((line) => line !== "");
  }

  /** The tester's variables without settings of the product, without a prompt of their shell, with this world's home. */
  env(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
    const inherited = Object.entries(readEnvironment().variables).filter(
      ([name]) => !/^(ATLASBRIDGE|XDG|TMUX|PS1|PROMPT|LINES|COLUMNS|LC_|LESS|VIM)/.test(name),
    );
    return {
      ...Object.fromEntries(inherited),
      HOME: this.folder,
      ATLASBRIDGE_HOME: this.home,
      EVENTS: this.events,
      LC_ALL: "C.UTF-8",
      TERM: "xterm-256color",
      ...extra,
    };
  }

  /** What `--events` has written so far, whole lines only. */
  entries(): StoredEntry[] {
    return readEntries(this.events);
  }

  of<K extends EntryKind>(kind: K): EntryOf<K>[] {
    return this.entries().filter((entry): entry is EntryOf<K> => entry.kind === kind);
  }

  /** Waits until there are this many entries of a kind. */
  async recorded<K extends EntryKind>(kind: K, count = 1): Promise<EntryOf<K>[]> {
    const look = (): EntryOf<K>[] | false => {
      const found = this.of(kind);
      return found.length >= count && found;
    };
    return await until(`${count} × ${kind} recorded`, look, { seen: () => this.story() });
  }

  /** The kinds of all entries in order, for reading when a test fails. */
  story(): string {
    return this.entries()
      .map((entry) => entry.kind)
      .join(" ");
  }

  /** Done when the world ends, last first. */
  atEnd(ending: () => unknown): void {
    this.#endings.push(ending);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const ending of this.#endings.reverse()) await ending();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

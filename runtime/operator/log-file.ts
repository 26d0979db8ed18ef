/** A log of lines with their times, in files of bounded size: the newest is written, the oldest is dropped. */
import { appendFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { limits } from "../../contracts/limits.ts";
import { momentToIso } from "../../contracts/moment.ts";
import type { Clock } from "../clock.ts";

export type LogFileOptions = {
  path: string;
  clock: Pick<Clock, "now">;
  /** Takes secrets out: before anything reaches a disk. */
  redact: (text: string) => string;
  bytesMax?: number;
  filesMax?: number;
};

export class LogFile {
  readonly #options: Required<LogFileOptions>;
  #bytes: number;

  constructor(options: LogFileOptions) {
    const { logFileBytesMax: bytesMax, logFilesMax: filesMax } = limits;
    this.#options = { bytesMax, filesMax, ...options };
    mkdirSync(dirname(options.path), { recursive: true, mode: 0o700 });
    this.#bytes = statSync(options.path, { throwIfNoEntry: false })?.size ?? 0;
  }

  get path(): string {
    return this.#options.path;
  }

  /** The line that was written last, by whomever; null where there is none. */
  get last(): string | null {
    try {
      const lines = readFileSync(this.path, "utf8").trimEnd().split("\n");
      return lines.at(-1) || null;
    } catch {
      // There is no such file yet.
      return null;
    }
  }

  /** One line, whatever it holds. A log that cannot be written stops nothing: there is nobody to be told. */
  write(line: string): void {
    const { path, clock, redact, bytesMax } = this.#options;
    const shown = redact(line).replaceAll(/\p{Cc}+/gu, " ");
    const text = `${momentToIso(clock.now())} ${shown}\n`;
    const bytes = Buffer.byteLength(text);
    try {
      if (this.#bytes > 0 && this.#bytes + bytes > bytesMax) this.#turn();
      appendFileSync(path, text, { mode: 0o600 });
      this.#bytes += bytes;
    } catch {
      // As it says above.
    }
  }

  #turn(): void {
    const { path, filesMax } = this.#options;
    rmSync(`${path}.${filesMax}`, { force: true });
    for (let age = filesMax - 1; age >= 1; age -= 1) {
      if (statSync(`${path}.${age}`, { throwIfNoEntry: false })) {
        renameSync(`${path}.${age}`, `${path}.${age + 1}`);
      }
    }
    renameSync(path, `${path}.1`);
    this.#bytes = 0;
  }
}

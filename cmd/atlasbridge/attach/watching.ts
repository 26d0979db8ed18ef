/** A session seen from a terminal that does not write: as much of its screen as fits, and who writes. */
import type { AttachSeats } from "../../../contracts/attach.ts";
import { systemClock } from "../../../runtime/clock.ts";
import type { Timer } from "../../../runtime/clock.ts";
import type { Screen } from "../../../runtime/screen/screen.ts";
import { cut } from "../layout.ts";
import { Viewer } from "../sessions/replay/viewer.ts";
import { visible } from "../visible.ts";
import type { DetachKey } from "./detach-key.ts";

export type WatchingListener = {
  take(): void;
  left(): void;
  /** The shell has the terminal, or no longer. */
  away(isAway: boolean): void;
};

export type WatchingOptions = {
  name: string;
  key: DetachKey;
  /** To write may be asked for. */
  mayTake: boolean;
  screen: () => Screen | null;
  seats: () => AttachSeats | null;
};

/** No more pictures than a person can see. */
const frameMs = 30;

export class Watching {
  readonly #options: WatchingOptions;
  readonly #viewer: Viewer;
  #mention: string | null = null;
  #due: Timer | null = null;
  #isOpen = false;

  constructor(options: WatchingOptions, listener: WatchingListener) {
    this.#options = options;
    this.#viewer = new Viewer({
      key: (key) => this.#press(key, listener),
      resized: () => this.changed(),
      away: (isAway) => listener.away(isAway),
    });
  }

  open(): void {
    this.#isOpen = true;
    this.#viewer.open();
    this.changed();
  }

  /** Something is to be seen anew, soon. */
  changed(): void {
    if (this.#isOpen) this.#due ??= systemClock.after(frameMs, () => this.#draw());
  }

  mention(line: string): void {
    this.#mention = line;
    this.changed();
  }

  close(): void {
    this.#isOpen = false;
    this.#due?.cancel();
    this.#viewer.close();
  }

  #press(key: string, listener: WatchingListener): void {
    const isDetach = this.#options.key.findIn(Buffer.from(key, "latin1")) !== -1;
    if (key === "q" || key === "\u0003" || isDetach) listener.left();
    else if (key === "t" && this.#options.mayTake) listener.take();
  }

  #draw(): void {
    this.#due = null;
    const screen = this.#options.screen();
    if (screen === null || !this.#isOpen) return;
    if (this.#viewer.behind) {
      this.changed();
      return;
    }
    this.#viewer.paint(screen.snapshot(), [this.#status()]);
  }

  #status(): string {
    const { name, mayTake, key } = this.#options;
    const seats = this.#options.seats();
    const pen = seats?.pen ?? null;
    const writes = pen === null ? "nobody writes" : `${pen} writes`;
    const { cols, rows } = this.#viewer.size;
    const isPart = seats !== null && (seats.cols > cols || seats.rows > rows - 1);
    const part = isPart ? [`a part of ${seats.cols}×${seats.rows}`] : [];
    const take = mayTake ? ["t takes the pen"] : [];
    const said = [`watching ${name}`, this.#mention ?? writes, ...take];
    // Where there is little room, how to leave is what must be seen.
    const texts = [
      [...said, `q or ${key.name} leaves`, ...part],
      [...said, "q leaves", ...part],
      [...said, "q leaves"],
      ["q leaves", ...said],
    ].map((parts) => visible(` ${parts.join(" · ")}`));
    const fitting = texts.find((text) => Bun.stringWidth(text) <= cols) ?? texts.at(-1) ?? "";
    const line = cut(fitting, cols);
    return `\u001b[7m${line}${" ".repeat(Math.max(0, cols - Bun.stringWidth(line)))}`;
  }
}

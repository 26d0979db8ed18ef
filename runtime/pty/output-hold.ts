/** Holds a tool's output back, as a slow terminal would, and only at a moment when none of it can be lost by that. */
import { standStill } from "../clock.ts";
import { childrenOf } from "./kernel.ts";
import { type ProcessStat, parseStat } from "./kernel-text.ts";
import { Proc } from "./proc-files.ts";
import { setFlow } from "./slave-side.ts";

/** With nobody reading, whoever writes without a pause has filled the terminal within this, and sleeps. */
const stillMs = 2;
const stepMs = 0.25;
/** More than this is never let through while a hold is wanted, whatever it costs. */
const letThroughBytesMax = 8_388_608;
/** Of a tool and its children, looked at for one that writes. */
const processesMax = 256;

export type OutputHoldOptions = {
  ttyPath: string;
  pid: number;
  /** The terminal is read by a thread of its own: standing still keeps nobody from writing. */
  readElsewhere?: boolean;
};

/**
 * Linux asks whether a terminal has room and then writes a line's end into it; stopped in between, it takes the line's
 * end for written and drops it (`do_output_char` in `drivers/tty/n_tty.c`). So nobody may be amid a write at that moment.
 */
export class OutputHold {
  readonly #ttyPath: string;
  readonly #pid: number;
  readonly #proc = new Proc("/proc");
  readonly #letThroughBytesMax: number;
  #state: "released" | "wanted" | "held" = "released";
  #letThroughBytes = 0;

  constructor({ ttyPath, pid, readElsewhere = false }: OutputHoldOptions) {
    this.#ttyPath = ttyPath;
    this.#pid = pid;
    this.#letThroughBytesMax = readElsewhere ? -1 : letThroughBytesMax;
  }

  hold(): void {
    if (this.#state !== "released") return;
    this.#state = "wanted";
    this.#letThroughBytes = 0;
    this.#try();
  }

  release(): void {
    if (this.#state === "held") setFlow(this.#ttyPath, "release");
    this.#state = "released";
  }

  /** Output has come: while a hold is wanted and could not be had, this is the next chance. */
  came(bytes: number): void {
    if (this.#state !== "wanted") return;
    this.#letThroughBytes += bytes;
    this.#try();
  }

  #try(): void {
    let leftMs = stillMs;
    while (leftMs > 0) {
      standStill(stepMs);
      leftMs -= stepMs;
      if (this.#nobodyWrites()) return this.#stop();
    }
    if (this.#letThroughBytes > this.#letThroughBytesMax) this.#stop();
  }

  #stop(): void {
    if (setFlow(this.#ttyPath, "hold")) this.#state = "held";
  }

  /** Who sleeps does so before or after a write, or waits for room. Where the kernel does not tell, it is hoped. */
  #nobodyWrites(): boolean {
    const open = [this.#pid];
    for (let seen = 0; seen < processesMax; seen += 1) {
      const pid = open.pop();
      if (pid === undefined) return true;
      const tids = this.#proc.numbers(`${pid}/task`);
      for (const tid of tids) {
        if (this.#stat(`${pid}/task/${tid}/stat`)?.state === "R") return false;
      }
      open.push(...(childrenOf(this.#proc, pid, tids) ?? []));
    }
    return false;
  }

  #stat(path: string): ProcessStat | null {
    const read = this.#proc.read(path);
    return read.outcome === "read" ? parseStat(read.text) : null;
  }
}

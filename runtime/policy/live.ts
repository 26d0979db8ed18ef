/** The policies of a running session, read anew when their files change: whole or not at all. */
import { type FSWatcher, statSync, watch } from "node:fs";
import { AtlasError } from "../../contracts/errors.ts";
import { limits } from "../../contracts/limits.ts";
import type { Clock, Timer } from "../clock.ts";
import { PolicyFault } from "./open.ts";
import type { Stack } from "./stack.ts";

export type PolicyEvent =
  | { happened: "changed"; oldHash: string; stack: Stack }
  /** `why` names nothing and may be recorded; `line` is for the person. */
  | { happened: "kept"; hash: string; why: string; line: string };

export type LivePolicyOptions = {
  /** Throws `AtlasError` when what stands there is no policy. */
  open: () => Stack;
  /** The names that matter before anything is read; null: it is read once, and what comes later does not count. */
  names: (() => readonly string[]) | null;
  clock: Clock;
  /** Holds the program still for so many milliseconds. */
  standStill: (ms: number) => void;
  onEvent: (event: PolicyEvent) => void;
};

/** How often `limits.policySettleMs` a file that is gone is waited for. */
const goneSettles = 4;

/**
 * A look at the files, taken before each decision, is what counts; watching them only brings it forward. A policy that
 * is bad, or gone, does not replace the one that was good.
 */
export class LivePolicy {
  readonly #options: LivePolicyOptions;
  #stack: Stack;
  /** The names on which it depends, or would depend if what stands there were good. */
  #names: readonly string[];
  /** As they were when they were last read, well or badly. */
  #seen: string;
  #goneSinceMs: number | null = null;
  #watchers: FSWatcher[] = [];
  #timer: Timer | null = null;
  #watching = false;

  /** Throws what `open` throws, or `policy_unreadable` when the files do not stand still. */
  constructor(options: LivePolicyOptions) {
    this.#options = options;
    const { open, names } = options;
    const { stack, signature } =
      names === null ? { stack: open(), signature: "" } : readAtStart(options, names());
    this.#stack = stack;
    this.#names = stack.names;
    this.#seen = signature;
  }

  get stack(): Stack {
    return this.#stack;
  }

  /** Waits a moment for files that are just being changed. False: they go on changing, so nobody knows what holds. */
  refresh(): boolean {
    if (this.#options.names === null) return true;
    for (let tries = 0; tries <= limits.policySettleTriesMax; tries += 1) {
      if (signatureOf(this.#names) === this.#seen) return true;
      const waitMs = this.#unsettledMs();
      if (waitMs === 0 && this.#read()) return true;
      if (tries < limits.policySettleTriesMax) {
        this.#options.standStill(waitMs === 0 ? limits.policySettleMs : waitMs);
      }
    }
    return false;
  }

  /** From now on a change is noticed also while nothing is decided. Costs nothing while there is none. */
  watch(): void {
    if (this.#options.names === null) return;
    this.#watching = true;
    this.#renewWatchers();
  }

  close(): void {
    this.#watching = false;
    this.#timer?.cancel();
    this.#timer = null;
    for (const watcher of this.#watchers.splice(0)) watcher.close();
  }

  /** False: they were changed while they were read. */
  #read(): boolean {
    const signature = signatureOf(this.#names);
    if (this.#unsettledMs() > 0) return false;
    const before = this.#stack;
    try {
      const gone = goneOf(before);
      if (gone !== null) throw new AtlasError("policy_unreadable", `${gone} is no longer there`);
      const read = readWhole(this.#options, before.names);
      this.#stack = read.stack;
      this.#names = read.stack.names;
      this.#seen = read.signature;
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      if (error instanceof Changing || signatureOf(this.#names) !== signature) return false;
      const also = error instanceof PolicyFault ? error.files : [];
      this.#names = [...new Set([...before.names, ...also])];
      this.#seen = signatureOf(this.#names);
      this.#tellKept(error);
      return true;
    } finally {
      if (this.#watching) this.#renewWatchers();
    }
    const { hash: oldHash } = before.policy;
    if (this.#stack.policy.hash !== oldHash) {
      this.#options.onEvent({ happened: "changed", oldHash, stack: this.#stack });
    }
    return true;
  }

  #tellKept({ code, message }: AtlasError): void {
    const why =
      code === "policy_invalid"
        ? "what stands there now is not valid"
        : "what stands there now cannot be read or relied on";
    const line = `the policy was changed, and the one from before goes on deciding: ${message}`;
    this.#options.onEvent({ happened: "kept", hash: this.#stack.policy.hash, why, line });
  }

  /** How long until the last change is old enough; 0 when it is. A time in the future says nothing. */
  #unsettledMs(): number {
    const { clock } = this.#options;
    const settleMs = limits.policySettleMs;
    if (goneOf(this.#stack) === null) this.#goneSinceMs = null;
    else {
      // An editor may be about to put it back.
      this.#goneSinceMs ??= clock.monotonicMs();
      if (clock.monotonicMs() - this.#goneSinceMs < goneSettles * settleMs) return settleMs;
    }
    return freshMs(this.#names, clock);
  }

  #renewWatchers(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close();
    for (const name of this.#names) {
      try {
        const watcher = watch(name, { persistent: false }, () => this.#lookSoon());
        watcher.on("error", () => watcher.close());
        this.#watchers.push(watcher);
      } catch {
        // Not there, or no more watches are to be had: the look before each decision finds what changes.
      }
    }
  }

  #lookSoon(): void {
    this.#timer ??= this.#options.clock.after(limits.policySettleMs, () => {
      this.#timer = null;
      if (!this.#watching || signatureOf(this.#names) === this.#seen) return;
      if (this.#unsettledMs() > 0 || !this.#read()) this.#lookSoon();
    });
  }
}

/** What was read may be half of the old and half of the new. */
class Changing extends AtlasError {
  constructor() {
    super("policy_unreadable", "the policy is changed all the time, and cannot be read; try again");
  }
}

/** Waits for files that were written to just now. */
function readAtStart(options: LivePolicyOptions, names: readonly string[]): Read {
  const waitMs = freshMs(names, options.clock);
  if (waitMs > 0) options.standStill(waitMs);
  for (let tries = 0; tries < limits.policySettleTriesMax; tries += 1) {
    try {
      return readWhole(options, names);
    } catch (error) {
      if (!(error instanceof Changing)) throw error;
      options.standStill(limits.policySettleMs);
    }
  }
  throw new Changing();
}

type Read = { stack: Stack; signature: string };

/** All that was read had stood still, and nothing has changed meanwhile: else throws `Changing`. */
function readWhole({ open, clock }: LivePolicyOptions, known: readonly string[]): Read {
  let names = known;
  // Once more where other files belong to it than was known: these must have stood still as well.
  for (let tries = 0; tries <= limits.policyFilesMax; tries += 1) {
    const signature = signatureOf(names);
    const isStill = freshMs(names, clock) === 0;
    const stack = open();
    if (!isStill || signatureOf(names) !== signature) throw new Changing();
    if (stack.names.every((name) => names.includes(name))) {
      return { stack, signature: signatureOf(stack.names) };
    }
    names = [...new Set([...names, ...stack.names])];
  }
  throw new Changing();
}

/** How long until the last change is old enough; 0 when it is. A time in the future says nothing. */
function freshMs(names: readonly string[], clock: Pick<Clock, "now">): number {
  const settleMs = limits.policySettleMs;
  const ageMs = clock.now() - newestMs(names);
  return Math.abs(ageMs) >= settleMs ? 0 : Math.ceil(Math.min(settleMs, settleMs - ageMs));
}

/** Which file of a policy is not there any more. */
function goneOf({ parts }: Stack): string | null {
  const files = parts.flatMap((part) => part.files);
  return files.find((file) => statOf(file) === undefined) ?? null;
}

/** The same as long as nobody has written to, replaced or given away any of them. */
function signatureOf(names: readonly string[]): string {
  return names.map(signatureOfOne).join("\n");
}

function signatureOfOne(name: string): string {
  const stat = statOf(name);
  if (stat === undefined) return "-";
  const { dev, ino, size, mtimeNs, ctimeNs, mode, uid } = stat;
  return [dev, ino, size, mtimeNs, ctimeNs, mode, uid].join(" ");
}

function newestMs(names: readonly string[]): number {
  const times = names.map((name) => {
    const stat = statOf(name);
    return stat === undefined
      ? 0
      : Number(stat.mtimeNs > stat.ctimeNs ? stat.mtimeNs : stat.ctimeNs);
  });
  return Math.max(0, ...times) / 1e6;
}

function statOf(name: string) {
  try {
    return statSync(name, { bigint: true, throwIfNoEntry: false });
  } catch {
    // Where a folder on the way may not be entered it is as if it were not there.
    return undefined;
  }
}

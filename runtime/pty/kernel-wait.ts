/** What the kernel knows about who waits for this terminal's input: the strongest evidence there is (Linux `/proc`). */

/**
 * Something besides the terminal that a program has going on, and that may end its wait: a program with any of
 * these may be at work, whatever text it has left at the cursor. `unasked`: whoever reads has not written last, and
 * another thread of its program waits for no more than a time, or for what comes from outside; `job`: so has, or does,
 * another program of its group.
 */
export type Errand = (typeof errands)[number];

export const errands = [
  "timer",
  "child",
  "socket",
  "pipe",
  "files",
  "thread",
  "relay",
  "request",
  "unasked",
  "job",
  "other",
] as const;

/**
 * `loop`: the program's own event loop was read, and what keeps it going is all known. `descriptors`: only what it
 * watches besides the terminal, its children and its threads were seen. `inner`: it relays for another terminal,
 * where a program waits alone.
 */
export type Beside = {
  from: "loop" | "descriptors" | "inner";
  errands: readonly Errand[];
};

export type KernelWait = {
  pid: number;
  tid: number;
  comm: string;
  /** `poll` stands for poll, ppoll, select, pselect6, epoll_wait and epoll_pwait(2). */
  via: "read" | "poll";
  /** A time-out was given to poll; a read has none. */
  timed: boolean;
  /** That time-out, where it was looked for and found. */
  timeOutMs?: number;
  /** The waiter belongs to the terminal's foreground process group. */
  foreground: boolean;
  /** Grows each time the thread has slept: two equal values mean that it has not woken in between. */
  sleeps: number;
  /** Of its process; absent where that is not known. */
  threads?: number;
  /** How long it has been seen in this same wait; absent where only one look was taken. */
  steadyMs?: number;
  /** Where in its program it waits: equal for two waits of one loop, another in another program or at another place. */
  site?: string;
  /** What else its program has going on; absent where that was not looked for. */
  beside?: Beside;
};

export type KernelEvidence = {
  /** Empty: nobody waits for the terminal, as far as could be read. */
  waits: readonly KernelWait[];
  /** Some process of the foreground group could not be read (set-uid, other user): absence proves nothing. */
  blind: boolean;
};

/**
 * Looks once. `quietMs`: for how long the tool has written nothing. Null where the kernel cannot be asked at all
 * (no `/proc`, hidden, not Linux).
 */
export type LookAtKernel = (quietMs?: number) => KernelEvidence | null;

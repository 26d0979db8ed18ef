/** What the kernel knows about who waits for this terminal's input: the strongest evidence there is (Linux `/proc`). */

export type KernelWait = {
  pid: number;
  tid: number;
  comm: string;
  /** `poll` stands for poll, ppoll, select, pselect6, epoll_wait and epoll_pwait(2). */
  via: "read" | "poll";
  /** A time-out was given to poll; a read has none. */
  timed: boolean;
  /** The waiter belongs to the terminal's foreground process group. */
  foreground: boolean;
  /** Grows each time the thread has slept: two equal values mean that it has not woken in between. */
  sleeps: number;
};

export type KernelEvidence = {
  /** Empty: nobody waits for the terminal, as far as could be read. */
  waits: readonly KernelWait[];
  /** Some process of the foreground group could not be read (set-uid, other user): absence proves nothing. */
  blind: boolean;
};

/** Looks once. Null where the kernel cannot be asked at all (no `/proc`, hidden, not Linux). */
export type LookAtKernel = () => KernelEvidence | null;

/** The facts about waiting that are not on the screen, gathered by the session at one moment. */
import type { KernelEvidence } from "../pty/kernel-wait.ts";
import type { Termios } from "../pty/pty.ts";

export type WaitEvidence = {
  /** Null: the kernel cannot be asked. */
  kernel: KernelEvidence | null;
  /** Null: the line discipline cannot be read. */
  termios: Termios | null;
  /** Milliseconds since the last output byte. */
  quietMs: number;
  /** The prompt that the session met before asked for a secret; absent where that is not known. */
  afterSecret?: true;
};

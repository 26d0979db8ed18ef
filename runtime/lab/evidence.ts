/** The kernel's evidence under which a recording is judged: as recorded, the worst for a stretch, or none; pure. */
import type { CastEvent } from "../pty/asciicast.ts";
import type { KernelEvidence, KernelWait } from "../pty/kernel-wait.ts";
import type { WaitEvidence } from "../prompt/evidence.ts";

/** `on`: as recorded. `off`: the kernel cannot be asked. `blind`: it answers, but may not look at the tool. */
export const kernelSights = ["on", "off", "blind"] as const;
export type KernelSight = (typeof kernelSights)[number];

const blind: KernelEvidence = { waits: [], blind: true };

export function seenWith(sight: KernelSight, kernel: KernelEvidence | null): KernelEvidence | null {
  if (sight === "on") return kernel;
  return sight === "off" ? null : blind;
}

/** One short name for the strongest fact about waiting, to group results by. */
export function evidenceName({ kernel, termios }: WaitEvidence): string {
  const hidden = termios !== null && termios.canonical && !termios.echo;
  const line = hidden ? "hidden" : termios?.canonical === false ? "raw" : "line";
  return `${kernelName(kernel)}, ${line}`;
}

function kernelName(kernel: KernelEvidence | null): string {
  if (kernel === null) return "unseen";
  const strongest = kernel.waits.toSorted((a, b) => strength(b) - strength(a))[0];
  if (strongest === undefined) return kernel.blind ? "blind" : "nobody";
  if (!strongest.foreground) return "outside";
  if (strongest.via === "read") return "read";
  return strongest.timed ? "timed poll" : "poll";
}

/** A program that has nothing else going on is surer to wait than one that has. */
function strength(wait: KernelWait): number {
  const alone = (wait.beside?.errands ?? []).length === 0 ? 1 : 0;
  if (!wait.foreground) return alone;
  if (wait.via === "read") return 6 + alone;
  return (wait.timed ? 2 : 4) + alone;
}

/**
 * The strongest evidence of waiting in force at any moment of `[fromMs, toMs)`: held against the detector all along,
 * since when a program was looked at is chance. Null where the recording says nothing of the kernel.
 */
export function worstIn(
  events: readonly CastEvent[],
  fromMs: number,
  toMs: number,
): KernelEvidence | null {
  let inForce: KernelEvidence | null = null;
  let worst: KernelEvidence | null = null;
  for (const event of events) {
    if (event.atMs >= toMs) break;
    if (event.atMs > fromMs) worst = stronger(worst, inForce);
    if (event.kind === "kernel") inForce = event.kernel;
    if (event.kind === "input" && inForce !== null) inForce = { ...inForce, waits: [] };
  }
  return stronger(worst, inForce);
}

function stronger(a: KernelEvidence | null, b: KernelEvidence | null): KernelEvidence | null {
  if (a === null || b === null) return a ?? b;
  const of = ({ waits }: KernelEvidence): number => Math.max(-1, ...waits.map(strength));
  return of(b) > of(a) ? b : a;
}

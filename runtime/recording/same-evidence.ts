/** Whether what is known beside the screen is still the same: asked at each look, so without making text of it. Pure. */
import type { KernelEvidence, KernelWait } from "../pty/kernel-wait.ts";
import type { Termios } from "../pty/pty.ts";

export function sameTermios(a: Termios, b: Termios | null): boolean {
  return b !== null && a.canonical === b.canonical && a.echo === b.echo && a.signals === b.signals;
}

/** As far as a recording keeps it: which processes they are is not. */
export function sameKernel(a: KernelEvidence, b: KernelEvidence | null): boolean {
  if (b === null || a.blind !== b.blind || a.waits.length !== b.waits.length) return false;
  return a.waits.every((wait, index) => {
    const other = b.waits[index];
    return other !== undefined && sameWait(wait, other);
  });
}

function sameWait(a: KernelWait, b: KernelWait): boolean {
  if (a.via !== b.via || a.timed !== b.timed) return false;
  if (a.foreground !== b.foreground || a.comm !== b.comm) return false;
  const [mine, theirs] = [a.beside, b.beside];
  if (mine === undefined || theirs === undefined) return mine === theirs;
  if (mine.from !== theirs.from || mine.errands.length !== theirs.errands.length) return false;
  return mine.errands.every((errand, index) => errand === theirs.errands[index]);
}

/** Looks at the kernel again and again for one session: what lasts, and who waits from elsewhere, takes more than one look. */
import type { Reach } from "./kernel.ts";
import type { KernelEvidence, KernelWait, LookAtKernel } from "./kernel-wait.ts";

export type VigilOptions = {
  look: (reach?: Reach) => KernelEvidence | null;
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs: () => number;
};

/** Silence before all processes of the machine are looked at for one that waits from elsewhere; then four times as much each time. */
const elsewhereFirstMs = 300;
/** Waiters from elsewhere that are looked at again without looking for them. */
const outsidersMax = 8;

/** A wait that is being followed: since when, and how often it had slept then. */
type Followed = { sleeps: number; sinceMs: number };

/** Call it as often as you like: a look at the whole machine happens seven times in an hour of silence. */
export function keepVigil({ look, monotonicMs }: VigilOptions): LookAtKernel {
  let followed = new Map<number, Followed>();
  let outsiders: readonly number[] = [];
  let elsewhereAtMs = elsewhereFirstMs;

  function lookElsewhere(quietMs: number): KernelEvidence | null {
    // It wrote since: whoever waits may be another one now.
    if (quietMs < elsewhereFirstMs) elsewhereAtMs = elsewhereFirstMs;
    if (quietMs < elsewhereAtMs) return null;
    elsewhereAtMs = quietMs * 4;
    const found = look("machine");
    const pids = found?.waits.filter((wait) => !wait.foreground).map((wait) => wait.pid) ?? [];
    outsiders = [...new Set(pids)].slice(0, outsidersMax);
    return found;
  }

  function withHistory(wait: KernelWait): KernelWait {
    const nowMs = monotonicMs();
    const before = followed.get(wait.tid);
    const sinceMs = before?.sleeps === wait.sleeps ? before.sinceMs : nowMs;
    return { ...wait, steadyMs: nowMs - sinceMs };
  }

  return (quietMs = 0) => {
    let seen = look(outsiders.length === 0 ? "foreground" : outsiders);
    if (seen !== null && seen.waits.length === 0 && !seen.blind) {
      seen = lookElsewhere(quietMs) ?? seen;
    }
    if (seen === null) return null;
    const waits = seen.waits.map(withHistory);
    const nowMs = monotonicMs();
    followed = new Map(
      waits.map(({ tid, sleeps, steadyMs = 0 }) => [tid, { sleeps, sinceMs: nowMs - steadyMs }]),
    );
    return { ...seen, waits };
  };
}

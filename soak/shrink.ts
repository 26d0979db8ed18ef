/** Makes a failing history small: leaves out sessions and faults as long as the same checker still finds fault. */

/** Of so many tries at most; each is a whole world. */
const triesMax = 80;

export type Shrunk = { sessions: number[]; faults: number[]; tries: number };

/** `fails`: whether what is left still fails in the same way. Both lists are places in the plan. */
export function shrink(
  whole: { sessions: number; faults: number },
  fails: (left: { sessions: number[]; faults: number[] }) => boolean,
): Shrunk {
  let left = { sessions: upTo(whole.sessions), faults: upTo(whole.faults) };
  let tries = 0;
  const without = (name: "sessions" | "faults", at: number, size: number): boolean => {
    tries += 1;
    const fewer = { ...left, [name]: left[name].toSpliced(at, size) };
    if (tries > triesMax || !fails(fewer)) return false;
    left = fewer;
    return true;
  };
  for (const name of ["faults", "sessions", "faults"] as const) {
    let size = Math.ceil(left[name].length / 2);
    for (; size >= 1; size = Math.floor(size / 2)) {
      const next = (at: number): number => (without(name, at, size) ? at : at + size);
      for (let at = 0; at < left[name].length && tries < triesMax; at = next(at));
    }
  }
  return { ...left, tries };
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_none, at) => at);
}

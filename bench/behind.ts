/** Whether one of two lists of times is behind the other, and by how much at least: by the middle of each, drawn again and again. */

export type Behind = { difference: number; low: number; high: number };

/** Of the times that nothing else held up. */
function middle(times: readonly number[]): number {
  const sorted = [...times].toSorted((a, b) => a - b);
  const kept = sorted.slice(Math.floor(sorted.length * 0.1), Math.ceil(sorted.length * 0.6));
  return kept.reduce((sum, ms) => sum + ms, 0) / kept.length;
}

const redrawn = (times: readonly number[]): number[] =>
  times.map(() => times[Math.floor(Math.random() * times.length)] ?? 0);

/** How far one is behind the other, and between which bounds that lies with 99 % (bootstrap). */
export function behind(one: readonly number[], other: readonly number[], draws: number): Behind {
  const drawn = Array.from(
    { length: draws },
    () => middle(redrawn(one)) - middle(redrawn(other)),
  ).toSorted((a, b) => a - b);
  const at = (share: number): number => drawn[Math.floor(share * (drawn.length - 1))] ?? 0;
  return { difference: middle(one) - middle(other), low: at(0.005), high: at(0.995) };
}

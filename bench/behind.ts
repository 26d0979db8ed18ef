/** Whether one of two lists of times is behind the other, and by how much at least: by the fastest of each, drawn again and again. */

export type Behind = { difference: number; low: number; high: number };

/** From 0 up to 1. */
export type Chance = () => number;

/** What was measured one after the other is drawn together: what held a machine up held up all of it. */
const runLength = 8;

/**
 * Of the fastest tenth: those that nothing held up. What takes longer always does so there as well, and on a busy machine
 * these lie ten times as close together as those in the middle.
 */
function fastest(times: Float64Array): number {
  const sorted = times.toSorted();
  const kept = sorted.subarray(Math.floor(sorted.length * 0.01), Math.ceil(sorted.length * 0.1));
  return kept.reduce((sum, ms) => sum + ms, 0) / kept.length;
}

/** The same places of each list, in runs of neighbours. */
function redrawn(lists: readonly Float64Array[], chance: Chance): Float64Array[] {
  const count = Math.min(...lists.map(({ length }) => length));
  const places = Int32Array.from({ length: count });
  for (let at = 0, from = 0; at < count; at += 1) {
    if (at % runLength === 0) from = Math.floor(chance() * count);
    places[at] = (from + (at % runLength)) % count;
  }
  return lists.map((list) => Float64Array.from(places, (place) => list[place] ?? 0));
}

/**
 * How far one is behind the other, and between which bounds that lies with 99 % (bootstrap). Both were measured in turns:
 * what lies at one place of each was measured at about one time.
 */
export function behind(
  one: readonly number[],
  other: readonly number[],
  { draws, chance = Math.random }: { draws: number; chance?: Chance },
): Behind {
  const lists = [Float64Array.from(one), Float64Array.from(other)];
  const differenceOf = ([first, second]: readonly Float64Array[]): number =>
    first === undefined || second === undefined ? Number.NaN : fastest(first) - fastest(second);
  const drawn = Array.from({ length: draws }, () => differenceOf(redrawn(lists, chance)));
  const sorted = Float64Array.from(drawn).toSorted();
  const at = (share: number): number => sorted[Math.floor(share * (draws - 1))] ?? 0;
  return { difference: differenceOf(lists), low: at(0.005), high: at(0.995) };
}

/** Counts and shares in words. Pure, but for the language of whoever reads. */

const whole = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });

/** `1,204`; `48.2K` where there is no room for more. */
export function many(count: number): string {
  return count < 10_000 ? whole.format(count) : short.format(count);
}

/** `3 sessions`. */
export function counted(count: number, one: string, more = `${one}s`): string {
  return `${many(count)} ${count === 1 ? one : more}`;
}

/** `42 %`; a dash where there is no whole. Never a rounded 0 or 100. */
export function percent(share: number | null): string {
  if (share === null) return "–";
  if (share > 0 && share < 0.005) return "<1 %";
  if (share < 1 && share > 0.995) return ">99 %";
  return `${Math.round(share * 100)} %`;
}

export type Trend = { text: string; way: "up" | "down" | "level" };

/** Of a count against the span before. Null where there is nothing to compare with. */
export function trendOf(now: number, before: number): Trend | null {
  if (before === 0) return now === 0 ? null : { text: "new", way: "up" };
  const change = (now - before) / before;
  if (Math.abs(change) < 0.01) return { text: "as before", way: "level" };
  const way = change > 0 ? "up" : "down";
  if (change >= 9) return { text: `${many(Math.round(now / before))} times`, way };
  return { text: `${change > 0 ? "+" : "−"}${Math.round(Math.abs(change) * 100)} %`, way };
}

/** Of a share, in points. */
export function pointsOf(now: number | null, before: number | null): Trend | null {
  if (now === null || before === null) return null;
  const points = Math.round((now - before) * 100);
  if (points === 0) return { text: "as before", way: "level" };
  return {
    text: `${points > 0 ? "+" : "−"}${Math.abs(points)} pts`,
    way: points > 0 ? "up" : "down",
  };
}

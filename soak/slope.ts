/** A straight line through points by least squares, and how far its slope can be trusted. Pure. */

export type Line = {
  slope: number;
  /** Of the slope. */
  standardError: number;
  points: number;
};

/** Needs three points at least; with fewer nothing is known, and the error is infinite. */
export function slopeOf(points: readonly (readonly [x: number, y: number])[]): Line {
  const count = points.length;
  if (count < 3) return { slope: 0, standardError: Number.POSITIVE_INFINITY, points: count };
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count;
  let [xx, xy] = [0, 0];
  for (const [x, y] of points) {
    xx += (x - meanX) ** 2;
    xy += (x - meanX) * (y - meanY);
  }
  const slope = xx === 0 ? 0 : xy / xx;
  const residual = points.reduce((sum, [x, y]) => sum + (y - meanY - slope * (x - meanX)) ** 2, 0);
  const standardError =
    xx === 0 ? Number.POSITIVE_INFINITY : Math.sqrt(residual / (count - 2) / xx);
  return { slope, standardError, points: count };
}

/** Three standard errors above zero: chance alone does that about once in a thousand runs. */
export function rises({ slope, standardError }: Line, negligible = 0): boolean {
  return slope - 3 * standardError > negligible;
}

/** The middle one of the slopes from each point to the next: a single step down or up changes nothing in it. */
export function middleSlope(points: readonly (readonly [x: number, y: number])[]): number {
  const slopes = points.slice(1).map(([x, y], at) => {
    const [x0, y0] = points[at] ?? [0, 0];
    return (y - y0) / (x - x0);
  });
  return slopes.toSorted((a, b) => a - b)[slopes.length >> 1] ?? Number.NaN;
}

/** A measured figure beside its peer's and its target, and the statistics that make one out of many runs. */

/** What must be reached: a bound on our own value, or on the ratio ours / peer's. */
export type Target =
  | { of: "value" | "ratio"; atMost: number }
  | { of: "value" | "ratio"; atLeast: number };

/** Bounds between which a figure would lie in 95 of 100 repetitions of what was measured. */
export type Spread = { low: number; high: number };

export type Figure = {
  what: string;
  unit: string;
  ours: number;
  spread?: Spread;
  /** Null: nothing comparable, or the peer is not on this machine (`missing` says so). */
  peer: { name: string; value: number; spread?: Spread } | null;
  missing?: string;
  /** Said by others of their own machines: to be read beside ours, and not as a race. */
  published?: string;
  target: Target | null;
  /** How many measurements each side rests on. */
  runs: number;
};

export type Judged = Figure & { ratio: number | null; met: boolean | null };

/** `met` is null where there is no target, or one against a peer that could not be measured. */
export function judge(figure: Figure): Judged {
  // Beside nothing at all (a peer that used no processor time) there is no ratio to quote.
  const peer = figure.peer?.value ?? 0;
  const ratio = peer === 0 ? null : figure.ours / peer;
  const { target } = figure;
  const measured = target?.of === "ratio" ? ratio : figure.ours;
  if (target === null || measured === null) return { ...figure, ratio, met: null };
  const met = "atMost" in target ? measured <= target.atMost : measured >= target.atLeast;
  return { ...figure, ratio, met };
}

/** The value below which `share` (0 to 1) of the values lie, by the nearest rank. Throws on an empty list. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = Math.max(Math.ceil(share * sorted.length) - 1, 0);
  const value = sorted[rank];
  if (value === undefined) throw new Error("nothing was measured");
  return value;
}

type Side = { value: number; spread?: Spread };

/** A percentile with its spread, by the ranks that a binomial law gives: nothing is supposed about how times are spread. */
export function side(values: readonly number[], share = 0.5): Side {
  const value = percentile(values, share);
  const count = values.length;
  if (count < spreadRunsMin) return { value };
  const sorted = values.toSorted((a, b) => a - b);
  const half = 1.96 * Math.sqrt(count * share * (1 - share));
  const at = (rank: number): number => sorted[Math.min(Math.max(rank, 1), count) - 1] ?? value;
  const low = at(Math.floor(count * share - half));
  return { value, spread: { low, high: at(Math.ceil(count * share + half)) } };
}

/** Fewer say nothing about how far the next ones would lie apart. */
const spreadRunsMin = 3;

type Measured = Pick<Figure, "ours" | "spread" | "peer" | "runs">;

/** The same percentile of both sides. `theirs` undefined: the peer is not on this machine. */
export function beside(
  ours: readonly number[],
  [name, theirs]: readonly [name: string, theirs: readonly number[] | undefined] = ["", undefined],
  share = 0.5,
): Measured {
  const { value, ...own } = side(ours, share);
  const peer = theirs === undefined ? null : { name, ...side(theirs, share) };
  return { ours: value, ...own, peer, runs: ours.length };
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export function table(figures: readonly Judged[]): string {
  const rows = [
    ["what", "ours", "peer", "ratio", "target", ""],
    ...figures.map((one) => [
      one.what,
      amount(one.ours, one.unit),
      peerText(one),
      one.ratio === null ? "" : `${short(one.ratio)}×`,
      targetText(one),
      one.met === null ? "" : one.met ? "met" : "MISSED",
    ]),
  ];
  return plainTable(rows);
}

/** Rows of one length, laid out in columns. */
export function plainTable(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

export function peerText({ peer, unit, missing }: Figure): string {
  if (peer !== null) return `${peer.name} ${amount(peer.value, unit)}`;
  return missing === undefined ? "" : `(${missing})`;
}

export function targetText({ target, unit }: Figure): string {
  if (target === null) return "";
  const [sign, bound] = "atMost" in target ? ["≤", target.atMost] : ["≥", target.atLeast];
  return target.of === "ratio"
    ? `${sign} ${Number(bound.toPrecision(3))}× peer`
    : `${sign} ${amount(bound, unit)}`;
}

export const amount = (value: number, unit: string): string => `${short(value)} ${unit}`;

export function short(value: number): string {
  // Of what is nearly nothing there is more to tell than that it is.
  if (value !== 0 && Math.abs(value) < 0.1) return String(Number(value.toPrecision(2)));
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toFixed(digits);
}

/** A chart of shares over time, from nothing to all. */
import type uPlot from "uplot";
import { percent } from "./numbers.ts";
import { axisOf, colourOf, type Drawn, heightPx, Plot } from "./plot.tsx";

/** Null where there is no whole. */
type Props = Drawn<number | null>;

export function LineChart(props: Props) {
  return (
    <Plot
      {...props}
      options={(width) => optionsFor(props, width)}
      data={() => dataOf(props)}
      said={percent}
    />
  );
}

const dataOf = ({ at, series }: Props): uPlot.AlignedData => [
  at.map((_at, row) => row),
  ...series.map(({ values }) => [...values]),
];

function optionsFor({ at, series, name }: Props, width: number): uPlot.Options {
  const axis = axisOf();
  return {
    width,
    height: heightPx,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 8, 0, 0],
    scales: { x: { time: false, range: [-0.6, at.length - 0.4] }, y: { range: [0, 1] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        values: (_plot, splits) =>
          splits.map((row) => (at[row] === undefined ? "" : name(at[row]))),
        incrs: [1, 2, 5, 10, 20],
        space: 52,
        size: 24,
      },
      {
        ...axis,
        grid: { stroke: colourOf("--line"), width: 1 },
        size: 44,
        incrs: [0.25],
        values: (_plot, splits) => splits.map((share) => percent(share)),
      },
    ],
    series: [
      {},
      ...series.map(({ name: label, colour }) => ({
        label,
        stroke: colourOf(colour),
        width: 2,
        spanGaps: true,
        points: { size: 5, fill: colourOf(colour) },
      })),
    ],
  };
}

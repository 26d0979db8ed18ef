/** A chart of counts over days: stacked bars in the theme's colours. */
import uPlot from "uplot";
import { axisOf, colourOf, type Drawn, heightPx, Plot } from "./plot.tsx";

type Props = Drawn<number>;
export type Series = Props["series"][number];

export function BarChart(props: Props) {
  return (
    <Plot
      {...props}
      options={(width) => optionsFor(props, width)}
      data={() => dataOf(props)}
      said={(count) => String(count ?? 0)}
    />
  );
}

/** Each series stands on those before it: the first is drawn last, in front. */
function dataOf({ at, series }: Props): uPlot.AlignedData {
  const sums = at.map(() => 0);
  const stacked = series.map(({ values }) =>
    values.map((value, row) => {
      sums[row] = (sums[row] ?? 0) + value;
      return sums[row];
    }),
  );
  return [at.map((_at, row) => row), ...stacked.toReversed()];
}

function optionsFor({ at, series, name }: Props, width: number): uPlot.Options {
  const axis = axisOf();
  const bars = uPlot.paths.bars?.({ size: [0.72, 26], radius: 0.15 });
  const top = Math.max(
    1,
    ...at.map((_at, row) => series.reduce((sum, { values }) => sum + (values[row] ?? 0), 0)),
  );
  return {
    width,
    height: heightPx,
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 4, 0, 0],
    scales: { x: { time: false, range: [-0.6, at.length - 0.4] }, y: { range: [0, top * 1.05] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        values: (_plot, splits) =>
          splits.map((row) => (at[row] === undefined ? "" : name(at[row]))),
        incrs: [1, 2, 5, 10],
        space: 52,
        size: 24,
      },
      {
        ...axis,
        grid: { stroke: colourOf("--line"), width: 1 },
        size: 36,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000, 10_000, 100_000],
        space: 34,
      },
    ],
    series: [
      {},
      ...series.toReversed().map(({ name: label, colour: of }) => ({
        label,
        fill: colourOf(of),
        width: 0,
        points: { show: false },
        ...(bars === undefined ? {} : { paths: bars }),
      })),
    ],
  };
}

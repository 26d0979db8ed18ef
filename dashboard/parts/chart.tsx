/** A chart of counts over days: stacked bars in the theme's colours, with the same numbers as a table for who cannot see it. */
import uPlot from "uplot";
import { createEffect, For, onCleanup, onMount } from "solid-js";
import { theme } from "./preferences.ts";
import "uplot/dist/uPlot.min.css";

export type Series = {
  name: string;
  /** A colour of the theme: `--good`. */
  colour: string;
  /** One for each moment. */
  values: readonly number[];
};

type Props = {
  label: string;
  /** Milliseconds UTC, ascending. */
  at: readonly number[];
  series: readonly Series[];
  /** How a moment is called, for the axis and the table. */
  name(at: number): string;
};

const heightPx = 168;

export function BarChart(props: Props) {
  let place: HTMLDivElement | undefined;
  let plot: uPlot | null = null;
  const draw = (): void => {
    if (place === undefined) return;
    plot?.destroy();
    plot = new uPlot(optionsFor(props, place.clientWidth), dataOf(props), place);
  };
  onMount(() => {
    const watch = new ResizeObserver(() => {
      if (place !== undefined && plot !== null && plot.width !== place.clientWidth) {
        plot.setSize({ width: place.clientWidth, height: heightPx });
      }
    });
    if (place !== undefined) watch.observe(place);
    const dark = matchMedia("(prefers-color-scheme: dark)");
    dark.addEventListener("change", draw);
    onCleanup(() => {
      watch.disconnect();
      dark.removeEventListener("change", draw);
      plot?.destroy();
    });
  });
  createEffect(() => {
    // Whoever chose another theme has other colours.
    theme();
    draw();
  });
  return (
    <figure class="chart" aria-label={props.label}>
      <div aria-hidden="true" ref={(element) => (place = element)} />
      <ul class="legend" aria-hidden="true">
        <For each={props.series}>
          {({ name, colour }) => (
            <li>
              <span class="swatch" style={{ background: `var(${colour})` }} />
              {name}
            </li>
          )}
        </For>
      </ul>
      <ChartTable {...props} />
    </figure>
  );
}

function ChartTable(props: Props) {
  return (
    <div class="unseen">
      <table>
        <caption>{props.label}</caption>
        <thead>
          <tr>
            <th scope="col">When</th>
            <For each={props.series}>{({ name }) => <th scope="col">{name}</th>}</For>
          </tr>
        </thead>
        <tbody>
          <For each={props.at}>
            {(at, row) => (
              <tr>
                <th scope="row">{props.name(at)}</th>
                <For each={props.series}>{({ values }) => <td>{values[row()] ?? 0}</td>}</For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
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
  const colour = colourOf;
  const axis = { stroke: colour("--soft"), font: "11px system-ui", ticks: { show: false } };
  const bars = uPlot.paths.bars?.({ size: [0.72, 26], radius: 0.15 });
  const top = Math.max(
    1,
    ...at.map((_at, row) => series.reduce((sum, { values }) => sum + (values[row] ?? 0), 0)),
  );
  return {
    width: Math.max(width, 200),
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
        grid: { stroke: colour("--line"), width: 1 },
        size: 36,
        incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 5_000, 10_000, 100_000],
        space: 34,
      },
    ],
    series: [
      {},
      ...series.toReversed().map(({ name: label, colour: of }) => ({
        label,
        fill: colour(of),
        width: 0,
        points: { show: false },
        ...(bars === undefined ? {} : { paths: bars }),
      })),
    ],
  };
}

/** A variable such as `--good` as the colour that it comes to: a canvas knows no variables, nor `light-dark(…)`. */
export function colourOf(variable: string): string {
  const probe = document.createElement("span");
  probe.style.color = getComputedStyle(document.documentElement).getPropertyValue(variable);
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

/** A chart of shares over time, from nothing to all; the same numbers as a table for who cannot see it. */
import uPlot from "uplot";
import { createEffect, For, onCleanup, onMount } from "solid-js";
import { percent } from "./numbers.ts";
import { theme } from "./preferences.ts";
import { colourOf } from "./chart.tsx";
import "uplot/dist/uPlot.min.css";

type Props = {
  label: string;
  at: readonly number[];
  /** Null where there is no whole. */
  series: readonly { name: string; colour: string; values: readonly (number | null)[] }[];
  name(at: number): string;
};

const heightPx = 168;

export function LineChart(props: Props) {
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
                  <For each={props.series}>
                    {({ values }) => <td>{percent(values[row()] ?? null)}</td>}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </div>
    </figure>
  );
}

const dataOf = ({ at, series }: Props): uPlot.AlignedData => [
  at.map((_at, row) => row),
  ...series.map(({ values }) => [...values]),
];

function optionsFor({ at, series, name }: Props, width: number): uPlot.Options {
  const axis = { stroke: colourOf("--soft"), font: "11px system-ui", ticks: { show: false } };
  return {
    width: Math.max(width, 200),
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

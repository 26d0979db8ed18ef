/** A chart's frame: it fits its place, is drawn anew in another theme, and says the same numbers as a table for who cannot see it. */
import uPlot from "uplot";
import { createEffect, For, onCleanup, onMount } from "solid-js";
import { theme } from "./preferences.ts";
import "uplot/dist/uPlot.min.css";

export type Drawn<Value> = {
  label: string;
  /** Milliseconds UTC, ascending. */
  at: readonly number[];
  /** `colour`: one of the theme, such as `--good`. `values`: one for each moment. */
  series: readonly { name: string; colour: string; values: readonly Value[] }[];
  /** How a moment is called, for the axis and the table. */
  name(at: number): string;
};

type Props = Drawn<number | null> & {
  options(widthPx: number): uPlot.Options;
  data(): uPlot.AlignedData;
  /** How a value stands in the table. */
  said(value: number | null): string;
};

export const heightPx = 168;

export function Plot(props: Props) {
  let place: HTMLDivElement | undefined;
  let plot: uPlot | null = null;
  const draw = (): void => {
    if (place === undefined) return;
    plot?.destroy();
    plot = new uPlot(props.options(Math.max(place.clientWidth, 200)), props.data(), place);
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
      <PlotTable {...props} />
    </figure>
  );
}

function PlotTable(props: Props) {
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
                <For each={props.series}>
                  {({ values }) => <td>{props.said(values[row()] ?? null)}</td>}
                </For>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}

/** What both axes have of the theme. */
export const axisOf = () => ({
  stroke: colourOf("--soft"),
  font: "11px system-ui",
  ticks: { show: false },
});

/** A variable such as `--good` as the colour that it comes to: a canvas knows no variables, nor `light-dark(…)`. */
export function colourOf(variable: string): string {
  const probe = document.createElement("span");
  probe.style.color = getComputedStyle(document.documentElement).getPropertyValue(variable);
  document.body.append(probe);
  const { color } = getComputedStyle(probe);
  probe.remove();
  return color;
}

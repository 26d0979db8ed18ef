/** Thousands of rows that cost as much as those that one sees; the next page is asked for before the end is reached. */
import { createWindowVirtualizer } from "@tanstack/solid-virtual";
import { createEffect, For, type JSX, Show } from "solid-js";
import type { Pages } from "./pages.ts";
import { Failed, Loading } from "./states.tsx";

type Props<R> = {
  pages: Pages<R>;
  what: string;
  rowPx: number;
  /** Where there is none. */
  empty: JSX.Element;
  children: (row: () => NonNullable<R>) => JSX.Element;
};

export function PagedRows<R>(props: Props<R>) {
  const error = () => {
    const status = props.pages.status();
    return typeof status === "object" ? status : null;
  };
  return (
    <Show
      when={error() === null}
      fallback={<Failed error={error()?.error} retry={() => props.pages.anew()} />}
    >
      <Show
        when={props.pages.status() === "there"}
        fallback={<Loading what={props.what} lines={8} />}
      >
        <Show when={props.pages.rows().length > 0} fallback={props.empty}>
          <Rows {...props} />
          <Show when={props.pages.hasMore()}>
            <p class="card-body">
              <button type="button" class="button" onClick={() => props.pages.more()}>
                Show more
              </button>
            </p>
          </Show>
        </Show>
      </Show>
    </Show>
  );
}

/** So many rows before the end. */
const ahead = 20;

function Rows<R>(props: Props<R>) {
  let list: HTMLUListElement | undefined;
  const virtualizer = createWindowVirtualizer({
    get count() {
      return props.pages.rows().length;
    },
    estimateSize: () => props.rowPx,
    overscan: 12,
    get scrollMargin() {
      return list?.offsetTop ?? 0;
    },
  });
  createEffect(() => {
    const last = virtualizer.getVirtualItems().at(-1);
    if (last !== undefined && last.index >= props.pages.rows().length - ahead) props.pages.more();
  });
  return (
    <ul
      class="rows virtual"
      ref={(element) => (list = element)}
      style={{ height: `${virtualizer.getTotalSize()}px` }}
    >
      <For each={virtualizer.getVirtualItems()}>
        {(item) => (
          <li
            data-index={item.index}
            ref={(element) => queueMicrotask(() => virtualizer.measureElement(element))}
            style={{ transform: `translateY(${item.start - virtualizer.options.scrollMargin}px)` }}
          >
            <Show when={props.pages.rows()[item.index]}>{(row) => props.children(row)}</Show>
          </li>
        )}
      </For>
    </ul>
  );
}

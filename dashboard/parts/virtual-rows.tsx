/** Thousands of rows that cost as much as those that one sees; the next page is asked for before the end is reached. */
import { createWindowVirtualizer } from "@tanstack/solid-virtual";
import { createEffect, For, type JSX, Show } from "solid-js";
import { PagedTable } from "./more.tsx";
import type { Pages } from "./pages.ts";

type Props<R> = {
  pages: Pages<R>;
  what: string;
  rowPx: number;
  /** Where there is none. */
  empty: JSX.Element;
  children: (row: () => NonNullable<R>) => JSX.Element;
};

export function PagedRows<R>(props: Props<R>) {
  return (
    <PagedTable pages={props.pages} what={props.what} empty={props.empty}>
      <Rows {...props} />
    </PagedTable>
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
    // A search that finds little goes on when somebody asks for it.
    if (last === undefined || props.pages.isSparse()) return;
    if (last.index >= props.pages.rows().length - ahead) props.pages.more();
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

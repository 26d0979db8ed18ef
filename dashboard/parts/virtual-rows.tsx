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
      <VirtualRows
        rows={props.pages.rows()}
        rowPx={props.rowPx}
        // A search that finds little goes on when somebody asks for it.
        atEnd={() => !props.pages.isSparse() && props.pages.more()}
      >
        {(row) => props.children(row)}
      </VirtualRows>
    </PagedTable>
  );
}

/** So many rows before the end. */
const ahead = 20;

type VirtualProps<R> = {
  rows: readonly R[];
  rowPx: number;
  /** The end comes near. */
  atEnd(): void;
  children: (row: () => NonNullable<R>) => JSX.Element;
};

/** In the flow of the page, with room kept for those that are not laid out: whatever its height, no row covers another. */
export function VirtualRows<R>(props: VirtualProps<R>) {
  let list: HTMLUListElement | undefined;
  const virtualizer = createWindowVirtualizer({
    get count() {
      return props.rows.length;
    },
    estimateSize: () => props.rowPx,
    overscan: 12,
    get scrollMargin() {
      return list?.offsetTop ?? 0;
    },
  });
  const items = () => virtualizer.getVirtualItems();
  const above = () => (items()[0]?.start ?? 0) - virtualizer.options.scrollMargin;
  const below = () => {
    const end = (items().at(-1)?.end ?? 0) - virtualizer.options.scrollMargin;
    return virtualizer.getTotalSize() - end;
  };
  createEffect(() => {
    const last = items().at(-1);
    if (last !== undefined && last.index >= props.rows.length - ahead) props.atEnd();
  });
  return (
    <ul
      class="rows virtual"
      ref={(element) => (list = element)}
      style={{
        "padding-top": `${Math.max(0, above())}px`,
        "padding-bottom": `${Math.max(0, below())}px`,
      }}
    >
      <For each={items()}>
        {(item) => (
          <li
            data-index={item.index}
            ref={(element) => queueMicrotask(() => virtualizer.measureElement(element))}
          >
            <Show when={props.rows[item.index]}>{(row) => props.children(row)}</Show>
          </li>
        )}
      </For>
    </ul>
  );
}

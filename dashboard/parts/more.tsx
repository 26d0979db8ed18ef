/** Below rows that are not all: the next ones, or a further search where one was cut short. */
import { type JSX, Show } from "solid-js";
import type { Pages } from "./pages.ts";
import { Empty, Failed, Loading } from "./states.tsx";

type PagedProps = {
  pages: Pages<unknown>;
  what: string;
  /** Where there is none. */
  empty: JSX.Element;
  /** All rows that are there. */
  children: JSX.Element;
};

/** Pages of rows in whatever lays them out, with the states that they can be in. */
export function PagedTable(props: PagedProps) {
  const fault = () => {
    const status = props.pages.status();
    return typeof status === "object" ? status : null;
  };
  return (
    <Show
      when={fault() === null}
      fallback={<Failed error={fault()?.error} retry={() => props.pages.anew()} />}
    >
      <Show
        when={props.pages.status() === "there"}
        fallback={<Loading what={props.what} lines={8} />}
      >
        <Show
          when={props.pages.rows().length > 0}
          fallback={
            <Show when={props.pages.hasMore()} fallback={props.empty}>
              <NothingSoFar pages={props.pages} />
            </Show>
          }
        >
          {props.children}
          <MoreRows pages={props.pages} />
        </Show>
      </Show>
    </Show>
  );
}

function MoreRows(props: { pages: Pages<unknown> }) {
  return (
    <Show when={props.pages.hasMore()}>
      <div class="card-body row-wrap more">
        <MoreButton pages={props.pages} />
        <Show when={props.pages.isSparse()}>
          <span class="small soft">A part was looked through; there may be more further back.</span>
        </Show>
      </div>
    </Show>
  );
}

/** Nothing has been found, and not everything was looked through. */
function NothingSoFar(props: { pages: Pages<unknown> }) {
  return (
    <Empty title="Nothing found so far">
      <p>A part was looked through, the newest first; there may be more further back.</p>
      <MoreButton pages={props.pages} />
    </Empty>
  );
}

function MoreButton(props: { pages: Pages<unknown> }) {
  return (
    <button
      type="button"
      class="button"
      disabled={props.pages.isAsking()}
      onClick={() => props.pages.more()}
    >
      {props.pages.isSparse() ? "Search further" : "Show more"}
    </button>
  );
}

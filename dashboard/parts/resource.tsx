/** What is asked of the server for one place on a page: the four states that this has, each designed. */
import { createResource, type JSX, type Setter, Show, type Signal } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import { Failed, Loading } from "./states.tsx";

export type Asked<T> = {
  /** What was there before stays while it is asked again. */
  value: () => T | undefined;
  error: () => unknown;
  isLoading: () => boolean;
  again: () => void;
};

/**
 * Asked whenever `source` changes; not at all while it is null, false or undefined. `key` names what items of lists are
 * told apart by: what is the same stays in its place, with the focus and whatever is open in it.
 */
export function useAsked<S, T>(
  source: () => S | null | false | undefined,
  ask: (source: S) => Promise<T>,
  key = "id",
): Asked<T> {
  const [value, { refetch }] = createResource(source, ask, {
    storage: (first) => mergedSignal(first, key),
  });
  return {
    value: () => (value.state === "errored" ? undefined : value.latest),
    error: () => (value.state === "errored" ? value.error : undefined),
    isLoading: () => value.loading,
    again: () => void refetch(),
  };
}

/** A signal whose value is kept as a store, into which each next value is merged. */
function mergedSignal<T>(first: T | undefined, key: string): Signal<T | undefined> {
  const [store, setStore] = createStore<{ value: T | undefined }>({ value: first });
  const write = (next: unknown): T | undefined => {
    const value = typeof next === "function" ? next(unwrap(store).value) : next;
    setStore("value", reconcile(value, { key }));
    return store.value;
  };
  return [() => store.value, write as Setter<T | undefined>];
}

export function Shown<T>(props: {
  asked: Asked<T>;
  what: string;
  lines?: number;
  children: (value: () => NonNullable<T>) => JSX.Element;
}) {
  return (
    <Show
      when={props.asked.error() === undefined}
      fallback={<Failed error={props.asked.error()} retry={props.asked.again} />}
    >
      <Show
        when={props.asked.value()}
        fallback={<Loading what={props.what} lines={props.lines ?? 4} />}
      >
        {(value) => props.children(value)}
      </Show>
    </Show>
  );
}

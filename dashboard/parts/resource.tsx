/** What is asked of the server for one place on a page: the four states that this has, each designed. */
import { createResource, type JSX, Show } from "solid-js";
import { Failed, Loading } from "./states.tsx";

export type Asked<T> = {
  /** What was there before stays while it is asked again. */
  value: () => T | undefined;
  error: () => unknown;
  isLoading: () => boolean;
  again: () => void;
};

/** Asked whenever `source` changes; not at all while it is null, false or undefined. */
export function useAsked<S, T>(
  source: () => S | null | false | undefined,
  ask: (source: S) => Promise<T>,
): Asked<T> {
  const [value, { refetch }] = createResource(source, ask);
  return {
    value: () => (value.state === "errored" ? undefined : value.latest),
    error: () => (value.state === "errored" ? value.error : undefined),
    isLoading: () => value.loading,
    again: () => void refetch(),
  };
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

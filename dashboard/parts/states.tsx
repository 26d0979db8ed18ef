/** What a page shows when it has nothing to show yet: loading, nothing there, failed, cut off, not allowed. */
import { type JSX, Show } from "solid-js";
import { Icon, type IconName } from "./icon.tsx";
import { visible } from "./visible.ts";

function State(props: { icon: IconName; title: string; children?: JSX.Element; role?: "alert" }) {
  return (
    <div class="state" role={props.role}>
      <Icon name={props.icon} />
      <strong>{props.title}</strong>
      {props.children}
    </div>
  );
}

export function Loading(props: { what: string; lines?: number }) {
  return (
    <div class="bones" role="status">
      <span class="unseen">Loading {props.what}</span>
      {Array.from({ length: props.lines ?? 4 }, () => (
        <span aria-hidden="true" />
      ))}
    </div>
  );
}

export function Empty(props: { title: string; icon?: IconName; children?: JSX.Element }) {
  return (
    <State icon={props.icon ?? "empty"} title={props.title}>
      {props.children}
    </State>
  );
}

export function Failed(props: { error: unknown; retry?: () => void }) {
  const message = () =>
    props.error instanceof Error ? props.error.message : "it failed, and nobody said why";
  return (
    <State icon="alert" title="This could not be shown" role="alert">
      <p class="said block">{visible(message().slice(0, 2_000))}</p>
      <Show when={props.retry}>
        {(retry) => (
          <button type="button" class="button" onClick={() => retry()()}>
            Try again
          </button>
        )}
      </Show>
    </State>
  );
}

export function Forbidden(props: { title?: string; children: JSX.Element }) {
  return (
    <State icon="lock" title={props.title ?? "You are not let in"} role="alert">
      {props.children}
    </State>
  );
}

/** Times: relative, with the exact one on hover, in the zone of whoever reads; and durations. */
import { createSignal } from "solid-js";
import { duration, relative } from "./moments.ts";

const [now, setNow] = createSignal(Date.now());

setInterval(() => {
  if (document.visibilityState === "visible") setNow(Date.now());
}, 1_000);
document.addEventListener("visibilitychange", () => setNow(Date.now()));

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "long" });

/** `3 min ago`. */
export function When(props: { at: number; class?: string }) {
  return (
    <time
      class={props.class}
      datetime={new Date(props.at).toISOString()}
      title={exact.format(props.at)}
    >
      {relative(props.at, now())}
    </time>
  );
}

/** How long something has been going on; it runs. */
export function Since(props: { at: number }) {
  return (
    <time datetime={new Date(props.at).toISOString()} title={`since ${exact.format(props.at)}`}>
      {duration(Math.max(0, now() - props.at), true)}
    </time>
  );
}

const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });

/** `14:03:21`, for what happened within one session. */
export function ClockTime(props: { at: number }) {
  return (
    <time datetime={new Date(props.at).toISOString()} title={exact.format(props.at)}>
      {clock.format(props.at)}
    </time>
  );
}

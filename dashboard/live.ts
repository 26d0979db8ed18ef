/** What this machine is doing, kept up to date by the server's stream. */
import { createSignal } from "solid-js";
import { createStore, reconcile } from "solid-js/store";
import type { LiveView } from "../contracts/dashboard.ts";
import { api, lineNow } from "./api.ts";

/** `connecting`: the first time. `offline`: it was there, or should be. */
export type Line = "connecting" | "live" | "offline" | "forbidden";

const [line, setLine] = createSignal<Line>("connecting");
const [state, setState] = createStore<{ now: LiveView | null }>({ now: null });

export { line };

/** Null until the first word of it. */
export const live = (): LiveView | null => state.now;

const retryMsMax = 8_000;

/** Follows for as long as the page is open; starts anew by itself after anything that ends it. */
export function followLive(): void {
  let waitMs = 500;
  const start = (): void => {
    const again = (): void => {
      subscription.unsubscribe();
      void tellLine();
      setTimeout(start, waitMs);
      waitMs = Math.min(waitMs * 2, retryMsMax);
    };
    const subscription = api.live.subscribe(undefined, {
      onData(view) {
        waitMs = 500;
        setState("now", reconcile(view, { key: "session_id" }));
        setLine("live");
      },
      onConnectionStateChange({ state: is, error }) {
        if (is === "connecting" && error !== null) void tellLine();
      },
      onError: again,
      onComplete: again,
    });
  };
  start();
}

async function tellLine(): Promise<void> {
  const stands = await lineNow();
  if (stands === "up") return;
  setLine(stands);
}

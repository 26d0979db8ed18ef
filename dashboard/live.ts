/** What this machine is doing, kept up to date by the server's stream: one stream for all tabs of a browser. */
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

type News = { view: LiveView } | { line: Line } | "hello";

const channel = new BroadcastChannel("atlasbridge-live");
let newest: News[] = [];

/**
 * A browser opens few connections to one server, and a stream keeps one: the tab that holds the lock follows it and tells
 * the others. Another takes over when that one is closed.
 */
export function followLive(): void {
  channel.addEventListener("message", ({ data }: MessageEvent<News>) => {
    if (data !== "hello") hear(data);
    else for (const news of newest) channel.postMessage(news);
  });
  channel.postMessage("hello" satisfies News);
  void navigator.locks.request("atlasbridge-live", async () => {
    follow();
    await new Promise<never>(() => undefined);
  });
  // Whoever is not let in has to be told so by their own question: another tab may be.
  void tellLine();
}

function hear(news: Exclude<News, "hello">): void {
  if ("line" in news) {
    setLine(news.line);
    return;
  }
  setState("now", reconcile(news.view, { key: "session_id" }));
  setLine("live");
}

/** To this tab and the others. */
function spread(news: Exclude<News, "hello">): void {
  newest =
    "view" in news ? [news] : [...newest.filter((one) => one !== "hello" && "view" in one), news];
  hear(news);
  channel.postMessage(news);
}

const retryMsMax = 8_000;
const retryMsMin = 500;

/** Starts anew by itself after anything that ends it. */
function follow(): void {
  let waitMs = retryMsMin;
  const start = (): void => {
    const again = (): void => {
      subscription.unsubscribe();
      void tellLine();
      setTimeout(start, waitMs);
      waitMs = Math.min(waitMs * 2, retryMsMax);
    };
    const subscription = api.live.subscribe(undefined, {
      onData(view) {
        waitMs = retryMsMin;
        spread({ view });
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
  if (stands !== "up") spread({ line: stands });
}

/** Short news that goes by itself: what came of something that the person did. */
import { createSignal, For } from "solid-js";
import { visible } from "./visible.ts";

type Toast = { id: number; tone: "good" | "bad" | "plain"; text: string };

const [toasts, setToasts] = createSignal<readonly Toast[]>([]);
let last = 0;

/** Bad news stay longer. */
export function toast(text: string, tone: Toast["tone"] = "plain"): void {
  last += 1;
  const id = last;
  setToasts((before) => [...before.slice(-3), { id, tone, text }]);
  setTimeout(
    () => setToasts((before) => before.filter((one) => one.id !== id)),
    tone === "bad" ? 12_000 : 5_000,
  );
}

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      <For each={toasts()}>
        {({ tone, text }) => <div class={`toast ${tone}`}>{visible(text.slice(0, 500))}</div>}
      </For>
    </div>
  );
}

export async function copy(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    toast(`${what} copied`, "good");
  } catch {
    toast(`${what} could not be copied: the browser does not allow it`, "bad");
  }
}

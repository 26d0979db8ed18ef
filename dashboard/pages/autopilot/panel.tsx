/** The brake, within reach on every page: pause at once, resume, and the most that any session may do by itself. */
import { createSignal, Show } from "solid-js";
import type { AutopilotChange } from "../../../contracts/dashboard.ts";
import type { AutonomyMode } from "../../../contracts/policy.ts";
import { api } from "../../api.ts";
import { live } from "../../live.ts";
import { Icon } from "../../parts/icon.tsx";
import { toast } from "../../parts/toast.tsx";

const modes: readonly [AutonomyMode, string][] = [
  ["full", "full: types"],
  ["assist", "assist: suggests"],
  ["off", "off: asks you"],
];

const [isBusy, setBusy] = createSignal(false);

async function change(wanted: AutopilotChange): Promise<void> {
  setBusy(true);
  try {
    await api.autopilot.change.mutate(wanted);
  } catch (error) {
    toast(error instanceof Error ? error.message : "it could not be changed", "bad");
  } finally {
    setBusy(false);
  }
}

export const isPaused = (): boolean => live()?.autopilot.state === "paused";

export function PauseButton(props: { class?: string }) {
  return (
    <button
      type="button"
      class={`button small ${props.class ?? ""}`}
      disabled={isBusy() || live() === null}
      onClick={() => void change({ do: isPaused() ? "resume" : "pause" })}
    >
      <Icon name={isPaused() ? "play" : "pause"} />
      {isPaused() ? "Resume" : "Pause"}
      <span class="unseen"> automatic replies in every session</span>
    </button>
  );
}

export function AutopilotPanel() {
  return (
    <Show when={live()}>
      {(view) => (
        <section class="pilot" aria-label="Autopilot">
          <div class="pilot-head wide">
            <span class={`dot ${isPaused() ? "bad" : "working"}`} aria-hidden="true" />
            <b>Autopilot</b>
            <span>{isPaused() ? "paused" : "running"}</span>
          </div>
          <div class="pilot-set">
            <PauseButton class={isPaused() ? "primary" : ""} />
            <select
              class="input wide"
              aria-label="The most that any session may do by itself"
              disabled={isBusy()}
              value={view().autopilot.mode}
              onChange={({ currentTarget }) => {
                const mode = modes.find(([one]) => one === currentTarget.value)?.[0];
                if (mode !== undefined) void change({ do: "limit", mode });
              }}
            >
              {modes.map(([mode, text]) => (
                <option value={mode}>{text}</option>
              ))}
            </select>
          </div>
        </section>
      )}
    </Show>
  );
}

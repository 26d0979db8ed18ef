/** Holds one running session and lets it go on, as `sessions pause` and `sessions resume` do. */
import { createSignal, Show } from "solid-js";
import type {
  DashboardSteer,
  DashboardSteered,
  SessionGlance,
} from "../../../contracts/dashboard.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import { api } from "../../api.ts";
import { Icon } from "../../parts/icon.tsx";
import { toast } from "../../parts/toast.tsx";
import { visible } from "../../parts/visible.ts";

/** Tells what came of it. */
export async function steer(order: DashboardSteer): Promise<DashboardSteered> {
  const steered = await api.sessions.steer.mutate(order).catch((error: unknown) => ({
    done: false,
    text: error instanceof Error ? error.message : "it could not be done",
  }));
  toast(steered.text, steered.done ? "good" : "bad");
  return steered;
}

export type Held = SessionGlance["paused"];

export function HoldButton(props: {
  id: SessionId;
  /** For a screen reader, among many. */
  name: string;
  held: Held | undefined;
  again(): void;
}) {
  const [isBusy, setBusy] = createSignal(false);
  const isHeld = () => props.held === "paused" || props.held === "frozen";
  const hold = async (): Promise<void> => {
    setBusy(true);
    await steer({ session_id: props.id, do: isHeld() ? "resume" : "pause" });
    setBusy(false);
    props.again();
  };
  return (
    <button
      type="button"
      class="button small"
      disabled={isBusy() || props.held === undefined}
      title={
        isHeld()
          ? "Policy types in it again"
          : "Nothing is typed for you in this session; your own keys are not held back"
      }
      onClick={() => void hold()}
    >
      <Icon name={isHeld() ? "play" : "pause"} />
      {isHeld() ? "Resume" : "Pause"}
      <span class="unseen"> {visible(props.name.slice(0, 120))}</span>
    </button>
  );
}

export function HeldChip(props: { held: Held | undefined }) {
  return (
    <Show when={props.held !== undefined && props.held !== "running"}>
      <span class="chip bad">{props.held}</span>
    </Show>
  );
}

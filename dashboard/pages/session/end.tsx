/** Freezes one running session, and ends it: asked first, and killed where it does not listen. */
import { createSignal, Show } from "solid-js";
import type { SessionId } from "../../../contracts/ids.ts";
import { Confirm } from "../../parts/sheet.tsx";
import { type Held, steer } from "../now/steer.tsx";

type Props = { id: SessionId; held: Held | undefined; again(): void };

export function EndButtons(props: Props) {
  const [asking, setAsking] = createSignal<"stop" | "kill" | null>(null);
  const freeze = async (): Promise<void> => {
    await steer({ session_id: props.id, do: "freeze" });
    props.again();
  };
  const stop = async (): Promise<void> => {
    const { done } = await steer({ session_id: props.id, do: "stop" });
    setAsking(done ? null : "kill");
  };
  // What it asks after that stays.
  const closed = (which: "stop" | "kill"): void =>
    void setAsking((now) => (now === which ? null : now));
  return (
    <>
      <Show when={props.held !== undefined && props.held !== "frozen"}>
        <button
          type="button"
          class="button small"
          title="Its processes stand still until you resume it"
          onClick={() => void freeze()}
        >
          Freeze
        </button>
      </Show>
      <button type="button" class="button small danger" onClick={() => setAsking("stop")}>
        Stop
      </button>
      <Show when={asking() === "stop"}>
        <Confirm
          title="Stop the session?"
          text="The tool is asked to end, as if its terminal was closed. What it has not saved may be lost; the trace stays."
          act="Stop it"
          close={() => closed("stop")}
          run={stop}
        />
      </Show>
      <Show when={asking() === "kill"}>
        <Confirm
          title="It has not ended. Kill it?"
          text="It was asked, and goes on. Killed, it has no chance to save anything."
          act="Kill it"
          close={() => closed("kill")}
          run={async () => void (await steer({ session_id: props.id, do: "kill" }))}
        />
      </Show>
    </>
  );
}

/** Who used the brake, and when. */
import { For, Show } from "solid-js";
import { api } from "../../api.ts";
import { live } from "../../live.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { When } from "../../parts/time.tsx";

const words: Readonly<Record<string, string>> = {
  paused: "paused every automatic reply",
  resumed: "let policies answer again",
};

export function BrakeHistory() {
  // Read again whenever it was used.
  const asked = useAsked(
    () => ({ changed: live()?.autopilot.changed_at ?? 0 }),
    async () => await api.autopilot.history.query(),
  );
  return (
    <section class="card" aria-labelledby="brakes">
      <div class="card-head">
        <h2 id="brakes">Use of the brake</h2>
        <span class="soft small">who paused, resumed or limited automatic replies</span>
      </div>
      <Shown asked={asked} what="who used the brake">
        {(changes) => (
          <Show
            when={changes().length > 0}
            fallback={<p class="card-body soft">Nobody has used it yet.</p>}
          >
            <ul class="rows">
              <For each={changes()}>
                {({ at, mode, by, action }) => (
                  <li class="brake-row" data-row tabindex="-1">
                    <span class="soft small">
                      <When at={at} />
                    </span>
                    <span>{words[action ?? ""] ?? `limited every session to ${mode}`}</span>
                    <span class="soft small">
                      by {by === "cli" ? "the command line" : `the ${by}`}
                    </span>
                  </li>
                )}
              </For>
            </ul>
          </Show>
        )}
      </Shown>
    </section>
  );
}

/** Is everything there that a governed session needs, and what mends what is not. */
import { For, Show } from "solid-js";
import { api } from "../../api.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Said } from "../../parts/text.tsx";
import { copy } from "../../parts/toast.tsx";
import { byUrgency, summaryOf } from "./model.ts";
import "./doctor.css";

const tones = { ok: "good", warning: "warn", failed: "bad" } as const;

export function Doctor() {
  const asked = useAsked(
    () => true,
    async () => await api.doctor.query(),
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1>Doctor</h1>
        <div class="end">
          <button
            type="button"
            class="button"
            disabled={asked.isLoading()}
            onClick={() => asked.again()}
          >
            {asked.isLoading() ? "Examining…" : "Examine again"}
          </button>
        </div>
      </div>
      <Shown asked={asked} what="the examination" lines={8}>
        {(view) => (
          <section class="card" aria-label="Findings">
            <div class="card-head">
              <h2>{summaryOf(view().findings)}</h2>
            </div>
            <ul class="rows">
              <For each={byUrgency(view().findings)}>
                {({ name, status, detail, fix }) => (
                  <li class="finding" data-row tabindex="-1">
                    <span class={`chip ${tones[status]}`}>{status}</span>
                    <b>
                      <Said text={name} />
                    </b>
                    <span class="soft">
                      <Said text={detail} />
                    </span>
                    <Show when={fix}>
                      {(text) => (
                        <span class="row-wrap fix">
                          <code>
                            <Said text={text()} />
                          </code>
                          <button
                            type="button"
                            class="button small"
                            onClick={() => void copy(text(), "The remedy")}
                          >
                            Copy
                          </button>
                        </span>
                      )}
                    </Show>
                  </li>
                )}
              </For>
            </ul>
          </section>
        )}
      </Shown>
    </div>
  );
}

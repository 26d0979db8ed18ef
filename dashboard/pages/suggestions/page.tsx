/** What people always answered alike, as text for whoever writes the policy; no machine ever fetches it. */
import { For, Show } from "solid-js";
import type { Suggestion } from "../../../contracts/cloud-views.ts";
import { cloud } from "../../cloud-api.ts";
import { counted } from "../../parts/numbers.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Empty } from "../../parts/states.tsx";
import { Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { copy } from "../../parts/toast.tsx";

export function Suggestions() {
  const asked = useAsked(
    () => true,
    async () => await cloud.decisions.suggestions.query({}),
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1>Suggestions</h1>
        <p class="soft">
          Questions that policy left to people, and people always answered alike. This is text for a
          person: nobody's machine reads it, and a policy changes only where its owner changes it.
        </p>
      </div>
      <Shown asked={asked} what="suggestions">
        {(view) => (
          <For
            each={view().suggestions}
            fallback={
              <section class="card">
                <Empty title="Nothing to suggest" icon="suggestions">
                  <p>
                    Suggestions come once people have answered the same question alike several
                    times.
                  </p>
                </Empty>
              </section>
            }
          >
            {(one) => <One suggestion={one} />}
          </For>
        )}
      </Shown>
    </div>
  );
}

function One(props: { suggestion: Suggestion }) {
  const one = () => props.suggestion;
  return (
    <article class="card card-body stack" data-row tabindex="-1">
      <p>
        <Said text={one().text} />
      </p>
      <div class="row-wrap">
        <span class="chip">{counted(one().times, "time")}</span>
        <span class="chip">{counted(one().agents, "agent")}</span>
        <Show when={one().tool}>
          {(tool) => (
            <span class="chip">
              <Said text={tool()} />
            </span>
          )}
        </Show>
        <span class={`chip ${one().same_question ? "good" : ""}`}>
          {one().same_question ? "the same question" : "the same kind of question"}
        </span>
        <span class={`chip ${one().same_reply ? "good" : ""}`}>
          {one().same_reply ? "the same reply" : "the same outcome"}
        </span>
        <span class="small soft">
          last <When at={one().last_at} />
        </span>
        <button
          type="button"
          class="button small"
          onClick={() => void copy(one().text, "The suggestion")}
        >
          Copy
        </button>
      </div>
    </article>
  );
}

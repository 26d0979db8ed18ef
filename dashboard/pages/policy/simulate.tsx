/** What another text of the policy would have made of this machine's history. */
import { A } from "@solidjs/router";
import { createEffect, createSignal, For, Show } from "solid-js";
import type { PolicySimulateView } from "../../../contracts/policy-tools.ts";
import { api } from "../../api.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Failed } from "../../parts/states.tsx";
import { Line, Said } from "../../parts/text.tsx";
import { copy } from "../../parts/toast.tsx";

export function Simulate() {
  const own = useAsked(
    () => true,
    async () => await api.policy.text.query(),
  );
  return (
    <Shown asked={own} what="your policy">
      {(file) => <Editor file={file().file} own={file().text} />}
    </Shown>
  );
}

function Editor(props: { file: string; own: string }) {
  const [text, setText] = createSignal("");
  const [view, setView] = createSignal<PolicySimulateView | null>(null);
  const [error, setError] = createSignal<unknown>(null);
  const [isAsking, setAsking] = createSignal(false);
  createEffect(() => setText(props.own));

  async function simulate(): Promise<void> {
    setAsking(true);
    setError(null);
    try {
      setView(await api.policy.simulate.mutate({ text: text() }));
    } catch (failure) {
      setView(null);
      setError(failure);
    } finally {
      setAsking(false);
    }
  }

  return (
    <div class="stack gap">
      <div class="card card-body stack">
        <div class="field">
          <label for="policy-text">
            A changed policy; your file <code>{props.file}</code> stays as it is
          </label>
          <textarea
            id="policy-text"
            class="input"
            rows="18"
            spellcheck={false}
            value={text()}
            onInput={({ currentTarget }) => setText(currentTarget.value)}
          />
        </div>
        <div class="row-wrap">
          <button
            type="button"
            class="button primary"
            disabled={isAsking() || text().trim() === ""}
            onClick={() => void simulate()}
          >
            {isAsking() ? "Going through your history…" : "Simulate against history"}
          </button>
          <button type="button" class="button" onClick={() => setText(props.own)}>
            Reset
          </button>
          <button
            type="button"
            class="button"
            onClick={() => void copy(text(), "The policy's text")}
          >
            Copy
          </button>
        </div>
      </div>
      <div aria-live="polite">
        <Show when={error() !== null}>
          <Failed error={error()} />
        </Show>
        <Show when={view()}>{(told) => <Outcome view={told()} />}</Show>
      </div>
    </div>
  );
}

const effectText = {
  answers: "answered",
  denies: "denied",
  suggests: "suggested",
  tells: "left to you, and told",
  asks: "left to you",
} as const;

function Outcome(props: { view: PolicySimulateView }) {
  return (
    <section class="card" aria-labelledby="simulated">
      <div class="card-head">
        <h2 id="simulated">
          {props.view.changed === 0
            ? "Nothing would have come out otherwise"
            : `${props.view.changed} of ${props.view.prompts} prompts would have come out otherwise`}
        </h2>
        <span class="soft small">
          {props.view.same} the same, in {props.view.sessions} sessions
        </span>
      </div>
      <ul class="rows">
        <For each={props.view.groups}>
          {({ was, now, count, example }) => (
            <li class="gap-row" data-row tabindex="-1">
              <span class="num">{count} ×</span>
              <span>
                {effectText[was.effect]} <span class="soft">→</span> <b>{effectText[now.effect]}</b>{" "}
                <span class="soft small">
                  {was.rule_id ?? "no rule"} → {now.rule_id ?? "no rule"}
                </span>
              </span>
              <A href={`/sessions/${example.session_id}`} class="soft">
                <Line text={example.question ?? "content not there"} />
              </A>
            </li>
          )}
        </For>
      </ul>
      <div class="card-body small soft stack tight">
        <For each={props.view.limits}>
          {(limit) => (
            <p>
              <Said text={limit} />
            </p>
          )}
        </For>
      </div>
    </section>
  );
}

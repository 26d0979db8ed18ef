/** One question that waits for the person, with everything that is needed to answer it. */
import { createSignal, For, onCleanup, Show } from "solid-js";
import { A } from "@solidjs/router";
import type { WaitingPrompt } from "../../../contracts/operator.ts";
import { api } from "../../api.ts";
import { Block, Said } from "../../parts/text.tsx";
import { Since } from "../../parts/time.tsx";
import { toast } from "../../parts/toast.tsx";
import { type Choice, choicesFor, kindText, takesText } from "../../../contracts/choices.ts";

/** A question must have stood there for this long before a single key answers it: nobody has read it earlier. */
const readMs = 700;

export function Ask(props: { prompt: WaitingPrompt }) {
  const [sending, setSending] = createSignal<string | null>(null);
  const shownAt = performance.now();
  let card: HTMLElement | undefined;
  // Answered, it is gone: whoever works by keyboard goes on with the next one.
  onCleanup(() => {
    if (card?.contains(document.activeElement) !== true) return;
    queueMicrotask(() => {
      const next = document.querySelector<HTMLElement>(".ask") ?? document.getElementById("main");
      next?.focus({ preventScroll: true });
    });
  });
  const choices = () => choicesFor(props.prompt);

  async function send(value: string | null, text: string): Promise<void> {
    if (sending() !== null) return;
    setSending(text);
    const { prompt_id, session_id, fingerprint, tool } = props.prompt;
    try {
      const fate = await api.answer.mutate({ prompt_id, session_id, fingerprint, value });
      const [said, tone] = outcomeText(fate, tool);
      toast(said, tone);
    } catch (error) {
      toast(error instanceof Error ? error.message : String(error), "bad");
    } finally {
      setSending(null);
    }
  }

  function pressed(event: KeyboardEvent): void {
    if (event.target !== event.currentTarget || performance.now() - shownAt < readMs) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const choice = choices().find(({ key }) => key === event.key);
    if (choice === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    void send(choice.value, choice.text);
  }

  return (
    <article
      class="ask"
      ref={(element) => (card = element)}
      data-row
      tabindex="0"
      onKeyDown={pressed}
      aria-label={`${props.prompt.tool} asks: ${props.prompt.question.slice(0, 120)}`}
      aria-busy={sending() !== null}
    >
      <Head prompt={props.prompt} />
      <Body
        prompt={props.prompt}
        sending={sending()}
        choices={choices()}
        send={(value, text) => void send(value, text)}
      />
    </article>
  );
}

type Sending = {
  prompt: WaitingPrompt;
  /** What was sent and has not had its effect yet. */
  sending: string | null;
  choices: readonly Choice[];
  send(value: string | null, text: string): void;
};

function Body(props: Sending) {
  return (
    <div class="ask-body">
      <div class="ask-question">
        <Block text={props.prompt.question} />
      </div>
      <Subject prompt={props.prompt} />
      <Show
        when={props.prompt.kind !== "password"}
        fallback={<p class="soft">It asks for a secret: type it at the tool's own terminal.</p>}
      >
        <div class="answers">
          <Show when={takesText(props.prompt)}>
            <TextAnswer
              busy={props.sending !== null}
              send={(text) => props.send(text, "your text")}
            />
          </Show>
          <For each={props.choices}>
            {(choice) => (
              <AnswerButton
                choice={choice}
                busy={props.sending !== null}
                send={() => props.send(choice.value, choice.text)}
              />
            )}
          </For>
        </div>
      </Show>
      <p class="soft small sent" role="status">
        <Show when={props.sending}>
          {(text) => (
            <>
              Sent: <Said text={text()} />. Waiting for its effect…
            </>
          )}
        </Show>
      </p>
    </div>
  );
}

function Head(props: { prompt: WaitingPrompt }) {
  return (
    <div class="ask-head">
      <span class="dot waiting" aria-hidden="true" />
      <b>
        <Said text={props.prompt.tool} />
      </b>
      <Show when={props.prompt.label}>{(label) => <Said class="soft" text={label()} />}</Show>
      <span class="chip warn">{kindText[props.prompt.kind]}</span>
      <Show when={props.prompt.confidence !== "high"}>
        <span class="chip">{props.prompt.confidence} confidence</span>
      </Show>
      <span class="soft">
        waits <Since at={props.prompt.since} />
      </span>
      <A class="end" href={`/sessions/${props.prompt.session_id}`}>
        session
      </A>
    </div>
  );
}

function Subject(props: { prompt: WaitingPrompt }) {
  const about = () => {
    const { subject } = props.prompt;
    return subject?.command ?? subject?.path ?? subject?.host ?? null;
  };
  return (
    <>
      <Show when={about()}>
        {(text) => (
          <div class="codeblock" tabindex="0" role="region" aria-label="What it is about">
            <Block text={text()} />
          </div>
        )}
      </Show>
      <Show when={props.prompt.cut}>
        <p class="small soft">Not all of it is on the tool's screen: look there first.</p>
      </Show>
      <p class="small soft">
        Left to you: <Said text={props.prompt.reason} />
      </p>
    </>
  );
}

function AnswerButton(props: { choice: Choice; busy: boolean; send(): void }) {
  return (
    <button
      type="button"
      class={`button ${props.choice.tone === "plain" ? "" : props.choice.tone}`}
      classList={{ far: props.choice.value === null }}
      disabled={props.busy}
      onClick={() => props.send()}
    >
      <Said text={props.choice.text} />
      <Show when={props.choice.key}>{(key) => <kbd aria-hidden="true">{key()}</kbd>}</Show>
    </button>
  );
}

function TextAnswer(props: { busy: boolean; send(text: string): void }) {
  const [text, setText] = createSignal("");
  return (
    <form
      class="answer-text"
      onSubmit={(event) => {
        event.preventDefault();
        props.send(text());
      }}
    >
      <input
        class="input"
        aria-label="Your answer"
        placeholder="Your answer; empty presses Enter alone"
        autocomplete="off"
        maxLength={4_096}
        value={text()}
        onInput={({ currentTarget }) => setText(currentTarget.value)}
      />
      <button type="submit" class="button primary" disabled={props.busy}>
        Send
      </button>
    </form>
  );
}

function outcomeText(
  { state, outcome, reason }: Awaited<ReturnType<typeof api.answer.mutate>>,
  tool: string,
): [string, "good" | "bad" | "plain"] {
  const because = reason === null ? "" : `: ${reason}`;
  if (state !== "ended") return [`No effect was seen yet (${state})${because}`, "bad"];
  if (outcome === "person" || outcome === "session_ended") return [`${tool} has gone on`, "good"];
  return [`${outcome ?? "ended"}${because}`, "bad"];
}

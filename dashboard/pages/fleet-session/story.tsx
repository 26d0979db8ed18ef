/** What became of one prompt, step by step with the time each took; and what happened besides. */
import { For, Show } from "solid-js";
import type { TimelineEntry } from "../../../contracts/cloud-views.ts";
import { duration } from "../../parts/moments.ts";
import { Block, Said } from "../../parts/text.tsx";
import { ClockTime } from "../../parts/time.tsx";
import { actionOf, type Asked, nameOf, sharedOf, sinceBefore, stepNames, wordOf } from "./model.ts";

export function PromptStory(props: { prompt: Asked }) {
  const step = (kind: string) => props.prompt.entries.find((entry) => entry.kind === kind);
  const seen = () => step("prompt.detected");
  const decided = () => step("decision.made");
  const action = () => actionOf(wordOf(decided(), "action"));
  const outcome = () => wordOf(step("prompt.closed"), "outcome");
  const question = () => sharedOf(seen(), "question");
  return (
    <article class="card told" data-row tabindex="-1" aria-label="A prompt">
      <div class="card-head">
        <span class={`chip ${action().tone}`}>{action().text}</span>
        <b>{(wordOf(seen(), "prompt_kind") ?? "prompt").replaceAll("_", " ")}</b>
        <span class="small soft">
          {outcome() === null ? "still open" : (outcome() ?? "").replaceAll("_", " ")}
        </span>
        <span class="end small soft">
          <ClockTime at={props.prompt.entries[0]?.at ?? 0} />
        </span>
      </div>
      <div class="card-body stack">
        <Show
          when={question()}
          fallback={
            <Show when={seen()?.content_state === "withheld"}>
              <p class="small soft">What it asked was not shared.</p>
            </Show>
          }
        >
          {(text) => (
            <div class="question">
              <Block text={text()} />
            </div>
          )}
        </Show>
        <Why decided={decided()} />
        <ol class="steps">
          <For each={props.prompt.entries}>
            {(entry, at) => (
              <li>
                <span class="step-name">{stepNames[entry.kind] ?? entry.kind}</span>
                <span class="small soft">
                  <StepNote entry={entry} />
                </span>
                <span class="small soft right nowrap">
                  <Show when={sinceBefore(props.prompt.entries, at())} fallback="">
                    {(ms) => <>+{duration(ms())}</>}
                  </Show>
                </span>
                <span class="short-id" title={`Entry ${entry.seq}, hash ${entry.hash}`}>
                  #{entry.seq}
                </span>
              </li>
            )}
          </For>
        </ol>
      </div>
    </article>
  );
}

function Why(props: { decided: TimelineEntry | undefined }) {
  return (
    <Show when={props.decided}>
      {(entry) => (
        <p class="row-wrap">
          <Show
            when={wordOf(entry(), "rule_id")}
            fallback={<span class="small soft">No rule matched</span>}
          >
            {(rule) => (
              <span class="small">
                Rule{" "}
                <code>
                  <Said text={rule()} />
                </code>
              </span>
            )}
          </Show>
          <Said class="small soft" text={wordOf(entry(), "reason") ?? ""} />
          <span class={`chip ${wordOf(entry(), "risk") === "low" ? "" : "warn"}`}>
            {wordOf(entry(), "risk") ?? "unknown"} risk
          </span>
        </p>
      )}
    </Show>
  );
}

function StepNote(props: { entry: TimelineEntry }) {
  const word = (field: string) => wordOf(props.entry, field) ?? "?";
  const text = (): string => {
    switch (props.entry.kind) {
      case "prompt.detected":
        return `with ${word("confidence")} confidence`;
      case "decision.made":
        return actionOf(word("action")).text;
      case "prompt.escalated":
        return `by ${word("by")}`;
      case "reply.received":
        return `by ${word("by")}${saidOf(props.entry)}`;
      case "reply.injected":
        return `${word("bytes")} bytes by ${word("by")}`;
      default:
        return word("outcome").replaceAll("_", " ");
    }
  };
  return <Said text={text()} />;
}

function saidOf(entry: TimelineEntry): string {
  const reply = sharedOf(entry, "reply");
  return reply === null ? "" : `: ${JSON.stringify(reply)}`;
}

/** Of a kind that this page may not know: all that it says. */
export function Event(props: { entry: TimelineEntry }) {
  const facts = () =>
    Object.keys(props.entry.data).flatMap((name) => {
      const word = wordOf(props.entry, name);
      return word === null ? [] : [[name, word] as const];
    });
  return (
    <details class="event">
      <summary>
        <span class="dot" aria-hidden="true" />
        <span>{nameOf(props.entry.kind)}</span>
        <span class="short-id">#{props.entry.seq}</span>
        <span class="end small soft">
          <ClockTime at={props.entry.at} />
        </span>
      </summary>
      <dl class="facts">
        <For each={facts()}>
          {([name, value]) => (
            <>
              <dt>{name.replaceAll("_", " ")}</dt>
              <dd>
                <Said text={value} />
              </dd>
            </>
          )}
        </For>
        <dt>hash</dt>
        <dd class="mono">{props.entry.hash}</dd>
      </dl>
    </details>
  );
}

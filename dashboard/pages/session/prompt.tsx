/** One prompt of a session: its question, its way in steps, and on request the rule and conditions that decided. */
import { For, Show } from "solid-js";
import type { PromptStory } from "../../../contracts/dashboard.ts";
import { api } from "../../api.ts";
import { Explanation } from "../../parts/explanation.tsx";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Block, Said } from "../../parts/text.tsx";
import { ClockTime } from "../../parts/time.tsx";
import { kindText } from "../../../contracts/choices.ts";
import { outcomeText, outcomeTone, stepsOf, stepText } from "./model.ts";

export type PromptProps = {
  sessionId: string;
  /** From 1, in the order in which they were asked. */
  number: number;
  prompt: PromptStory;
  isChosen: boolean;
  /** The replay stands at it. */
  isPlaying: boolean;
  choose(): void;
};

export function Prompt(props: PromptProps) {
  const headId = () => `prompt-${props.number}`;
  return (
    <article class="card prompt" classList={{ playing: props.isPlaying, chosen: props.isChosen }}>
      <div class="prompt-head">
        <span class="prompt-number">{props.number}</span>
        <button
          type="button"
          class="prompt-open"
          data-row
          id={headId()}
          aria-expanded={props.isChosen}
          onClick={() => props.choose()}
        >
          <Show when={props.prompt.question} fallback={<span class="soft">content not there</span>}>
            {(question) => <Said text={question().slice(0, 300)} />}
          </Show>
        </button>
        <span class="soft small">
          <ClockTime at={props.prompt.detected_at} />
        </span>
      </div>
      <div class="row-wrap prompt-chips">
        <span class="chip">{kindText[props.prompt.prompt_kind]}</span>
        <Outcome prompt={props.prompt} />
        <Decided prompt={props.prompt} />
      </div>
      <Steps prompt={props.prompt} />
      <Show when={props.isChosen}>
        <div class="prompt-more stack">
          <Details prompt={props.prompt} />
          <Why {...props} />
        </div>
      </Show>
    </article>
  );
}

function Outcome(props: { prompt: PromptStory }) {
  return (
    <Show when={props.prompt.closed} fallback={<span class="chip warn">still open</span>}>
      {(closed) => (
        <span class={`chip ${outcomeTone(closed().outcome)}`}>{outcomeText[closed().outcome]}</span>
      )}
    </Show>
  );
}

function Decided(props: { prompt: PromptStory }) {
  return (
    <Show when={props.prompt.decision}>
      {(decision) => (
        <span class="small soft">
          <Show when={decision().rule_id} fallback="no rule matched">
            {(rule) => (
              <>
                rule <code>{rule()}</code>
              </>
            )}
          </Show>
          : {decision().action.replaceAll("_", " ")}
        </span>
      )}
    </Show>
  );
}

function Steps(props: { prompt: PromptStory }) {
  return (
    <ol class="steps" aria-label="The prompt's way">
      <For each={stepsOf(props.prompt)}>
        {(step) => (
          <li class={step.tone}>
            <span>{stepText[step.name]}</span>
            <Show when={step.took}>{(took) => <small>{took()}</small>}</Show>
          </li>
        )}
      </For>
    </ol>
  );
}

function Details(props: { prompt: PromptStory }) {
  const about = () => {
    const { subject } = props.prompt;
    return subject?.command ?? subject?.path ?? subject?.host ?? null;
  };
  return (
    <>
      <Show when={props.prompt.question}>
        {(question) => (
          <div class="codeblock" tabindex="0" role="region" aria-label="The question, whole">
            <Block text={question()} />
          </div>
        )}
      </Show>
      <Show when={about()}>
        {(text) => (
          <div class="codeblock" tabindex="0" role="region" aria-label="What it is about">
            <Block text={text()} />
          </div>
        )}
      </Show>
      <dl class="facts">
        <Show when={props.prompt.options.length > 0}>
          <dt>Options</dt>
          <dd>
            <For each={props.prompt.options}>
              {({ label, key }) => (
                <div>
                  <Show when={key}>{(text) => <kbd>{text()}</kbd>}</Show> <Said text={label} />
                </div>
              )}
            </For>
          </dd>
        </Show>
        <dt>Seen by</dt>
        <dd>
          {props.prompt.confidence} confidence: {props.prompt.evidence.join(", ")}
        </dd>
        <Judged prompt={props.prompt} />
        <Typed prompt={props.prompt} />
        <dt>Trace</dt>
        <dd>
          entries {props.prompt.first_seq} to {props.prompt.last_seq}
        </dd>
      </dl>
    </>
  );
}

function Judged(props: { prompt: PromptStory }) {
  return (
    <>
      <Show when={props.prompt.decision}>
        {(decision) => (
          <>
            <dt>Decision</dt>
            <dd>
              <Said text={decision().reason} />
            </dd>
          </>
        )}
      </Show>
      <Show when={props.prompt.judged}>
        {(judged) => (
          <>
            <dt>Risk</dt>
            <dd>
              {judged().risk}
              <Show when={judged().risk_factors.length > 0}>
                : <Said text={judged().risk_factors.join(", ")} />
              </Show>
            </dd>
          </>
        )}
      </Show>
    </>
  );
}

function Typed(props: { prompt: PromptStory }) {
  return (
    <>
      <Show when={props.prompt.reply}>
        {(reply) => (
          <>
            <dt>Typed</dt>
            <dd>
              by {reply().by}, {reply().secret === true ? "a secret" : `${reply().bytes} bytes`},{" "}
              {reply().latency_ms.toFixed(1)} ms after the last output
              <Show when={props.prompt.received?.reply}>
                {(text) => (
                  <>
                    : <Said class="mono" text={JSON.stringify(text())} />
                  </>
                )}
              </Show>
            </dd>
          </>
        )}
      </Show>
      <Show when={props.prompt.closed?.reason}>
        {(reason) => (
          <>
            <dt>Ended</dt>
            <dd>
              <Said text={reason()} />
            </dd>
          </>
        )}
      </Show>
    </>
  );
}

/** By the policies that hold now: these may be others than those that decided then, and the page says so. */
function Why(props: PromptProps) {
  const asked = useAsked(
    () => ({ session_id: props.sessionId, prompt_id: props.prompt.prompt_id }),
    async (which) => await api.policy.explain.query(which),
  );
  return (
    <section class="stack" aria-label="Rule and conditions">
      <h3>Rule and conditions</h3>
      <Shown asked={asked} what="what each rule saw">
        {(view) => (
          <>
            <Show
              when={
                props.prompt.judged !== null &&
                props.prompt.judged.policy_hash !== view().policy_hash
              }
            >
              <p class="small soft">
                The policy has changed since, or a project's own held there as well: this is what
                today's says of the same prompt.
              </p>
            </Show>
            <Explanation view={view()} />
          </>
        )}
      </Shown>
    </section>
  );
}

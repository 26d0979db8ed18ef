/** What each rule of a policy wants of one prompt, and what it saw. */
import { For, Show } from "solid-js";
import type { PolicyExplainView } from "../../contracts/policy-views.ts";
import { Said } from "./text.tsx";

type Rule = PolicyExplainView["rules"][0];
type Condition = Rule["conditions"][0];

const tones = { holds: "good", fails: "bad", unknown: "warn" } as const;
/** Of a whole rule: that one does not match is the usual thing, and nothing to be alarmed at. */
const ruleTones = { holds: "good", fails: "", unknown: "warn" } as const;
const ruleWords = { holds: "matches", fails: "no match", unknown: "not known" } as const;
const actions = {
  auto_reply: { text: "answers", tone: "good" },
  deny: { text: "denies", tone: "bad" },
  require_human: { text: "asks you", tone: "warn" },
  notify_only: { text: "asks you, and tells", tone: "warn" },
} as const;

export function Explanation(props: { view: PolicyExplainView }) {
  const decides = (rule: Rule): boolean =>
    rule.rule_id === props.view.decision.rule_id && rule.result === "holds";
  const before = () => props.view.rules.filter((rule) => rule.reached || decides(rule));
  const after = () => props.view.rules.length - before().length;
  return (
    <div class="stack">
      <Verdict view={props.view} />
      <ul class="stack tight">
        <For each={before()}>
          {(rule) => <RuleSeen rule={rule} open={decides(rule)} decides={decides(rule)} />}
        </For>
      </ul>
      <Show when={after() > 0}>
        <p class="small soft">{after()} further rules were not reached.</p>
      </Show>
      <For each={props.view.brakes.filter(({ holds_back: holds }) => holds)}>
        {({ brake, given, most }) => (
          <p class="small bad-text">
            Held back by <code>{brake}</code>: {given} of {most} given.
          </p>
        )}
      </For>
      <For each={props.view.gaps}>
        {(gap) => (
          <p class="small soft">
            Not known: <Said text={gap} />
          </p>
        )}
      </For>
    </div>
  );
}

function Verdict(props: { view: PolicyExplainView }) {
  const action = () => actions[props.view.decision.action];
  return (
    <p class="row-wrap">
      <span class={`chip ${action().tone}`}>policy {action().text}</span>
      <Show when={props.view.decision.value}>
        {(value) => (
          <code>
            <Said text={JSON.stringify(value())} />
          </code>
        )}
      </Show>
      <Said class="small" text={props.view.decision.reason} />
      <span class={`chip ${props.view.decision.risk === "low" ? "" : "warn"}`}>
        {props.view.decision.risk} risk
      </span>
    </p>
  );
}

function RuleSeen(props: { rule: Rule; open: boolean; decides: boolean }) {
  return (
    <li>
      <details class="rule-seen" open={props.open}>
        <summary>
          <span class={`chip ${ruleTones[props.rule.result]}`}>{ruleWords[props.rule.result]}</span>
          <code>{props.rule.rule_id}</code>
          <Show when={props.decides}>
            <span class="chip accent">decides</span>
          </Show>
          <Show when={props.rule.description}>
            {(text) => <Said class="small soft" text={text()} />}
          </Show>
        </summary>
        <table class="conditions">
          <thead>
            <tr>
              <th scope="col">Condition</th>
              <th scope="col">Wants</th>
              <th scope="col">Saw</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.rule.conditions}>{(one) => <ConditionRow one={one} deep={0} />}</For>
          </tbody>
        </table>
      </details>
    </li>
  );
}

function ConditionRow(props: { one: Condition; deep: number }) {
  return (
    <>
      <tr class={props.one.result}>
        <th scope="row" class={`deep-${Math.min(props.deep, 3)}`}>
          <span class={`mark ${tones[props.one.result]}`} aria-hidden="true" />
          {props.one.condition} <span class="unseen">({props.one.result})</span>
        </th>
        <td>
          <Said text={props.one.wants} />
        </td>
        <td>
          <Said text={props.one.saw} />
        </td>
      </tr>
      <For each={props.one.blocks.flatMap(({ conditions }) => conditions)}>
        {(inner) => <ConditionRow one={inner} deep={props.deep + 1} />}
      </For>
    </>
  );
}

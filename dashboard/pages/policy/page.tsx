/** The policy: which rules hold and how often each decided, what it says of a prompt, and what another text would change. */
import { Tabs } from "@kobalte/core/tabs";
import { useSearchParams } from "@solidjs/router";
import { For, Show } from "solid-js";
import type { PolicyCoverageView } from "../../../contracts/policy-tools.ts";
import type { PolicyShowView } from "../../../contracts/policy-view.ts";
import { api } from "../../api.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Empty } from "../../parts/states.tsx";
import { Line, Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { BrakeHistory } from "../autopilot/history.tsx";
import { Simulate } from "./simulate.tsx";
import { Test } from "./test-prompt.tsx";
import { Trend } from "./trend.tsx";
import "./policy.css";

const tabs = ["rules", "test", "simulate"] as const;
const tabText = { rules: "Rules", test: "Test a prompt", simulate: "Simulate a change" } as const;

export function Policy() {
  const [params, setParams] = useSearchParams<{ tab?: string }>();
  const tab = () => tabs.find((one) => one === params.tab) ?? "rules";
  return (
    <div class="page">
      <div class="page-head">
        <h1>Policy</h1>
        <p class="soft">
          What holds for every session of this user. A project's own policy can only hold back
          further, within its folder.
        </p>
      </div>
      <Tabs
        value={tab()}
        onChange={(value) =>
          setParams({ tab: value === "rules" ? null : value }, { scroll: false })
        }
      >
        <Tabs.List class="tabs" aria-label="Policy">
          <For each={tabs}>
            {(one) => (
              <Tabs.Trigger class="tab" value={one}>
                {tabText[one]}
              </Tabs.Trigger>
            )}
          </For>
        </Tabs.List>
        <Tabs.Content class="tab-page" value="rules">
          <Rules />
        </Tabs.Content>
        <Tabs.Content class="tab-page" value="test">
          <Test />
        </Tabs.Content>
        <Tabs.Content class="tab-page" value="simulate">
          <Simulate />
        </Tabs.Content>
      </Tabs>
    </div>
  );
}

function Rules() {
  const shown = useAsked(
    () => true,
    async () => await api.policy.show.query(),
  );
  const coverage = useAsked(
    () => true,
    async () => await api.policy.coverage.query(),
  );
  return (
    <div class="stack gap">
      <Trend />
      <Shown asked={shown} what="the policy" lines={8}>
        {(view) => (
          <>
            <Warnings view={view()} />
            <Show
              when={view().layers.some(({ files }) => files.length > 0)}
              fallback={<NoPolicy />}
            >
              <For each={view().layers}>
                {(layer) => <Layer layer={layer} coverage={coverage.value()} />}
              </For>
            </Show>
          </>
        )}
      </Shown>
      <Shown asked={coverage} what="how often each rule decided">
        {(view) => <Uncovered view={view()} />}
      </Shown>
      <BrakeHistory />
    </div>
  );
}

function Warnings(props: { view: PolicyShowView }) {
  return (
    <For each={props.view.warnings}>
      {(warning) => (
        <p class="banner">
          <Said text={warning} />
        </p>
      )}
    </For>
  );
}

function NoPolicy() {
  return (
    <section class="card">
      <Empty title="No policy yet" icon="policy">
        <p>Without one every prompt comes to you. This writes one that answers what is harmless:</p>
        <code class="codeblock">atlasbridge policy init</code>
      </Empty>
    </section>
  );
}

type LayerView = PolicyShowView["layers"][0];

const layerText = { admin: "The machine's", user: "Yours", project: "The project's" } as const;
const actionTone = {
  auto_reply: "good",
  deny: "bad",
  require_human: "warn",
  notify_only: "warn",
} as const;

function Layer(props: { layer: LayerView; coverage: PolicyCoverageView | undefined }) {
  const hits = (id: string) =>
    props.coverage?.rules.find(
      ({ rule_id, layer }) => rule_id === id && (layer === null || layer === props.layer.layer),
    );
  const most = () => Math.max(1, ...(props.coverage?.rules.map((rule) => rule.hits) ?? []));
  return (
    <section class="card" aria-label={`${layerText[props.layer.layer]}: ${props.layer.name}`}>
      <div class="card-head">
        <h2>
          {layerText[props.layer.layer]}: <Said text={props.layer.name} />
        </h2>
        <span class="soft small mono">
          <Said text={props.layer.files.join(", ") || "built in"} />
        </span>
        <span class="end small soft">
          mode {props.layer.mode ?? "full"}; no rule:{" "}
          {props.layer.defaults.no_match.replace("_", " ")}
        </span>
      </div>
      <div class="table-wrap" tabindex="0" role="region" aria-label="Rules">
        <table class="rules">
          <thead>
            <tr>
              <th scope="col">Rule</th>
              <th scope="col">Does</th>
              <th scope="col" class="num">
                Decided
              </th>
              <th scope="col">
                <span class="unseen">Share</span>
              </th>
              <th scope="col">Last</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.layer.rules}>
              {(rule) => <RuleRow rule={rule} hits={hits(rule.rule_id)} most={most()} />}
            </For>
          </tbody>
        </table>
      </div>
    </section>
  );
}

function RuleRow(props: {
  rule: LayerView["rules"][0];
  hits: PolicyCoverageView["rules"][0] | undefined;
  most: number;
}) {
  return (
    <tr data-row tabindex="-1">
      <th scope="row">
        <code>{props.rule.rule_id}</code>
        <Show when={props.rule.description}>
          {(text) => <Line class="small soft" text={text()} />}
        </Show>
        <Show when={props.hits?.shadowed_by}>
          {(by) => (
            <span class="small bad-text">
              can never decide: <code>{by()}</code> matches whatever it does
            </span>
          )}
        </Show>
      </th>
      <td>
        <span class={`chip ${actionTone[props.rule.action]}`}>
          {props.rule.action.replaceAll("_", " ")}
        </span>
      </td>
      <td class="num">{props.hits?.hits ?? "…"}</td>
      <td class="bar-cell">
        <meter
          class="bar"
          min="0"
          max={props.most}
          value={props.hits?.hits ?? 0}
          aria-label={`decided ${props.hits?.hits ?? 0} times`}
        />
      </td>
      <td class="small soft">
        <Show when={props.hits?.last} fallback="never">
          {(at) => <When at={at()} />}
        </Show>
      </td>
    </tr>
  );
}

const gapsShown = 12;

function Uncovered(props: { view: PolicyCoverageView }) {
  return (
    <section class="card" aria-labelledby="gaps">
      <div class="card-head">
        <h2 id="gaps">Decided by no rule</h2>
        <span class="soft small">
          {props.view.defaults} of {props.view.prompts} prompts in {props.view.sessions} sessions
        </span>
      </div>
      <Show
        when={props.view.gaps.length > 0}
        fallback={<p class="card-body soft">Every prompt so far was decided by a rule.</p>}
      >
        <ul class="rows">
          <For each={props.view.gaps.slice(0, gapsShown)}>
            {({ tool, kind, subject, count, example }) => (
              <li class="gap-row" data-row tabindex="-1">
                <span class="num">{count} ×</span>
                <span>
                  <b>
                    <Said text={tool} />
                  </b>{" "}
                  <span class="soft">
                    {kind.replaceAll("_", " ")}
                    {subject === null ? "" : `, ${subject.replaceAll("_", " ")}`}
                  </span>
                </span>
                <Line class="soft" text={example.question ?? "content not there"} />
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}

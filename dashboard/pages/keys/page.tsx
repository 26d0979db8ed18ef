/** The keys with which agents send: how long each works, rotated with an overlap, revoked; a secret is shown once. */
import { createMemo, createSignal, For, Show } from "solid-js";
import { cloud } from "../../cloud-api.ts";
import { useAsked } from "../../parts/resource.tsx";
import { Shown } from "../../parts/resource.tsx";
import { Empty } from "../../parts/states.tsx";
import { Line, Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { copy } from "../../parts/toast.tsx";
import { Confirm, Form, Sheet } from "../../parts/sheet.tsx";
import { type Chain, chainsOf, endOf, type Key, scaleOf, type Scale, stateOf } from "./model.ts";
import { Tokens } from "./tokens.tsx";
import "./keys.css";

type Doing =
  | { what: "nothing" }
  | { what: "create" }
  | { what: "rotate" | "revoke"; key: Key }
  | { what: "secret"; id: string; secret: string };

export function Keys() {
  const [doing, setDoing] = createSignal<Doing>({ what: "nothing" });
  const asked = useAsked(
    () => true,
    async () => await cloud.keys.list.query(),
  );
  const made = ({ key_id, secret }: { key_id: string; secret: string }): void => {
    setDoing({ what: "secret", id: key_id, secret });
    asked.again();
  };
  return (
    <div class="page">
      <div class="page-head">
        <h1>API keys</h1>
        <div class="end">
          <button type="button" class="button primary" onClick={() => setDoing({ what: "create" })}>
            New key
          </button>
        </div>
        <p class="soft">
          Agents sign what they send with a key. Rotating makes a successor at once, and both work
          for the overlap, so that no request fails.
        </p>
      </div>
      <Shown asked={asked} what="keys">
        {(keys) => (
          <Show
            when={keys().length > 0}
            fallback={
              <section class="card">
                <Empty title="No key yet" icon="key">
                  <p>A machine needs one to enrol.</p>
                </Empty>
              </section>
            }
          >
            <KeyChart
              keys={keys()}
              rotate={(key) => setDoing({ what: "rotate", key })}
              revoke={(key) => setDoing({ what: "revoke", key })}
            />
          </Show>
        )}
      </Shown>
      <Tokens />
      <Dialogs
        doing={doing()}
        made={made}
        done={() => setDoing({ what: "nothing" })}
        again={asked.again}
      />
    </div>
  );
}

type ChartProps = { keys: readonly Key[]; rotate(key: Key): void; revoke(key: Key): void };

function KeyChart(props: ChartProps) {
  const now = Date.now();
  const scale = createMemo(() => scaleOf(props.keys, now));
  return (
    <section class="card" aria-label="Keys over time">
      <div class="key-axis small soft" aria-hidden="true">
        <span />
        <span class="key-lane">
          <span class="key-tick first">{day.format(scale().from)}</span>
          <span class="key-tick" style={{ left: `${scale().at(now) * 100}%` }}>
            now
          </span>
        </span>
      </div>
      <ul class="rows">
        <For each={chainsOf(props.keys, now)}>
          {(chain) => <ChainRows {...props} chain={chain} scale={scale()} now={now} />}
        </For>
      </ul>
    </section>
  );
}

const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });
const words = { works: "works", overlaps: "overlap", ended: "ended", revoked: "revoked" } as const;
const tones = { works: "good", overlaps: "warn", ended: "", revoked: "bad" } as const;

function ChainRows(props: ChartProps & { chain: Chain; scale: Scale; now: number }) {
  return (
    <li class="chain">
      <For each={props.chain}>
        {(key) => (
          <div class="key-row" data-row tabindex="-1">
            <KeyName key={key} now={props.now} />
            <KeyLane key={key} scale={props.scale} now={props.now} />
            <span class="row-wrap key-acts">
              <Show when={stateOf(key, props.now) === "works"}>
                <button type="button" class="button small" onClick={() => props.rotate(key)}>
                  Rotate<span class="unseen"> {key.key_id}</span>
                </button>
              </Show>
              <Show when={["works", "overlaps"].includes(stateOf(key, props.now))}>
                <button type="button" class="button small danger" onClick={() => props.revoke(key)}>
                  Revoke<span class="unseen"> {key.key_id}</span>
                </button>
              </Show>
            </span>
          </div>
        )}
      </For>
    </li>
  );
}

function KeyName(props: { key: Key; now: number }) {
  const state = () => stateOf(props.key, props.now);
  return (
    <div class="key-name">
      <span class="row-wrap">
        <span class={`chip ${tones[state()]}`}>{words[state()]}</span>
        <Said text={props.key.label ?? "no label"} />
      </span>
      <span class="small soft">
        <Line class="mono" text={props.key.key_id} />
      </span>
      <span class="small soft">
        <Show when={props.key.last_used_at} fallback="never used">
          {(at) => (
            <>
              used <When at={at()} />
            </>
          )}
        </Show>
        {props.key.agent_id === null ? "" : `, for agent …${props.key.agent_id.slice(-6)} only`}
      </span>
    </div>
  );
}

function KeyLane(props: { key: Key; scale: Scale; now: number }) {
  const end = () => endOf(props.key);
  const left = () => props.scale.at(props.key.created_at);
  const right = () => props.scale.at(end() ?? props.scale.to);
  const told = () => {
    const until = end();
    const from = day.format(props.key.created_at);
    return until === null ? `from ${from} on` : `from ${from} to ${day.format(until)}`;
  };
  return (
    <span class="key-lane" role="img" aria-label={`Works ${told()}`} title={told()}>
      <span
        class={`key-bar ${stateOf(props.key, props.now)}`}
        classList={{ open: end() === null }}
        style={{ left: `${left() * 100}%`, width: `${Math.max(right() - left(), 0.006) * 100}%` }}
      />
      <Show when={props.key.last_used_at}>
        {(at) => <span class="key-used" style={{ left: `${props.scale.at(at()) * 100}%` }} />}
      </Show>
      <span class="key-now" style={{ left: `${props.scale.at(props.now) * 100}%` }} />
    </span>
  );
}

type DialogsProps = {
  doing: Doing;
  made(key: { key_id: string; secret: string }): void;
  done(): void;
  again(): void;
};

function Dialogs(props: DialogsProps) {
  const is = <W extends Doing["what"]>(what: W) => {
    const { doing } = props;
    return doing.what === what ? (doing as Extract<Doing, { what: W }>) : null;
  };
  const keyOf = (what: "rotate" | "revoke"): Key | null => {
    const { doing } = props;
    return doing.what === what && "key" in doing ? doing.key : null;
  };
  return (
    <>
      <Show when={is("create")}>
        <Form
          title="New key"
          act="Make the key"
          close={props.done}
          fields={[
            { name: "label", text: "What it is for", placeholder: "build machines", max: 100 },
          ]}
          submit={async ({ label = "" }) =>
            props.made(await cloud.keys.create.mutate(label === "" ? {} : { label }))
          }
        />
      </Show>
      <Show when={keyOf("rotate")}>
        {(key) => (
          <Form
            title="Rotate the key"
            act="Make its successor"
            close={props.done}
            note="The old key goes on working for the overlap, then it ends. Agents whose operators allow it fetch the successor by themselves."
            fields={[
              { name: "hours", text: "Overlap in hours (0 to 720)", value: "24", type: "number" },
            ]}
            submit={async ({ hours = "24" }) => {
              const input = { key_id: key().key_id, overlap_hours: Number(hours) };
              props.made(await cloud.keys.rotate.mutate(input));
            }}
          />
        )}
      </Show>
      <Show when={keyOf("revoke")}>
        {(key) => (
          <Confirm
            title="Revoke the key?"
            text="Whatever signs with it is refused from now on, for good. Agents keep what they could not send."
            act="Revoke"
            close={props.done}
            run={async () => {
              await cloud.keys.revoke.mutate({ key_id: key().key_id });
              props.again();
            }}
          />
        )}
      </Show>
      <Show when={is("secret")}>
        {(made) => <Secret id={made().id} secret={made().secret} close={props.done} />}
      </Show>
    </>
  );
}

function Secret(props: { id: string; secret: string; close(): void }) {
  return (
    <Sheet title="The key's secret" close={props.close}>
      <p>
        This is shown once. Keep it where the machine's operator keeps secrets; if it is lost,
        rotate the key.
      </p>
      <p class="small soft">
        Key <code>{props.id}</code>
      </p>
      <code class="codeblock secret">{props.secret}</code>
      <div class="row-wrap end">
        <button
          type="button"
          class="button primary"
          onClick={() => void copy(props.secret, "The secret")}
        >
          Copy the secret
        </button>
        <button type="button" class="button" onClick={() => props.close()}>
          I have kept it
        </button>
      </div>
    </Sheet>
  );
}

/** What operators may do about an agent here, none of which reaches it; and how it is doing, in a word. */
import { For, Show } from "solid-js";
import type { IntegrityRow } from "../../../contracts/cloud-fleet.ts";
import { cloud } from "../../cloud-api.ts";
import { Confirm, Form } from "../../parts/sheet.tsx";
import { visible } from "../../parts/visible.ts";
import type { Health } from "../ingestion/model.ts";

export type AgentRow = IntegrityRow & { health: Health | null };
export type Doing = { what: "register" } | { what: "label" | "revoke" | "admit"; row: AgentRow };

export function HealthChips(props: { health: Health | null }) {
  return (
    <Show when={props.health} fallback="–">
      {(health) => (
        <span class="row-wrap">
          <Show when={health().revoked_at}>
            <span class="chip bad">shut out</span>
          </Show>
          <For
            each={health().concerns}
            fallback={
              <Show when={health().revoked_at === null}>
                <span class="chip good">well</span>
              </Show>
            }
          >
            {(concern) => (
              <span class={`chip ${concern === "incident" ? "bad" : "warn"}`}>{concern}</span>
            )}
          </For>
        </span>
      )}
    </Show>
  );
}

export function Acts(props: { row: AgentRow; set(doing: Doing): void }) {
  const isOut = () => (props.row.health?.revoked_at ?? null) !== null;
  const name = () => visible((props.row.label ?? props.row.agent_id).slice(0, 120));
  return (
    <span class="row-wrap key-acts">
      <button
        type="button"
        class="button small"
        onClick={() => props.set({ what: "label", row: props.row })}
      >
        Name<span class="unseen"> {name()}</span>
      </button>
      <button
        type="button"
        class="button small"
        classList={{ danger: !isOut() }}
        onClick={() => props.set({ what: isOut() ? "admit" : "revoke", row: props.row })}
      >
        {isOut() ? "Admit" : "Shut out"}
        <span class="unseen"> {name()}</span>
      </button>
    </span>
  );
}

export function Dialogs(props: { doing: Doing | null; close(): void; again(): void }) {
  const rowOf = (what: "label" | "revoke" | "admit"): AgentRow | null =>
    props.doing?.what === what && "row" in props.doing ? props.doing.row : null;
  const done = (): void => {
    props.close();
    props.again();
  };
  return (
    <>
      <Show when={props.doing?.what === "register"}>
        <Form
          title="Register an agent"
          act="Register"
          note="So that it has a name, or a key of its own, before it has sent anything. Its id is what atlasbridge cloud status prints on the machine."
          close={props.close}
          fields={[
            { name: "id", text: "The agent's id", required: true, max: 36 },
            { name: "label", text: "Name", max: 120 },
          ]}
          submit={async ({ id = "", label = "" }) => {
            await cloud.agents.register.mutate({
              agent_id: id,
              ...(label === "" ? {} : { label }),
            });
            done();
          }}
        />
      </Show>
      <Show when={rowOf("label")}>
        {(row) => (
          <Form
            title="Name the agent"
            act="Keep the name"
            close={props.close}
            fields={[
              {
                name: "label",
                text: "Name; none takes it away",
                value: row().label ?? "",
                max: 120,
              },
            ]}
            submit={async ({ label = "" }) => {
              const { agent_id } = row();
              await cloud.agents.label.mutate({ agent_id, label: label === "" ? null : label });
              done();
            }}
          />
        )}
      </Show>
      <AdmissionDialogs out={rowOf("revoke")} back={rowOf("admit")} {...props} />
    </>
  );
}

type AdmissionProps = { out: AgentRow | null; back: AgentRow | null; close(): void; again(): void };

function AdmissionDialogs(props: AdmissionProps) {
  return (
    <>
      <Show when={props.out}>
        {(row) => (
          <Confirm
            title="Shut the agent out?"
            text="Nothing that it sends is taken any more, whatever key it signs with. What it has sent stays; on the machine nothing changes."
            act="Shut out"
            close={props.close}
            run={async () => {
              const { agent_id } = row();
              await cloud.agents.revoke.mutate({ agent_id, is_revoked: true });
              props.again();
            }}
          />
        )}
      </Show>
      <Show when={props.back}>
        {(row) => (
          <Confirm
            title="Admit the agent again?"
            text="What it sends is taken again, from where its trace stopped here."
            act="Admit"
            close={props.close}
            run={async () => {
              const { agent_id } = row();
              await cloud.agents.revoke.mutate({ agent_id, is_revoked: false });
              props.again();
            }}
          />
        )}
      </Show>
    </>
  );
}

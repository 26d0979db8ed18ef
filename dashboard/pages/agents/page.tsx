/** The machines that send: how each stands, when it was last heard; named, known beforehand, and shut out by operators. */
import { A } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import type { IntegrityRow } from "../../../contracts/cloud-fleet.ts";
import { cloud } from "../../cloud-api.ts";
import { may, pulse } from "../../fleet.ts";
import { many } from "../../parts/numbers.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Confirm, Form } from "../../parts/sheet.tsx";
import { Empty } from "../../parts/states.tsx";
import { Table } from "../../parts/table.tsx";
import { Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { visible } from "../../parts/visible.ts";
import { standings } from "../fleet-integrity/standing.ts";
import { type Health, healthOf } from "../ingestion/model.ts";

type Row = IntegrityRow & { health: Health | null };
type Doing = { what: "register" } | { what: "label" | "revoke" | "admit"; row: Row };

export function Agents() {
  const [doing, setDoing] = createSignal<Doing | null>(null);
  const asked = useAsked(
    () => ({ pulse: pulse(), isOperator: may("operator") }),
    async ({ isOperator }) => {
      const [{ agents }, health] = await Promise.all([
        cloud.integrity.agents.query({ rows: 200 }),
        isOperator ? cloud.ingestion.health.query({ rows: 200 }) : [],
      ]);
      return agents.map((row): Row => ({ ...row, health: healthOf(health, row.agent_id) }));
    },
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1>Agents</h1>
        <Show when={may("operator")}>
          <div class="end">
            <button type="button" class="button" onClick={() => setDoing({ what: "register" })}>
              Register an agent
            </button>
          </div>
        </Show>
        <p class="soft">
          An agent is one installation of AtlasBridge. It sends of its own accord; nothing here
          reaches it.
        </p>
      </div>
      <section class="card" aria-label="Agents">
        <Shown asked={asked} what="agents">
          {(rows) => (
            <Show
              when={rows().length > 0}
              fallback={
                <Empty title="No agent yet" icon="agents">
                  <p>A machine is listed here once it was enrolled, or registered beforehand.</p>
                </Empty>
              }
            >
              <AgentTable rows={rows()} set={setDoing} />
            </Show>
          )}
        </Shown>
      </section>
      <Dialogs doing={doing()} close={() => setDoing(null)} again={asked.again} />
    </div>
  );
}

function AgentTable(props: { rows: readonly Row[]; set(doing: Doing): void }) {
  return (
    <Table
      label="Agents"
      head={[
        "Agent",
        "Trace",
        { text: "Entries", class: "num" },
        "Last entry",
        ...(may("operator") ? ["Health", "Version", ""] : []),
      ]}
    >
      <For each={props.rows}>
        {(row) => (
          <tr data-row tabindex="-1">
            <th scope="row">
              <A href={`/sessions?agent=${row.agent_id}`}>
                <Said text={row.label ?? `agent ${row.agent_id.slice(-6)}`} />
              </A>
              <div class="short-id">{row.agent_id}</div>
            </th>
            <td>
              <span class={`chip ${standings[row.standing].tone}`}>
                {standings[row.standing].text}
              </span>
            </td>
            <td class="num">{many(row.head_seq)}</td>
            <td class="nowrap">
              <Show when={row.last_entry_at} fallback="never">
                {(at) => <When at={at()} />}
              </Show>
            </td>
            <Show when={may("operator")}>
              <td>
                <HealthChips health={row.health} />
              </td>
              <td>
                <Said text={row.health?.version ?? "–"} />
              </td>
              <td class="num">
                <Acts row={row} set={props.set} />
              </td>
            </Show>
          </tr>
        )}
      </For>
    </Table>
  );
}

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

function Acts(props: { row: Row; set(doing: Doing): void }) {
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

function Dialogs(props: { doing: Doing | null; close(): void; again(): void }) {
  const rowOf = (what: "label" | "revoke" | "admit"): Row | null =>
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

type AdmissionProps = { out: Row | null; back: Row | null; close(): void; again(): void };

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

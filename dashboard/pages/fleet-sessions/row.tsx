/** One session in a list: which tool on which agent, what it does, how much it asked and who answered. */
import { A } from "@solidjs/router";
import { Show } from "solid-js";
import type { SessionRow, SessionState } from "../../../contracts/cloud-views.ts";
import { duration } from "../../parts/moments.ts";
import { many, percent } from "../../parts/numbers.ts";
import { Line } from "../../parts/text.tsx";
import { Since, When } from "../../parts/time.tsx";
import "./fleet-sessions.css";

export const stateText: Readonly<Record<SessionState, string>> = {
  open: "open",
  waiting: "waiting for a person",
  ended: "ended",
};

const dots: Readonly<Record<SessionState, string>> = {
  open: "working",
  waiting: "waiting",
  ended: "",
};

export const agentName = (row: { agent_label: string | null; agent_id: string }): string =>
  row.agent_label ?? `agent ${row.agent_id.slice(-6)}`;

const sessionPath = (row: { agent_id: string; session_id: string }): string =>
  `/agents/${row.agent_id}/sessions/${row.session_id}`;

export function FleetRow(props: { session: SessionRow; narrow?: boolean }) {
  const session = () => props.session;
  return (
    <A
      class="list-row fleet-row"
      classList={{ narrow: props.narrow === true }}
      href={sessionPath(session())}
      data-row
    >
      <span class="main-cell">
        <span class={`dot ${dots[session().state]}`} aria-hidden="true" />
        <Line text={session().tool ?? "unknown tool"} />
        <Show when={session().label}>{(label) => <Line class="soft" text={label()} />}</Show>
      </span>
      <span class="agent-cell small">
        <Line text={agentName(session())} />
      </span>
      <span class="small doing">
        <Doing session={session()} />
      </span>
      <Show when={props.narrow !== true}>
        <span class="small right asked">{many(session().prompts)} asked</span>
        <span class="small right people">
          <Show when={session().escalated > 0} fallback={<span class="soft">–</span>}>
            {many(session().escalated)} to people
          </Show>
        </span>
        <span class="small right soft rate" title="decided by a rule">
          {percent(session().match_rate)}
        </span>
      </Show>
      <span class="small right soft when">
        <When at={props.narrow === true ? session().last_entry_at : session().started_at} />
      </span>
    </A>
  );
}

export function Doing(props: { session: SessionRow }) {
  const how = () => {
    const { end_reason: reason, exit_code: code } = props.session;
    if (code === 0) return "ended";
    if (code !== null) return `ended with ${code}`;
    return reason === null ? "ended" : `ended: ${reason}`;
  };
  return (
    <Show
      when={props.session.ended_at}
      fallback={
        <>
          {props.session.state === "waiting" ? "waits " : "open "}
          <span class="soft">
            <Since at={props.session.last_entry_at} />
          </span>
        </>
      }
    >
      {(end) => (
        <>
          <span classList={{ "bad-text": how() !== "ended" }}>{how()}</span>
          <span class="soft"> after {duration(Math.max(0, end() - props.session.started_at))}</span>
        </>
      )}
    </Show>
  );
}

/** One session in a list: what it is, what it does, since when, and how much it asked. */
import { A } from "@solidjs/router";
import { Show } from "solid-js";
import type { SessionSummary } from "../../contracts/views.ts";
import { Line, Said } from "./text.tsx";
import { duration } from "./moments.ts";
import { Since, When } from "./time.tsx";

export function SessionRow(props: { session: SessionSummary }) {
  const { session } = props;
  const doing = () => props.session.activity?.state ?? props.session.state;
  return (
    <A class="session-row" href={`/sessions/${session.session_id}`} data-row>
      <span class="session-name">
        <span class={`dot ${doing()}`} aria-hidden="true" />
        <Line text={props.session.tool} />
        <Show when={props.session.label}>{(label) => <Line class="soft" text={label()} />}</Show>
      </span>
      <span class="cmd mono soft">
        <Line text={props.session.command?.join(" ") ?? "command not recorded"} />
      </span>
      <span class="doing small">
        <Doing session={props.session} />
      </span>
      <span class="nums" title="asked, answered by policy, left to a person">
        {props.session.prompts} asked
        {props.session.escalated > 0 ? `, ${props.session.escalated} you` : ""}
      </span>
      <span class="when small soft">
        <When at={props.session.started_at} />
      </span>
    </A>
  );
}

/** In words. */
export function Doing(props: { session: SessionSummary }) {
  return (
    <Show when={props.session.state === "running"} fallback={<Ended session={props.session} />}>
      <Show when={props.session.activity} fallback="running">
        {(activity) => (
          <>
            {activity().state === "waiting" ? "waiting " : `${activity().state} `}
            <Show when={activity().reason !== "for you"} fallback="for you ">
              <Show when={activity().state === "idle"}>
                (<Said text={activity().reason} />){" "}
              </Show>
            </Show>
            <span class="soft">
              <Since at={activity().since} />
            </span>
          </>
        )}
      </Show>
    </Show>
  );
}

function Ended(props: { session: SessionSummary }) {
  const lasted = () => {
    const { ended_at: end, started_at: start } = props.session;
    return end === null ? null : duration(end - start);
  };
  const how = () => {
    const { state, exit_code: code, signal } = props.session;
    if (state === "died") return "died";
    if (signal !== null) return `ended by ${signal}`;
    return code === 0 ? "ended" : `ended with ${code ?? "?"}`;
  };
  return (
    <>
      <span classList={{ "bad-text": how() !== "ended" }}>{how()}</span>
      <Show when={lasted()}>{(text) => <span class="soft"> after {text()}</span>}</Show>
    </>
  );
}

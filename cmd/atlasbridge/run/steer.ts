/** What may be done to a running session from elsewhere: to hold it, to let it go on, to end it. */
import type { OperatorReply, OperatorRequest, SessionState } from "../../../contracts/operator.ts";
import { limits } from "../../../contracts/limits.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { withDescendants } from "../../../runtime/pty/descendants.ts";
import { sendSignal } from "../../../runtime/pty/tool.ts";
import type { Pause } from "../../../runtime/session/pause.ts";
import type { Session } from "../../../runtime/session/session.ts";
import type { Seated } from "./seats.ts";

export type Steered = {
  session: Pick<Session, "signal" | "hangUp" | "record" | "ended">;
  pause: Pause;
  seated: Pick<Seated, "seats" | "size" | "toolPid">;
  about: Pick<SessionState, "session_id" | "tool" | "label" | "detached">;
};

type Asked = Extract<OperatorRequest, { ask: "state" | "pause" | "resume" | "stop" }>;

export function steer(request: Asked, steered: Steered): OperatorReply {
  switch (request.ask) {
    case "state":
      break;
    case "pause":
      hold(steered, request.freeze);
      break;
    case "resume":
      goOn(steered);
      break;
    case "stop":
      end(steered, request.force);
      break;
  }
  return { reply: "state", ...stateOf(steered) };
}

function stateOf({ about, pause, seated: { seats, size } }: Steered): SessionState {
  const { cols, rows } = size();
  return {
    ...about,
    ...{ pid: process.pid, paused: pause.state, cols, rows },
    ...{ pen: seats.pen, seats: seats.count },
  };
}

/** First the brake, then the record: what cannot be recorded must not keep anybody from stopping. */
function hold(steered: Steered, freeze: boolean): void {
  const { pause, seated } = steered;
  const pid = seated.toolPid();
  const wanted = freeze && pid !== null ? "frozen" : "paused";
  if (pause.state === wanted || pause.state === "frozen") return;
  if (wanted === "frozen" && pid !== null) {
    pause.freeze();
    // Parents first: they do not see their children stop, and do nothing about it.
    for (const one of withDescendants(pid)) sendSignal(one, "SIGSTOP");
  } else pause.pause();
  acted(steered, `session.${wanted}`);
  seated.seats.notice({ mention: `AtlasBridge: ${wanted} (atlasbridge sessions resume)` });
}

/** Loosening is recorded before it takes effect. */
function goOn(steered: Steered): void {
  const { pause, seated } = steered;
  if (pause.state === "running") return;
  acted(steered, "session.resumed");
  const isFrozen = pause.state === "frozen";
  pause.resume();
  const pid = seated.toolPid();
  if (!isFrozen || pid === null) return;
  // The tool itself is continued with its terminal given back, by the session.
  for (const one of withDescendants(pid).toReversed()) sendSignal(one, "SIGCONT");
}

function end(steered: Steered, force: boolean): void {
  const { session } = steered;
  acted(steered, "session.stopped");
  // What stands still does not hear that it is asked.
  goOn(steered);
  if (force) {
    kill(steered);
    return;
  }
  session.signal("SIGTERM");
  const timer = systemClock.after(limits.endGraceMs, () => kill(steered));
  void session.ended.then(() => timer.cancel());
}

function kill({ session, seated }: Steered): void {
  const pid = seated.toolPid();
  for (const one of pid === null ? [] : withDescendants(pid).toReversed()) {
    sendSignal(one, "SIGKILL");
  }
  if (pid === null) session.hangUp();
}

function acted({ session }: Steered, action: string): void {
  session.record({ kind: "operator.acted", data: { action, by: "cli" } });
}

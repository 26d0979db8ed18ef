/** What the console knows and shows, what may happen to it, and what it wants done. Pure. */
import type { DaemonStatusView } from "../../../contracts/daemon.ts";
import type { LiveView } from "../../../contracts/dashboard.ts";
import type { DoctorView } from "../../../contracts/doctor.ts";
import type { PromptId, SessionId } from "../../../contracts/ids.ts";
import type { Moment } from "../../../contracts/moment.ts";
import type { SessionState, WaitingPrompt } from "../../../contracts/operator.ts";
import type { StoredEntry } from "../../../contracts/trace.ts";
import type { SessionSummary } from "../../../contracts/views.ts";

export const panels = ["now", "services", "trace", "doctor"] as const;
export type Panel = (typeof panels)[number];

export const services = ["daemon", "dashboard", "uploader"] as const;
export type Service = (typeof services)[number];

/** How the parts stand that run beside the sessions. */
export type ServicesView = {
  daemon: DaemonStatusView;
  /** Where it is served; null where it is not. */
  dashboard: { host: string; port: number; pid: number } | null;
};

export type Said = { text: string; tone: "plain" | "good" | "bad" };

export type Doctor =
  | { is: "unasked" | "asking" }
  | { is: "told"; view: DoctorView }
  | { is: "failed"; why: string };

/** What the keys mean at the moment. */
export type Mode =
  | { is: "browsing" }
  | { is: "filtering"; before: string }
  | { is: "typing"; prompt: WaitingPrompt; text: string }
  | { is: "stopping"; id: SessionId }
  | { is: "help"; from: number };

/** `itself`: the selection moved because what had been selected has gone. */
export type Selection = { key: string; since: number; moved: "by hand" | "itself" };

export type ConsoleState = {
  now: Moment;
  /** Milliseconds that never go back. */
  monotonicMs: number;
  live: LiveView | null;
  ended: readonly SessionSummary[];
  /** As the sessions say themselves, those that answer. */
  states: ReadonlyMap<SessionId, SessionState>;
  services: ServicesView | null;
  entries: readonly StoredEntry[];
  doctor: Doctor;
  panel: Panel;
  mode: Mode;
  filter: string;
  selected: Selection | null;
  /** Lines up from the newest in the trace, down from the top in the doctor's. */
  scroll: number;
  /** What is being done for a prompt that was answered here. */
  answering: ReadonlyMap<PromptId, string>;
  said: Said | null;
};

export type Key =
  | { key: "text"; text: string }
  | { key: "paste"; text: string }
  | {
      key:
        | ("up" | "down" | "left" | "right" | "pageup" | "pagedown" | "home" | "end")
        | ("enter" | "escape" | "tab" | "shift-tab" | "backspace" | "ctrl-c" | "ctrl-u" | "other");
    };

export type ConsoleEvent =
  | { on: "live"; live: LiveView }
  | { on: "ended"; sessions: readonly SessionSummary[] }
  | { on: "states"; states: readonly SessionState[] }
  | { on: "services"; services: ServicesView }
  | { on: "entries"; entries: readonly StoredEntry[] }
  | { on: "doctor"; doctor: Doctor }
  | { on: "answering"; id: PromptId; step: string | null }
  | { on: "said"; said: Said }
  | { on: "time" }
  | { on: "key"; key: Key };

export type Order = "start" | "stop" | "restart";

export type Effect =
  | { do: "answer"; prompt: WaitingPrompt; value: string | null }
  | { do: "attach"; id: SessionId }
  | { do: "steer"; id: SessionId; order: "pause" | "freeze" | "resume" | "stop" }
  | { do: "service"; service: Service; order: Order }
  | { do: "link" }
  | { do: "doctor" }
  | { do: "quit" }
  | { do: "autopilot"; order: "pause" | "resume" };

export type Stepped = { state: ConsoleState; effects: readonly Effect[] };

export const initialState: ConsoleState = {
  now: 0,
  monotonicMs: 0,
  live: null,
  ended: [],
  states: new Map(),
  services: null,
  entries: [],
  doctor: { is: "unasked" },
  panel: "now",
  mode: { is: "browsing" },
  filter: "",
  selected: null,
  scroll: 0,
  answering: new Map(),
  said: null,
};

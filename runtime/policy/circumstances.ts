/** What rules may ask of the session and its folder besides the prompt: state, environment, trust, profile. Pure. */
import type { Activity } from "../../contracts/activity.ts";
import type { PolicyMatch } from "../../contracts/policy.ts";

/** What a person has said of the session's folder. */
export type Workspace = { trusted: boolean; profile: string | null };

export type Circumstances = {
  /** What the session is doing, as it says itself; null where it does not say. */
  state: Activity["state"] | null;
  /** The name that was given with the run; null when none was: it is never guessed. */
  environment: string | null;
  /** Null: it cannot be told what a person has said of the folder. */
  workspace: Workspace | null;
};

type StateName = NonNullable<PolicyMatch["session_state"]>[number];

export type CompiledCircumstances = {
  /** Null, in each: whatever it is. */
  states: ReadonlySet<Activity["state"]> | null;
  environment: string | null;
  trusted: boolean | null;
  profile: string | null;
};

export type CircumstanceName =
  | "session_state"
  | "environment"
  | "workspace_trusted"
  | "workspace_profile";

export type CircumstanceOutcome =
  | { result: "holds" }
  | { result: "fails" | "unknown"; condition: CircumstanceName };

/** What AtlasBridge 1 called them. */
const meant: Readonly<Record<StateName, Activity["state"]>> = {
  working: "working",
  waiting: "waiting",
  idle: "idle",
  ended: "ended",
  running: "working",
  streaming: "working",
  awaiting_input: "waiting",
  stopped: "ended",
};

/** Null: the match asks nothing of the kind. */
export function compileCircumstances(match: PolicyMatch): CompiledCircumstances | null {
  const { session_state: states, environment, workspace_trusted: trusted } = match;
  const compiled = {
    states: states === undefined ? null : new Set(states.map((one) => meant[one])),
    environment: environment ?? null,
    trusted: trusted ?? null,
    profile: match.workspace_profile ?? null,
  };
  return Object.values(compiled).every((one) => one === null) ? null : compiled;
}

/** Whether the match or a block of it asks what a person has said of the folder. */
export function asksOfWorkspace(match: PolicyMatch): boolean {
  const { any_of: any = [], none_of: none = [] } = match;
  const asks = match.workspace_trusted !== undefined || match.workspace_profile !== undefined;
  return asks || [...any, ...none].some(asksOfWorkspace);
}

const holds: CircumstanceOutcome = { result: "holds" };

/** One that fails decides; then one that nobody can tell. */
export function matchCircumstances(
  asked: CompiledCircumstances,
  { state, environment, workspace }: Circumstances,
): CircumstanceOutcome {
  const answers: [CircumstanceName, boolean | null][] = [
    ["session_state", asked.states === null || (state === null ? null : asked.states.has(state))],
    [
      "environment",
      asked.environment === null ||
        (environment === null ? null : environment === asked.environment),
    ],
    [
      "workspace_trusted",
      asked.trusted === null || (workspace === null ? null : workspace.trusted === asked.trusted),
    ],
    [
      "workspace_profile",
      asked.profile === null || (workspace === null ? null : workspace.profile === asked.profile),
    ],
  ];
  const found = (answer: boolean | null) => answers.find(([, one]) => one === answer)?.[0];
  const failed = found(false);
  if (failed !== undefined) return { result: "fails", condition: failed };
  const untold = found(null);
  return untold === undefined ? holds : { result: "unknown", condition: untold };
}

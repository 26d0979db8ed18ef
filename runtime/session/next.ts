/** Small words for writing steps of the session machine. Pure. */
import type { Effect, SessionState, State, Step, Tally } from "./state.ts";

export function stay(state: SessionState): Step {
  return { state, effects: [] };
}

export function to(state: SessionState, stage: State, effects: Effect[] = []): Step {
  return { state: { ...state, stage }, effects };
}

export function followedBy(first: Step, next: (state: SessionState) => Step): Step {
  const second = next(first.state);
  return { state: second.state, effects: [...first.effects, ...second.effects] };
}

export function tallied(state: SessionState, name: keyof Tally): SessionState {
  return { ...state, tally: { ...state.tally, [name]: state.tally[name] + 1 } };
}

/** Compares three accounts of a session that should agree: the program's, the events', and the trace's. */
import type { StoredEntry } from "../contracts/trace.ts";
import type { LaneResult } from "./lane.ts";

/** Prompts that were detected, answered by policy, and closed as answered. */
export type Count = { asked: number; detected: number; injected: number; answered: number };

export function count({ asked, entries }: LaneResult): Count {
  const of = (kind: StoredEntry["kind"]): number => entries.filter((e) => e.kind === kind).length;
  const answered = entries.filter(
    (entry) => entry.kind === "prompt.closed" && entry.data.outcome === "answered",
  ).length;
  return { asked, detected: of("prompt.detected"), injected: of("reply.injected"), answered };
}

/** One line for each thing that is not as it must be; none when all is well. */
export function mismatches(result: LaneResult, promptsWanted: number): string[] {
  const { asked, detected, injected, answered } = count(result);
  const ended = result.entries.filter((entry) => entry.kind === "session.ended").length;
  const facts: readonly (readonly [string, number, number])[] = [
    ["exit code", result.exitCode, 0],
    ["prompts the program asked", asked, promptsWanted],
    ["right answers the program got", result.got, asked],
    ["prompts detected", detected, asked],
    ["replies injected", injected, asked],
    ["prompts closed as answered", answered, asked],
    ["sessions ended in the record", ended, 1],
  ];
  const wrong = facts
    .filter(([, have, want]) => have !== want)
    .map(([what, have, want]) => `${result.lane}: ${what}: ${have}, should be ${want}`);
  const odd = result.odd.map((line) => `${result.lane}: the program says: ${line}`);
  const said = result.complaints === "" ? [] : [`${result.lane}: ${result.complaints.trim()}`];
  return [...wrong, ...odd, ...said];
}

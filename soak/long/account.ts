/** Holds what a program says of itself against what the trace says of its session, killed or not. Pure. */
import type { StoredEntry } from "../../contracts/trace.ts";
import type { Told } from "./programs.ts";

export type SessionAccount = {
  name: string;
  told: Told;
  /** Of this session alone; empty: it was killed before anything was recorded. */
  entries: readonly Pick<StoredEntry, "kind" | "data">[];
  /** Its runtime was killed, or its program died: what was under way then may have come to pass or not. */
  wasCut: boolean;
};

/** One line for each thing that is not as it must be. */
export function mismatchesOf({ name, told, entries, wasCut }: SessionAccount): string[] {
  const wrong = told.odd.map((line) => `${name}: the program says: ${line}`);
  const count = (kind: StoredEntry["kind"]): number =>
    entries.filter((entry) => entry.kind === kind).length;
  const ids = (kind: StoredEntry["kind"]): string[] =>
    entries.filter((one) => one.kind === kind).map(({ data }) => promptOf(data));
  const detected = ids("prompt.detected");
  const injected = ids("reply.injected");
  const closed = ids("prompt.closed");
  const expect = (holds: boolean, what: string): void => {
    if (!holds) wrong.push(`${name}: ${what}`);
  };
  const counts = `asked ${told.asked}, got ${told.got}, detected ${detected.length}, injected ${injected.length}`;
  expect(new Set(injected).size === injected.length, "a prompt was claimed twice");
  expect(
    detected.toSorted().join() === closed.toSorted().join(),
    `${detected.length} prompts detected, ${closed.length} closed`,
  );
  if (entries.length > 0) expect(count("session.ended") === 1, "it has not exactly one end");
  if (wasCut) {
    expect(told.got <= injected.length, `more answers than were recorded (${counts})`);
    expect(injected.length <= told.asked, `more replies than questions (${counts})`);
    return wrong;
  }
  const answered = entries.filter(
    ({ kind, data }) =>
      kind === "prompt.closed" && "outcome" in data && data.outcome === "answered",
  ).length;
  expect(told.got + told.left === told.asked && detected.length === told.asked, counts);
  expect(injected.length >= told.got, counts);
  expect(answered === told.got, `${counts}, closed as answered ${answered}`);
  return wrong;
}

function promptOf(data: StoredEntry["data"]): string {
  return "prompt_id" in data ? String(data.prompt_id) : "";
}

/** A session's summary says what its entries say, before and after its end. */
import { describe, expect, test } from "bun:test";
import { systemClock } from "../clock.ts";
import { systemRandom } from "../random.ts";
import { promptTimeline, sessionSummary } from "../../contracts/views.ts";
import * as draft from "./drafts.example.ts";
import { openMemoryStore } from "./memory.ts";
import { summarise, timelines } from "./summary.ts";

const opened = () =>
  openMemoryStore({ clock: systemClock, random: systemRandom, runtimeVersion: "0.0.0" });
const alive = (): boolean => false;
const gone = (): boolean => true;

describe("a session's state", () => {
  test("running while its process lives, died when it is gone, ended when it says so", () => {
    const store = opened();
    const sessionId = draft.newSession();
    expect(summarise(store, sessionId, alive)).toBeNull();
    store.append([draft.started("git", "mine")], { sessionId, opens: draft.someHolder });
    const running = sessionSummary.parse(summarise(store, sessionId, alive));
    expect(running).toMatchObject({ state: "running", tool: "git", label: "mine", ended_at: null });
    expect(summarise(store, sessionId, gone)?.state).toBe("died");
    store.append([draft.ended()], { sessionId });
    expect(summarise(store, sessionId, gone)).toMatchObject({
      state: "ended",
      exit_code: 0,
      reason: "exited",
    });
  });

  test("one that recovery ended has died, with what it had done counted", () => {
    const store = opened();
    const sessionId = draft.newSession();
    const prompt = draft.newPrompt();
    store.append([draft.started()], { sessionId, opens: draft.someHolder });
    store.append([draft.detected(prompt), draft.escalated(prompt)], { sessionId });
    const before = summarise(store, sessionId, gone);
    store.recover(gone);
    const after = summarise(store, sessionId, gone);
    const counts = { state: "died", prompts: 1, answered: 0, escalated: 1 };
    expect(before).toMatchObject({ ...counts, ended_at: null });
    expect(after).toMatchObject({ ...counts, reason: "runtime_died" });
  });
});

describe("a prompt's way", () => {
  test("holds each step that was recorded, and null for those that were not", () => {
    const store = opened();
    const sessionId = draft.newSession();
    const [first, second] = [draft.newPrompt(), draft.newPrompt()];
    store.append([draft.detected(first, "one?"), draft.decided(first)], { sessionId });
    store.append([draft.injected(first)], { sessionId, claim: first });
    store.append([draft.detected(second, "two?"), draft.escalated(second)], { sessionId });
    const withheld = {
      prompt_id: first,
      outcome: "withdrawn",
      typed: false,
      reason: "gone",
    } as const;
    store.append([{ kind: "prompt.closed", data: withheld }], { sessionId });
    const [one, two, ...rest] = timelines(store.entries({ sessionId }));
    expect(rest).toEqual([]);
    expect(promptTimeline.parse(one)).toMatchObject({
      question: "one?",
      decision: { action: "auto_reply", rule_id: "yes" },
      escalated_at: null,
      reply: { by: "policy", bytes: 2, latency_ms: 1.5 },
      closed: { outcome: "withdrawn", typed: false, reason: "gone" },
    });
    expect(promptTimeline.parse(two)).toMatchObject({
      question: "two?",
      decision: null,
      reply: null,
      closed: null,
    });
    expect(two?.escalated_at).not.toBeNull();
  });

  test("without its content the question is null and the rest stands", () => {
    const store = opened();
    const [entry] = store.append([draft.detected(draft.newPrompt())], { sessionId: null });
    if (entry === undefined) throw new Error("nothing was appended");
    const [prompt] = timelines([{ ...entry, content: null, salt: null }]);
    expect(prompt).toMatchObject({ question: null, prompt_kind: "yes_no" });
  });

  test("what is said of a prompt that was never asked is left out", () => {
    const store = opened();
    store.append([draft.closed(draft.newPrompt())], { sessionId: null });
    expect(timelines(store.entries())).toEqual([]);
  });
});

/** History is read from the trace as it was written, and says nothing that the trace does not. */
import { describe, expect, test } from "bun:test";
import type { StoredEntry } from "../../contracts/trace.ts";
import { systemClock } from "../clock.ts";
import { fingerprintOf } from "../prompt/fingerprint.ts";
import { systemRandom } from "../random.ts";
import * as draft from "../trace/drafts.example.ts";
import { openMemoryStore } from "../trace/memory.ts";
import type { TraceStore } from "../trace/store.ts";
import { type PastPrompt, pastEvents, type Reading } from "./history.ts";

const reading: Reading = {
  fingerprint: fingerprintOf,
  meaning: ({ label }) => (label === "y" ? "yes" : "no"),
};

const opened = (): TraceStore =>
  openMemoryStore({ clock: systemClock, random: systemRandom, runtimeVersion: "0.0.0" });

function promptsOf(entries: Iterable<StoredEntry>): PastPrompt[] {
  return [...pastEvents(entries, reading)].flatMap((one) =>
    one.what === "prompt" ? [one.prompt] : [],
  );
}

describe("a prompt of the past", () => {
  test("is told with its session, its decision, what was typed and how it ended", () => {
    const store = opened();
    const session = draft.writeSession(store, 2);
    const events = [...pastEvents(store.entries(), reading)];
    expect(events.map(({ what }) => what)).toEqual(["prompt", "prompt", "ended"]);
    const [first] = promptsOf(store.entries());
    expect(first).toMatchObject({
      session: { id: session, tool: "bash", cwd: "/tmp", tag: null, mode: "full", headless: false },
      prompt: { kind: "yes_no", question: "Continue? [y/n]", confidence: "high" },
      decision: { action: "auto_reply", rule_id: "yes" },
      typed: { by: "policy" },
      escalated: false,
      reply: null,
      outcome: "answered",
    });
    expect(first?.prompt?.options.map(({ meaning }) => meaning)).toEqual(["yes", "no"]);
  });

  test("has the fingerprint that it had on the screen", () => {
    const store = opened();
    draft.writeSession(store);
    const identity = {
      kind: "yes_no",
      question: "Continue? [y/n]",
      labels: ["y", "n"],
      subject: null,
    } as const;
    expect(promptsOf(store.entries())[0]?.prompt?.fingerprint).toBe(fingerprintOf(identity));
  });

  test("was not typed into when the last check forbade it", () => {
    const store = opened();
    const id = draft.newSession();
    const prompt = draft.newPrompt();
    store.append([draft.started()], { sessionId: id, opens: draft.someHolder });
    store.append([draft.detected(prompt), draft.decided(prompt)], { sessionId: id });
    store.append([draft.injected(prompt)], { sessionId: id, claim: prompt });
    const data = { prompt_id: prompt, outcome: "withdrawn", typed: false } as const;
    store.append([{ kind: "prompt.closed", data }], { sessionId: id });
    expect(promptsOf(store.entries())[0]).toMatchObject({ typed: null, outcome: "withdrawn" });
  });

  test("is told as one without content where that was erased, never guessed", () => {
    const store = opened();
    draft.writeSession(store);
    const erased = [...store.entries()].map((entry) => ({ ...entry, content: null, salt: null }));
    expect(promptsOf(erased)[0]).toMatchObject({
      prompt: null,
      session: { tool: "bash", cwd: null, tag: null },
      data: { prompt_kind: "yes_no" },
    });
  });

  test("that is still open comes last, and one that its session left open comes with its end", () => {
    const store = opened();
    const id = draft.newSession();
    const prompt = draft.newPrompt();
    store.append([draft.started()], { sessionId: id, opens: draft.someHolder });
    store.append([draft.detected(prompt), draft.escalated(prompt)], { sessionId: id });
    expect(promptsOf(store.entries())).toMatchObject([{ outcome: null, escalated: true }]);
    store.append([draft.ended()], { sessionId: id });
    const whats = [...pastEvents(store.entries(), reading)].map(({ what }) => what);
    expect(whats).toEqual(["prompt", "ended"]);
  });
});

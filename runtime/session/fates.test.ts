/** What became of a session's prompts, as it is told to who answered them. */
import { expect, test } from "bun:test";
import type { EntryDraft } from "../../contracts/trace.ts";
import { manualClock } from "../manual-clock.ts";
import { systemRandom } from "../random.ts";
import { closed, escalated, injected, newPrompt, newSession } from "../trace/drafts.example.ts";
import { openMemoryStore } from "../trace/memory.ts";
import { Fates } from "./fates.ts";

function recorded() {
  const fates = new Fates();
  const store = openMemoryStore({
    clock: manualClock(5_000),
    random: systemRandom,
    runtimeVersion: "0.0.0",
  });
  const sessionId = newSession();
  const record = (draft: EntryDraft): void => {
    const claim = draft.kind === "reply.injected" ? { claim: draft.data.prompt_id } : {};
    for (const entry of store.append([draft], { sessionId, ...claim })) fates.entry(entry);
  };
  return { fates, record };
}

test("a prompt waits, its reply is accepted, typed, and it ends", () => {
  const { fates, record } = recorded();
  const id = newPrompt();
  expect(fates.of(id).state).toBe("unknown");
  record(escalated(id));
  expect(fates.of(id).state).toBe("waiting");
  expect(fates.escalated(id)?.since).toBeGreaterThan(0);
  record(injected(id));
  expect(fates.of(id).state).toBe("accepted");
  const heard: string[] = [];
  const listen = fates.listener((writer) => heard.push(writer));
  listen("terminal", Uint8Array.of(1));
  expect(fates.of(id).state).toBe("accepted");
  listen("cli", Uint8Array.of(1));
  expect(fates.of(id).state).toBe("typed");
  expect(heard).toEqual(["terminal", "cli"]);
  record(closed(id, "person"));
  expect(fates.of(id)).toMatchObject({ state: "ended", outcome: "person" });
  expect(fates.escalated(id)).toBeNull();
});

test("only the latest are remembered, so that a long session does not grow", () => {
  const { fates, record } = recorded();
  const first = newPrompt();
  record(escalated(first));
  for (let count = 0; count < 64; count += 1) record(escalated(newPrompt()));
  expect(fates.of(first).state).toBe("unknown");
  expect(fates.escalated(first)).toBeNull();
});

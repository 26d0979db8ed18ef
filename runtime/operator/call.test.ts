/** When a person is called, how loudly, and when that stops. */
import { expect, test } from "bun:test";
import { defaultConfig } from "../../contracts/config.ts";
import type { NotifyMessage } from "../../contracts/notify.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import { manualClock } from "../manual-clock.ts";
import { systemRandom } from "../random.ts";
import { closed, detected, escalated, newPrompt, newSession } from "../trace/drafts.example.ts";
import { openMemoryStore } from "../trace/memory.ts";
import { Calls } from "./call.ts";

function called(changes: Partial<typeof defaultConfig.notify> = {}) {
  const clock = manualClock();
  const heard: string[] = [];
  const sent: NotifyMessage[] = [];
  const sessionId = newSession();
  const calls = new Calls({
    clock,
    settings: { ...defaultConfig.notify, ...changes },
    sessionId,
    tool: "claude",
    label: "fix",
    ring: () => heard.push("bell"),
    send: (message) => {
      heard.push(message.urgency);
      sent.push(message);
    },
    withdraw: () => heard.push("withdrawn"),
  });
  const store = openMemoryStore({ clock, random: systemRandom, runtimeVersion: "0.0.0" });
  const record = (...drafts: EntryDraft[]): void => {
    for (const entry of store.append(drafts, { sessionId })) calls.entry(entry);
  };
  return { clock, heard, sent, calls, record, sessionId };
}

test("a bell at once, further away when nobody comes, louder after a minute and after the bound, then silence", () => {
  const { clock, heard, sent, record, sessionId } = called();
  const id = newPrompt();
  record(detected(id, "Delete /home/me/secret?"), escalated(id));
  expect(heard).toEqual(["bell"]);
  clock.advance(9_999);
  expect(heard).toEqual(["bell"]);
  clock.advance(1);
  expect(heard).toEqual(["bell", "first"]);
  clock.advance(60_000);
  expect(heard).toEqual(["bell", "first", "bell", "again"]);
  clock.advance(900_000 - 70_000);
  expect(heard.slice(4)).toEqual(["bell", "long"]);
  clock.advance(3_600_000);
  expect(heard).toHaveLength(6);
  expect(sent.map((one) => one.waited_seconds)).toEqual([10, 70, 900]);
  expect(sent[0]).toMatchObject({
    ...{ session_id: sessionId, prompt_id: id, prompt_kind: "yes_no" },
    ...{ tool: "claude", label: "fix", question: "Delete /home/me/secret?" },
  });
});

test("nobody is called any more once they have come, or the prompt has gone", () => {
  for (const come of ["key", "closed"] as const) {
    const { clock, heard, calls, record } = called();
    const id = newPrompt();
    record(detected(id), escalated(id));
    if (come === "key") calls.listener(undefined)("terminal", Uint8Array.of(1));
    else record(closed(id, "withdrawn"));
    clock.advance(3_600_000);
    expect(heard).toEqual(["bell", "withdrawn"]);
  }
});

test("policy's own keys are nobody's coming, and a reply without effect is still theirs to mend", () => {
  const { clock, heard, calls, record } = called();
  const id = newPrompt();
  record(detected(id), escalated(id), closed(id, "no_effect"));
  calls.listener(undefined)("policy", Uint8Array.of(1));
  clock.advance(10_000);
  expect(heard).toEqual(["bell", "first"]);
});

test("what went out is withdrawn when they come, once", () => {
  const { clock, heard, calls, record } = called({ bell: false });
  const id = newPrompt();
  record(detected(id), escalated(id));
  clock.advance(10_000);
  calls.seen();
  record(closed(id));
  expect(heard).toEqual(["first", "withdrawn"]);
});

test("what was switched off stays silent", () => {
  const { clock, heard, record } = called({ bell: false, again_seconds: 0, long_seconds: 0 });
  const id = newPrompt();
  record(detected(id), escalated(id));
  clock.advance(3_600_000);
  expect(heard).toEqual(["first"]);
  const quiet = called({ bell: false, desktop: false });
  quiet.record(detected(id), escalated(id));
  quiet.clock.advance(3_600_000);
  expect(quiet.heard).toEqual([]);
});

test("a target alone, without a desktop, is told as well", () => {
  const targets = [{ name: "team", type: "slack" } as const];
  const { clock, heard, record } = called({ bell: false, desktop: false, targets });
  const id = newPrompt();
  record(detected(id), escalated(id));
  clock.advance(10_000);
  expect(heard).toEqual(["first"]);
});

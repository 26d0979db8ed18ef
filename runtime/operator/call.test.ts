/** When a person is called, how loudly, and when that stops. */
import { expect, test } from "bun:test";
import { defaultConfig } from "../../contracts/config.ts";
import type { EntryDraft } from "../../contracts/trace.ts";
import { manualClock } from "../manual-clock.ts";
import { systemRandom } from "../random.ts";
import { closed, detected, escalated, newPrompt, newSession } from "../trace/drafts.example.ts";
import { openMemoryStore } from "../trace/memory.ts";
import { type Call, Calls } from "./call.ts";

function called(changes: Partial<typeof defaultConfig.notify> = {}) {
  const clock = manualClock();
  const heard: string[] = [];
  const sent: Call[] = [];
  const calls = new Calls({
    clock,
    settings: { ...defaultConfig.notify, ...changes },
    tool: "claude",
    label: "fix",
    ring: () => heard.push("bell"),
    send: (call) => {
      heard.push(call.urgent ? "again" : "desktop");
      sent.push(call);
    },
  });
  const store = openMemoryStore({ clock, random: systemRandom, runtimeVersion: "0.0.0" });
  const sessionId = newSession();
  const record = (...drafts: EntryDraft[]): void => {
    for (const entry of store.append(drafts, { sessionId })) calls.entry(entry);
  };
  return { clock, heard, sent, calls, record };
}

test("a bell at once, the desktop when nobody comes, once more after a minute, then silence", () => {
  const { clock, heard, sent, record } = called();
  const id = newPrompt();
  record(detected(id, "Delete /home/me/secret?"), escalated(id));
  expect(heard).toEqual(["bell"]);
  clock.advance(9_999);
  expect(heard).toEqual(["bell"]);
  clock.advance(1);
  expect(heard).toEqual(["bell", "desktop"]);
  clock.advance(60_000);
  expect(heard).toEqual(["bell", "desktop", "bell", "again"]);
  clock.advance(3_600_000);
  expect(heard).toHaveLength(4);
  expect(sent[0]).toMatchObject({ title: "claude (fix) waits for you" });
  // It is shown where others may look.
  expect(JSON.stringify(sent)).not.toContain("secret");
});

test("nobody is called any more once they have come, or the prompt has gone", () => {
  for (const come of ["key", "closed"] as const) {
    const { clock, heard, calls, record } = called();
    const id = newPrompt();
    record(detected(id), escalated(id));
    if (come === "key") calls.listener(undefined)("terminal", Uint8Array.of(1));
    else record(closed(id, "withdrawn"));
    clock.advance(3_600_000);
    expect(heard).toEqual(["bell"]);
  }
});

test("policy's own keys are nobody's coming, and a reply without effect is still theirs to mend", () => {
  const { clock, heard, calls, record } = called();
  const id = newPrompt();
  record(detected(id), escalated(id), closed(id, "no_effect"));
  calls.listener(undefined)("policy", Uint8Array.of(1));
  clock.advance(10_000);
  expect(heard).toEqual(["bell", "desktop"]);
});

test("what was switched off stays silent", () => {
  const { clock, heard, record } = called({ bell: false, again_seconds: 0 });
  const id = newPrompt();
  record(detected(id), escalated(id));
  clock.advance(3_600_000);
  expect(heard).toEqual(["desktop"]);
  const quiet = called({ bell: false, desktop: false });
  quiet.record(detected(id), escalated(id));
  quiet.clock.advance(3_600_000);
  expect(quiet.heard).toEqual([]);
});

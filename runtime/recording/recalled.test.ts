/** Proves that erased content is read again only from a recording that the trace vouches for. */
import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { systemRandom } from "../random.ts";
import * as draft from "../trace/drafts.example.ts";
import { openMemoryStore } from "../trace/memory.ts";
import { scratchFolder } from "../trace/scratch.example.ts";
import { recordingFile } from "./files.ts";
import { sumOf } from "./read.ts";
import { Recalled } from "./recalled.ts";

test("what was erased comes back, what was kept stays as it is, and a changed recording says nothing", () => {
  const clock = systemClock;
  const store = openMemoryStore({ clock, random: systemRandom, runtimeVersion: "0.0.0" });
  const folder = join(scratchFolder(), "recordings");
  mkdirSync(folder);
  const id = draft.newSession();
  const prompt = draft.newPrompt();
  store.append([draft.started("bash"), draft.detected(prompt)], { sessionId: id });
  const wait = { via: "read", timed: false, foreground: true, comm: "bash" };
  const lines = [
    { version: 2, width: 80, height: 24 },
    [0, "m", JSON.stringify({ type: "termios", icanon: true, echo: true, isig: true })],
    [0.1, "o", "Remove all of it? [y/n] "],
    [0.2, "m", JSON.stringify({ type: "kernel", waits: [wait], blind: false })],
    [0.3, "m", JSON.stringify({ type: "prompt", id: prompt, seq: 2 })],
  ];
  const file = recordingFile(folder, id);
  writeFileSync(
    file,
    Bun.zstdCompressSync(lines.map((line) => `${JSON.stringify(line)}\n`).join("")),
  );
  store.append([{ kind: "recording.closed", data: { ...sumOf(file, "a"), cut: null } }], {
    sessionId: id,
  });
  const kept = [...store.entries({ sessionId: id, kinds: ["prompt.detected"] })];
  const erased = kept.map((entry) => ({ ...entry, content: null, salt: null }));

  const recalled = new Recalled(store, folder);
  expect([...recalled.in(kept)]).toEqual(kept);
  expect(recalled.count).toBe(0);
  const [again] = [...recalled.in(erased)];
  expect(again?.content).toMatchObject({
    question: "Remove all of it? [y/n]",
    options: [
      { label: "y", key: "y" },
      { label: "n", key: "n" },
    ],
  });
  expect(recalled.count).toBe(1);
  writeFileSync(file, "changed");
  expect([...new Recalled(store, folder).in(erased)]).toEqual(erased);
});

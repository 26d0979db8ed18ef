/** Proves that a recording which is not the one the trace names is known, and one that is missing too. */
import { expect, test } from "bun:test";
import { mkdirSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { systemRandom } from "../random.ts";
import * as draft from "../trace/drafts.example.ts";
import { openMemoryStore } from "../trace/memory.ts";
import { scratchFolder } from "../trace/scratch.example.ts";
import { attested } from "./attested.ts";
import { recordingFile } from "./files.ts";
import { sumOf } from "./read.ts";

test("each state that a recording can be in", () => {
  const store = openMemoryStore({
    clock: systemClock,
    random: systemRandom,
    runtimeVersion: "0.0.0",
  });
  const folder = join(scratchFolder(), "recordings");
  mkdirSync(folder);
  const id = draft.newSession();
  const state = () => attested(store, id, folder).state;
  store.append([draft.started("bash")], {
    sessionId: id,
    opens: { pid: 1, startedAs: "unknown" },
  });
  expect(attested(store, id, folder)).toEqual({ state: "none", bytes: 0, cut: null });
  const file = recordingFile(folder, id);
  writeFileSync(file, "first");
  expect(state()).toBe("open");
  const data = { ...sumOf(file, "a"), cut: "bytes_max" } as const;
  store.append([{ kind: "recording.closed", data }], { sessionId: id });
  expect(attested(store, id, folder)).toEqual({ state: "as_recorded", bytes: 5, cut: "bytes_max" });
  writeFileSync(file, "other");
  expect(state()).toBe("changed");
  unlinkSync(file);
  expect(state()).toBe("removed");

  const died = draft.newSession();
  store.append([draft.started("bash")], {
    sessionId: died,
    opens: { pid: 2, startedAs: "unknown" },
  });
  writeFileSync(recordingFile(folder, died), "x");
  store.recover(({ pid }) => pid === 2);
  expect(attested(store, died, folder).state).toBe("unattested");
});

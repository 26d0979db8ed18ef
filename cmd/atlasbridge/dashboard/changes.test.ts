/** Changes of files are told at once where the system tells them, and found where it does not. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { limits } from "../../../contracts/limits.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { manualClock } from "../../../runtime/manual-clock.ts";
import { Changes } from "./changes.ts";

/** Longer than any test: who waits for the clock instead of the change fails. */
const longMs = 600_000;

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "atlasbridge-changes-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

/** Deaf: told of nothing, as on a network's file system. */
const hearsNothing = () => ({ close: () => undefined });

test("a file that comes, is written to, or replaced is told", async () => {
  const changes = new Changes({ files: [at("trace.db"), at("other")], clock: systemClock });
  expect(changes.hears).toBe(true);
  writeFileSync(at("trace.db"), "a");
  await changes.next(longMs);
  writeFileSync(at("trace.db"), "b", { flag: "a" });
  await changes.next(longMs);
  writeFileSync(at("new"), "c");
  renameSync(at("new"), at("other"));
  await changes.next(longMs);
  expect(changes.hears).toBe(true);
  changes.close();
});

test("what happens to other files of the folder is nobody's business", async () => {
  const clock = manualClock();
  const told: ((name: string) => void)[] = [];
  const hear = (_folder: string, tell: (name: string | null) => void) => {
    told.push(tell);
    return { close: () => undefined };
  };
  const changes = new Changes({ files: [at("trace.db")], clock, hear });
  let isOver = false;
  const over = changes.next(longMs).then(() => (isOver = true));
  told[0]?.("trace.db-shm");
  await turn();
  expect(isOver).toBe(false);
  told[0]?.("trace.db");
  await advance(clock, 100);
  await over;
  expect(isOver).toBe(true);
});

test("nothing changes: it is waited for as long as was said, and not longer", async () => {
  const clock = manualClock();
  const changes = new Changes({ files: [at("trace.db")], clock, hear: hearsNothing });
  let isOver = false;
  void changes.next(2_000).then(() => (isOver = true));
  await advance(clock, 1_999);
  expect(isOver).toBe(false);
  await advance(clock, 1);
  expect(isOver).toBe(true);
  expect(changes.hears).toBe(true);
});

test("a change that was not told is found, and from then on looked for, until the system is asked again", async () => {
  const clock = manualClock();
  writeFileSync(at("trace.db"), "a");
  const changes = new Changes({ files: [at("trace.db")], clock, hear: hearsNothing });
  writeFileSync(at("trace.db"), "ab");
  const first = changes.next(2_000);
  await advance(clock, 2_000);
  await settled(clock);
  await first;
  expect(changes.hears).toBe(false);
  writeFileSync(at("trace.db"), "abc");
  const second = changes.next(longMs);
  await advance(clock, limits.dashboardLookMs);
  await settled(clock);
  await second;
  const third = changes.next(longMs);
  await advance(clock, limits.changesDeafMs);
  expect(changes.hears).toBe(true);
  changes.wake();
  await advance(clock, 100);
  await third;
});

test("a folder that is not there yet is looked at, and heard once it is", async () => {
  const clock = manualClock();
  const file = at("home/trace.db");
  const changes = new Changes({ files: [file], clock });
  expect(changes.hears).toBe(false);
  const first = changes.next(longMs);
  mkdirSync(at("home"));
  writeFileSync(file, "a");
  await advance(clock, limits.dashboardLookMs);
  await settled(clock);
  await first;
  const second = changes.next(longMs);
  await advance(clock, limits.changesDeafMs);
  expect(changes.hears).toBe(true);
  changes.close();
  changes.wake();
  await settled(clock);
  await second;
});

/** Lets everything go on that waits for nothing but its turn. */
const turn = async (): Promise<void> => {
  for (let times = 0; times < 20; times += 1) await Promise.resolve();
};

async function advance(clock: ReturnType<typeof manualClock>, ms: number): Promise<void> {
  await turn();
  clock.advance(ms);
  await turn();
}

/** What was found is believed after a moment, and told after another. */
async function settled(clock: ReturnType<typeof manualClock>): Promise<void> {
  for (let times = 0; times < 3; times += 1) await advance(clock, 50);
}

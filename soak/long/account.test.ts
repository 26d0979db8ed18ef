/** Proves the account of a long soak: each way in which a program and its trace can disagree is told. */
import { expect, test } from "bun:test";
import { promptId } from "../../contracts/ids.ts";
import { mismatchesOf, type SessionAccount } from "./account.ts";
import { programText, readAccount } from "./programs.ts";
import { growthOf, reportPage } from "./report.ts";
import type { Sample } from "./sampler.ts";

const id = (n: number) => promptId.parse(`01890000-0000-7000-8000-00000000000${n}`);
type Entry = SessionAccount["entries"][number];
const prompt = (n: number): Entry[] =>
  [
    { kind: "prompt.detected", data: { prompt_id: id(n) } },
    { kind: "reply.injected", data: { prompt_id: id(n) } },
    { kind: "prompt.closed", data: { prompt_id: id(n), outcome: "answered" } },
    // Only what is looked at.
  ] as unknown as Entry[];
const end = { kind: "session.ended", data: {} } as unknown as Entry;
const sound: SessionAccount = {
  name: "s",
  told: { asked: 2, got: 2, left: 0, odd: [] },
  entries: [...prompt(1), ...prompt(2), end],
  wasCut: false,
};
const without = (kind: Entry["kind"]): Entry[] =>
  sound.entries.filter((one, at) => one.kind !== kind || at > 2);

test("what agrees is not told", () => {
  expect(mismatchesOf(sound)).toEqual([]);
  const left = { ...sound.entries[5], data: { prompt_id: id(2), outcome: "person" } } as Entry;
  const entries = [...sound.entries.slice(0, 3), ...sound.entries.slice(3, 4), left, end];
  expect(mismatchesOf({ ...sound, told: { ...sound.told, got: 1, left: 1 }, entries })).toEqual([]);
  const half = { ...sound, told: { ...sound.told, asked: 3 }, wasCut: true };
  expect(mismatchesOf(half)).toEqual([]);
});

test("each disagreement is told", () => {
  const told = (changed: Partial<SessionAccount["told"]>) => ({
    told: { ...sound.told, ...changed },
  });
  const faults: Partial<SessionAccount>[] = [
    told({ got: 1 }),
    told({ got: 1, left: 1 }),
    told({ asked: 3 }),
    told({ odd: ["surplus <y>"] }),
    { entries: without("prompt.closed") },
    { entries: without("prompt.detected") },
    { entries: without("reply.injected") },
    { entries: [...sound.entries, ...prompt(2)] },
    { entries: sound.entries.slice(0, -1) },
    { ...told({ got: 2 }), entries: [...without("reply.injected")], wasCut: true },
  ];
  for (const fault of faults) expect(mismatchesOf({ ...sound, ...fault })).not.toEqual([]);
});

test("a program's account is read as it is written", async () => {
  const folder = (await import("node:fs")).mkdtempSync("/tmp/atlasbridge-account-");
  const [account, file] = [`${folder}/account`, `${folder}/sh`];
  await Bun.write(file, programText("hasty", { account, stop: `${folder}/stop`, prompts: 3 }));
  const child = Bun.spawn(["bash", file], {
    stdin: new TextEncoder().encode("y\nno\n"),
    stdout: "ignore",
  });
  await child.exited;
  const told = readAccount("hasty", await Bun.file(account).text());
  expect(told).toEqual({ asked: 3, got: 1, left: 1, odd: ["got 2 <no>"] });
});

const samples = (rss: (n: number) => number): Sample[] =>
  Array.from({ length: 120 }, (_none, n) => ({
    ...{ atMs: n * 60_000, name: "session", pid: 1, rssMB: rss(n), descriptors: 9 },
    ...{ cpuSeconds: n, walMB: 1 },
  }));

test("noise is no growth, a leak is, and neither is what a process takes at first", () => {
  const noisy = samples((n) => 80 + ((n * 37) % 13) + Math.min(n, 10));
  expect(growthOf("session", noisy).grows).toBe(false);
  expect(
    growthOf(
      "session",
      samples((n) => 80 + ((n * 37) % 13) + n / 2),
    ).grows,
  ).toBe(true);
});

test("of processes that are ended again and again each is judged by its own life", () => {
  const lives = (rise: number): Sample[] =>
    samples((n) => 80 + ((n * 37) % 13) + (n % 20) * rise - n / 2).map((one, n) => {
      return { ...one, pid: Math.floor(n / 20) };
    });
  // All along, what a process begins with falls.
  expect(growthOf("session", lives(1.5)).grows).toBe(true);
  expect(growthOf("session", lives(0.5)).grows).toBe(false);
  const short = growthOf("session", lives(1.5).slice(0, 40));
  expect([short.grows, Number(short.hours.toFixed(1))]).toEqual([null, 0.3]);
});

test("the report is one page that loads nothing and says what went wrong", () => {
  const page = reportPage({
    title: "A soak <of ours>",
    facts: [["rounds", "3"]],
    samples: samples(() => 80),
    latencies: [{ atMs: 1, ms: 4 }],
    faults: [{ atMs: 60_000, kind: "kill a session" }],
    wrong: ["a & b"],
  });
  expect(page).toContain("A soak &lt;of ours&gt;");
  expect(page).toContain("a &amp; b");
  expect(page).toContain("<polyline");
  expect(page).not.toMatch(/src=|href=|<script/);
});

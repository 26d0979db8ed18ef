/** A policy that changes under a session: whole or not at all, told once, and never waited for long. */
import { afterEach, beforeEach, expect, test } from "bun:test";
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { limits } from "../../contracts/limits.ts";
import { standStill, systemClock } from "../clock.ts";
import { LivePolicy, type PolicyEvent } from "./live.ts";
import { openStack, placesLookedAt, type StackPlaces } from "./stack.ts";

let folder = "";
let events: PolicyEvent[] = [];
let waitedMs = 0;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "policy-live-")));
  events = [];
  waitedMs = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);
const named = (name: string, more = "") => `policy_version: "1"\nname: ${name}\n${more}`;

function write(text: string, name = "policy.yaml"): string {
  const file = at(name);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}

function open({ fixed = false, wait = standStill } = {}): LivePolicy {
  const user = { file: at("policy.yaml"), given: false };
  const places: StackPlaces = { admin: null, user, cwd: folder };
  let started = false;
  const live = new LivePolicy({
    open: () => openStack(places, { platform: "linux", userHome: folder }),
    names: fixed ? null : () => placesLookedAt(places),
    clock: systemClock,
    standStill: (ms) => {
      if (started) waitedMs += ms;
      (started ? wait : standStill)(ms);
    },
    onEvent: (event) => void events.push(event),
  });
  started = true;
  return live;
}

/** As if written long ago: nothing has to be waited for. */
function settled(file: string): void {
  utimesSync(file, 1, 1);
  standStill(limits.policySettleMs);
}

const nameOf = (live: LivePolicy) => live.stack.parts[0]?.compiled.policy.name;

test("what was changed decides from the next look on, and both hashes are told", () => {
  write(named("one"));
  const live = open();
  const { hash } = live.stack.policy;
  expect(live.refresh()).toBe(true);
  expect(events).toEqual([]);
  write(named("two"));
  expect(live.refresh()).toBe(true);
  expect(nameOf(live)).toBe("two");
  expect(events).toMatchObject([{ happened: "changed", oldHash: hash }]);
  expect(live.stack.policy.hash).not.toBe(hash);
  expect(live.refresh()).toBe(true);
  expect(events).toHaveLength(1);
});

test("put in place by a rename, by a link, or where there was none, it is seen as well", () => {
  const live = open();
  expect(nameOf(live)).toStartWith("built-in");
  write(named("made"));
  live.refresh();
  expect(nameOf(live)).toBe("made");
  renameSync(write(named("moved"), "new.yaml"), at("policy.yaml"));
  live.refresh();
  expect(nameOf(live)).toBe("moved");
  write(named("linked"), "elsewhere.yaml");
  symlinkSync(at("elsewhere.yaml"), at("link"));
  renameSync(at("link"), at("policy.yaml"));
  live.refresh();
  expect(nameOf(live)).toBe("linked");
  write(named("behind the link"), "elsewhere.yaml");
  live.refresh();
  expect(nameOf(live)).toBe("behind the link");
});

test("same size and time do not hide a change", () => {
  const file = write(named("one"));
  settled(file);
  const live = open();
  write(named("two"));
  utimesSync(file, 1, 1);
  live.refresh();
  expect(nameOf(live)).toBe("two");
});

test("a change that means nothing is none", () => {
  const file = write(named("one"));
  const live = open();
  utimesSync(file, 5, 5);
  expect(live.refresh()).toBe(true);
  expect(events).toEqual([]);
});

for (const [name, spoil] of [
  ["not valid", () => write("policy_version: 9")],
  ["empty", () => write("")],
  ["writable by others", () => chmodSync(at("policy.yaml"), 0o666)],
  ["gone", () => rmSync(at("policy.yaml"))],
  ["too large", () => write(`${named("big")}#${"x".repeat(10_000_000)}`)],
  ["a folder", () => (rmSync(at("policy.yaml")), mkdirSync(at("policy.yaml")))],
  ["a pipe", makePipe],
  ["extending nothing", () => write(named("two", "extends: none.yaml"))],
] as const) {
  test(`one that is ${name} leaves the old one deciding, says so once, and can be mended`, () => {
    write(named("one"));
    const live = open();
    spoil();
    for (let times = 0; times < 3; times += 1) expect(live.refresh()).toBe(true);
    expect(nameOf(live)).toBe("one");
    expect(events).toMatchObject([{ happened: "kept", hash: live.stack.policy.hash }]);
    const [event] = events;
    const line = event?.happened === "kept" ? event.line : "";
    expect(line).toStartWith("the policy was changed, and the one from before goes on deciding: ");
    expect(line).not.toContain("\n");
    rmSync(at("policy.yaml"), { recursive: true, force: true });
    write(named("mended"));
    expect(live.refresh()).toBe(true);
    expect(nameOf(live)).toBe("mended");
  });
}

function makePipe(): void {
  rmSync(at("policy.yaml"));
  expect(Bun.spawnSync(["mkfifo", "-m", "600", at("policy.yaml")]).exitCode).toBe(0);
}

test("a mistake in what it extends is mended there alone", () => {
  write(named("one"));
  const live = open();
  write("policy_version: 9", "base.yaml");
  write(named("two", "extends: base.yaml"));
  live.refresh();
  expect(nameOf(live)).toBe("one");
  write(named("base"), "base.yaml");
  live.refresh();
  expect(nameOf(live)).toBe("two");
  write(named("base", "autonomy_mode: off"), "base.yaml");
  live.refresh();
  expect(live.stack.policy.mode).toBe("off");
});

test("while it goes on changing nobody knows what holds, and that is soon said", () => {
  write(named("one"));
  const live = open({ wait: () => appendFileSync(at("policy.yaml"), "#") });
  appendFileSync(at("policy.yaml"), "#");
  expect(live.refresh()).toBe(false);
  expect(nameOf(live)).toBe("one");
  expect(waitedMs).toBeLessThanOrEqual(limits.policySettleMs * limits.policySettleTriesMax);
});

test("half of it is not taken for the whole: a writer that pauses is waited for", () => {
  write(named("one"));
  const whole = named("two", "rules: [{ id: a, action: { type: deny } }]\n");
  let rest = whole.slice(30);
  const live = open({
    wait: (ms) => {
      if (rest !== "") appendFileSync(at("policy.yaml"), rest);
      rest = "";
      standStill(ms);
    },
  });
  write(whole.slice(0, 30));
  expect(live.refresh()).toBe(true);
  expect(readFileSync(at("policy.yaml"), "utf8")).toBe(whole);
  expect(live.stack.parts[0]?.compiled.rules).toHaveLength(1);
  expect(events).toHaveLength(1);
});

test("a time in the future holds nothing up", () => {
  const file = write(named("one"));
  const live = open();
  write(named("two"));
  utimesSync(file, 9_000_000_000, 9_000_000_000);
  expect(live.refresh()).toBe(true);
  expect(nameOf(live)).toBe("two");
});

test("one that is fixed is never read again", () => {
  write(named("one"));
  const live = open({ fixed: true });
  live.watch();
  write(named("two"));
  expect(live.refresh()).toBe(true);
  expect(nameOf(live)).toBe("one");
  live.close();
});

test("watched, a change is noticed while nothing is decided, again and again", async () => {
  write(named("one"));
  const live = open();
  live.watch();
  for (const name of ["two", "three"]) {
    renameSync(write(named(name), "new.yaml"), at("policy.yaml"));
    const from = performance.now();
    while (nameOf(live) !== name && performance.now() - from < 10_000) await Bun.sleep(5);
    expect(nameOf(live)).toBe(name);
  }
  expect(waitedMs).toBe(0);
  live.close();
  write(named("four"));
  await Bun.sleep(limits.policySettleMs * 2);
  expect(nameOf(live)).toBe("three");
});

test("a project's policy that comes while the session runs holds back from then on", () => {
  write(named("one"));
  const live = open();
  write(named("project", "autonomy_mode: off"), ".atlasbridge/policy.yaml");
  live.refresh();
  expect(live.stack.parts.map(({ layer }) => layer)).toEqual(["user", "project"]);
  expect(live.stack.policy.mode).toBe("off");
  rmSync(at(".atlasbridge"), { recursive: true });
  live.refresh();
  expect(live.stack.policy.mode).toBe("off");
  expect(events.map(({ happened }) => happened)).toEqual(["changed", "kept"]);
});

/** Writes two policies in turn, in place and in pieces, or by a rename, with pauses of up to 80 ms. */
const writer = `
const { appendFileSync, renameSync, writeFileSync } = require("node:fs");
let slow = 0;
const [file, until] = [process.argv[1], Date.now() + 2500];
const rule = (id) => "  - { id: " + id + ", action: { type: deny } }\\n";
const text = (name) => 'policy_version: "1"\\nname: ' + name + "\\nrules:\\n" + [1, 2, 3, 4].map((n) => rule(name + n)).join("");
const pause = () => Bun.sleepSync(Math.random() * 80);
for (let at = 0; Date.now() < until; at += 1) {
  const whole = text(at % 2 ? "odd" : "even");
  const cut = Math.floor(Math.random() * whole.length);
  if (at % 3 === 0) {
    writeFileSync(file + ".new", whole, { mode: 0o600 });
    renameSync(file + ".new", file);
  } else {
    const from = performance.now();
    writeFileSync(file, whole.slice(0, cut));
    Bun.sleepSync(Math.random() * 20);
    appendFileSync(file, whole.slice(cut));
    if (performance.now() - from > ${limits.policySettleMs * 0.8}) slow = 7;
  }
  pause();
}
process.exit(slow);
`;

test("whatever a writer does meanwhile, what decides is one whole policy or none is known", async () => {
  const rules = ["1", "2", "3", "4"].map((n) => `  - { id: even${n}, action: { type: deny } }\n`);
  write(named("even", `rules:\n${rules.join("")}`));
  const live = open();
  live.watch();
  const child = Bun.spawn([process.execPath, "-e", writer, at("policy.yaml")], {
    stdout: "inherit",
    stderr: "inherit",
  });
  const seen = new Set<string>();
  const halves: string[] = [];
  let known = 0;
  while (child.exitCode === null) {
    if (live.refresh()) known += 1;
    const [part] = live.stack.parts;
    const ids = part?.compiled.rules.map(({ rule }) => rule.id) ?? [];
    const name = nameOf(live) ?? "";
    if (ids.join() !== ["1", "2", "3", "4"].map((n) => name + n).join()) halves.push(ids.join());
    seen.add(name);
    await Bun.sleep(3);
  }
  live.close();
  // On a machine so busy that the writer itself paused for longer than is waited, no reader could tell.
  if ((await child.exited) !== 7) expect(halves).toEqual([]);
  expect([0, 7]).toContain(child.exitCode);
  expect(known).toBeGreaterThan(0);
  expect([...seen].toSorted()).toEqual(["even", "odd"]);
}, 20_000);

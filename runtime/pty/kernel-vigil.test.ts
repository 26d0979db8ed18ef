/** Proves what takes more than one look: how long a wait lasts, and when the machine is searched. */
import { expect, test } from "bun:test";
import type { Reach } from "./kernel.ts";
import { keepVigil } from "./kernel-vigil.ts";
import type { KernelEvidence, KernelWait } from "./kernel-wait.ts";

const poll: KernelWait = {
  pid: 7,
  tid: 7,
  comm: "tool",
  via: "poll",
  timed: true,
  foreground: true,
  sleeps: 3,
};

/** A machine on which `elsewhere` waits outside of the foreground; keeps how far each look reached. */
function machine(parts: { inFront?: KernelWait[]; elsewhere?: KernelWait[]; blind?: boolean }) {
  const state = { nowMs: 0, inFront: [], elsewhere: [], blind: false, ...parts };
  const reaches: Reach[] = [];
  const look = (reach: Reach = "foreground"): KernelEvidence => {
    reaches.push(reach);
    const seen = state.elsewhere.filter(
      ({ pid }) => reach === "machine" || (reach !== "foreground" && reach.includes(pid)),
    );
    return { waits: [...state.inFront, ...seen], blind: state.blind };
  };
  const vigil = keepVigil({ look, monotonicMs: () => state.nowMs });
  return { state, reaches, vigil };
}

test("a wait is steady for as long as its thread has not woken", () => {
  const { state, vigil } = machine({ inFront: [poll] });
  expect(vigil(0)?.waits[0]?.steadyMs).toBe(0);
  state.nowMs = 400;
  expect(vigil(400)?.waits[0]?.steadyMs).toBe(400);
  state.inFront = [{ ...poll, sleeps: 4 }];
  state.nowMs = 500;
  expect(vigil(500)?.waits[0]?.steadyMs).toBe(0);
});

test("a wait that was away is a new one", () => {
  const { state, vigil } = machine({ inFront: [poll] });
  vigil(0);
  state.inFront = [];
  state.nowMs = 100;
  vigil(100);
  state.inFront = [poll];
  state.nowMs = 200;
  expect(vigil(200)?.waits[0]?.steadyMs).toBe(0);
});

test("the machine is searched after a silence in which nobody waited, and ever less often", () => {
  const { state, reaches, vigil } = machine({});
  for (let quiet = 0; quiet < 3_600_000; quiet += 100) {
    state.nowMs = quiet;
    vigil(quiet);
  }
  expect(reaches.filter((reach) => reach === "machine").length).toBeLessThan(15);
  vigil(0);
  vigil(299);
  const before = reaches.length;
  vigil(300);
  expect(reaches.slice(before)).toEqual(["foreground", "machine"]);
});

test("while somebody waits in front, or may, the machine is left alone", () => {
  for (const parts of [{ inFront: [poll] }, { blind: true }]) {
    const { reaches, vigil } = machine(parts);
    for (const quiet of [0, 300, 1_000, 100_000]) vigil(quiet);
    expect(reaches).not.toContain("machine");
  }
});

test("who was found elsewhere is seen at once from then on", () => {
  const outsider = { ...poll, pid: 99, tid: 99, foreground: false };
  const { reaches, vigil } = machine({ elsewhere: [outsider] });
  expect(vigil(0)?.waits).toEqual([]);
  expect(vigil(300)?.waits).toHaveLength(1);
  expect(vigil(0)?.waits).toHaveLength(1);
  expect(reaches).toEqual(["foreground", "foreground", "machine", [99]]);
});

test("where the kernel cannot be asked there is nothing to follow", () => {
  const vigil = keepVigil({ look: () => null, monotonicMs: () => 0 });
  expect(vigil(10_000)).toBeNull();
});

/** So many at once, so many waiting, and the rest is refused. */
import { describe, expect, test } from "bun:test";
import { Crowded, Gate } from "./gate.ts";

describe("the gate", () => {
  test("lets so many through at once, the others in their order", async () => {
    const gate = new Gate(2, 10);
    const seen: number[] = [];
    const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<void>());
    const all = ends.map(({ promise }, at) =>
      gate.through(async () => {
        seen.push(at);
        await promise;
      }),
    );
    await Bun.sleep(0);
    expect(seen).toEqual([0, 1]);
    expect(gate.waiting).toBe(2);
    ends[1]?.resolve();
    await all[1];
    await Bun.sleep(0);
    expect(seen).toEqual([0, 1, 2]);
    for (const { resolve } of ends) resolve();
    await Promise.all(all);
    expect([gate.active, gate.waiting]).toEqual([0, 0]);
  });

  test("refuses at once when too many wait", async () => {
    const gate = new Gate(1, 1);
    const { promise, resolve } = Promise.withResolvers<void>();
    const inside = gate.through(() => promise);
    const waiting = gate.through(async () => "in");
    expect(gate.through(async () => "never")).rejects.toThrow(Crowded);
    resolve();
    await inside;
    expect(await waiting).toBe("in");
  });

  test("goes on after work that failed", async () => {
    const gate = new Gate(1, 1);
    const failing = gate.through(() => Promise.reject(new Error("broken")));
    expect(failing).rejects.toThrow("broken");
    expect(await gate.through(async () => 1)).toBe(1);
    expect(gate.active).toBe(0);
  });
});

/** Every rule of every tool folder: its example is that dialog, its counter-example is not. */
import { describe, expect, test } from "bun:test";
import type { Snapshot } from "../../screen/snapshot.ts";
import { detect } from "../detect.ts";
import type { Detection } from "../detected.ts";
import { evidences, screenOf } from "../testing.ts";
import { tools } from "./tools.ts";

/** How these tools stand at all times: a poll with timers, on a raw terminal, the cursor anywhere. */
function seen(text: string, parts: Partial<Snapshot> = {}): Detection {
  const snapshot = screenOf(`● Some text of the model.\n\n${text}`, { cols: 120, ...parts });
  return detect(snapshot, evidences.rawTimedPoll);
}

function ruleOf(detection: Detection): string | null {
  return detection.state === "waiting" ? (detection.prompt.evidence.at(-1) ?? null) : null;
}

for (const { tool, dialogs, modes } of tools) {
  describe(tool, () => {
    for (const { id, example, counterExample, subject } of dialogs) {
      test(`${id}: the example is recognised, with what it is about`, () => {
        const detection = seen(example);
        expect(ruleOf(detection)).toBe(`tool:${tool}/${id}`);
        if (detection.state !== "waiting") return;
        const { prompt } = detection;
        expect(prompt.subject?.type).toBe(subject?.type as never);
        expect(prompt.cut).toBe(false);
        expect(prompt.options.filter((one) => one.selected)).toHaveLength(1);
      });
      test(`${id}: the counter-example is not`, () => {
        expect(ruleOf(seen(counterExample))).not.toBe(`tool:${tool}/${id}`);
      });
      test(`${id}: the example in text that scrolled by is not asked`, () => {
        const below = `${example}\n\n${"─".repeat(60)}\n❯ █\n${"─".repeat(60)}\n  ? for shortcuts`;
        expect(seen(below).state).toBe("idle");
      });
      test(`${id}: no plain approval has a lasting effect`, () => {
        const detection = seen(example);
        if (detection.state !== "waiting") throw new Error("not recognised");
        const yes = detection.prompt.options.filter((one) => one.meaning === "yes");
        expect(yes.length).toBeLessThanOrEqual(2);
        for (const { label } of yes) expect(label).not.toMatch(/always|session|again|mode|parent/i);
      });
    }
    for (const { pattern, example } of modes) {
      test(`its footer is read: ${example.trim()}`, () => expect(example).toMatch(pattern));
    }
  });
}
